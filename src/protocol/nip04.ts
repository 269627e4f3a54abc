// NIP-04: the old encrypted payload, AES-256-CBC without authentication. Unrecommended: old data is read, and new
// data written only where a peer knows nothing else.
import { cbc } from '@noble/ciphers/aes.js';
import { base64 } from '@scure/base';
import { randomBytes } from './crypto.ts';
import { InvalidPayload, sharedX } from './nip44.ts';

/**
 * `base64(ciphertext)?iv=base64(iv)` of a text; `iv` is given in tests alone.
 * Throws `InvalidPayload` for a key that is none.
 * @example
 * encryptLegacy('hi', hexToBytes('01'.padStart(64, '0')), 'c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5', new Uint8Array(16)).slice(-28) // → '?iv=AAAAAAAAAAAAAAAAAAAAAA=='
 * encryptLegacy('hi', hexToBytes('01'.padStart(64, '0')), 'npub1…') // throws not 64 lower-case hex digits
 */
export function encryptLegacy(
  text: string,
  secretKey: Uint8Array,
  pubkey: string,
  iv: Uint8Array = randomBytes(16),
): string {
  const ciphertext = cbc(sharedX(secretKey, pubkey), iv).encrypt(new TextEncoder().encode(text));
  return `${base64.encode(ciphertext)}?iv=${base64.encode(iv)}`;
}

/**
 * The text of a payload. Nothing is authenticated: a wrong key often, and an altered text sometimes, gives another
 * text instead of an error.
 * Throws `InvalidPayload`.
 * @example
 * decryptLegacy(encryptLegacy('hi', hexToBytes('01'.padStart(64, '0')), 'c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5'), hexToBytes('02'.padStart(64, '0')), '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798') // → 'hi'
 * decryptLegacy('hi', hexToBytes('01'.padStart(64, '0')), 'c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5') // throws no ?iv=
 */
export function decryptLegacy(payload: string, secretKey: Uint8Array, pubkey: string): string {
  const key = sharedX(secretKey, pubkey);
  const [ciphertext, iv] = split(payload);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      cbc(key, iv).decrypt(ciphertext),
    );
  } catch {
    throw new InvalidPayload('it was encrypted for another key, or is damaged');
  }
}

function split(payload: string): [ciphertext: Uint8Array, iv: Uint8Array] {
  const parts = payload.split('?iv=');
  if (parts.length !== 2) throw new InvalidPayload('not a NIP-04 payload: no ?iv=');
  try {
    return [base64.decode(parts[0]!), base64.decode(parts[1]!)];
  } catch {
    throw new InvalidPayload('invalid base64');
  }
}

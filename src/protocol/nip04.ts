// NIP-04: the old encrypted payload, AES-256-CBC without authentication. Unrecommended: old data is read, and new
// data written only where a peer knows nothing else.
import { cbc } from '@noble/ciphers/aes.js';
import { base64 } from '@scure/base';
import { randomBytes } from './crypto.ts';
import { type Agree, InvalidPayload, sharedX } from './nip44.ts';

/** Both in bytes. */
const BLOCK = 16;
const IV = 16;

/**
 * `base64(ciphertext)?iv=base64(iv)` of a text; `iv` is given in tests alone.
 * Throws `InvalidPayload` for a key that is none, and a text that has no UTF-8 form.
 * @example
 * encryptLegacy('hi', hexToBytes('01'.padStart(64, '0')), 'c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5', new Uint8Array(16)).slice(-28) // → '?iv=AAAAAAAAAAAAAAAAAAAAAA=='
 * encryptLegacy('hi', hexToBytes('01'.padStart(64, '0')), 'npub1…') // throws not 64 lower-case hex digits
 */
export function encryptLegacy(
  text: string,
  secretKey: Uint8Array,
  pubkey: string,
  iv: Uint8Array = randomBytes(IV),
): string {
  if (!text.isWellFormed()) throw new InvalidPayload('text', 'the text holds a lone surrogate');
  const key = sharedX(secretKey, pubkey);
  try {
    const ciphertext = cbc(key, iv).encrypt(new TextEncoder().encode(text));
    return `${base64.encode(ciphertext)}?iv=${base64.encode(iv)}`;
  } finally {
    key.fill(0);
  }
}

/**
 * Whether a payload is one of NIP-04 rather than NIP-44, by the look of it: base64 holds no question mark.
 * @example
 * isLegacyPayload('AA==?iv=AA==') // → true
 */
export function isLegacyPayload(payload: string): boolean {
  return payload.includes('?iv=');
}

/**
 * The text of a payload. Nothing is authenticated: a wrong key often, and an altered text sometimes, gives another
 * text instead of an error. `agree` may be faster than the multiplication made here.
 * Throws `InvalidPayload`.
 * @example
 * decryptLegacy(encryptLegacy('hi', hexToBytes('01'.padStart(64, '0')), 'c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5'), hexToBytes('02'.padStart(64, '0')), '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798') // → 'hi'
 * decryptLegacy('hi', hexToBytes('01'.padStart(64, '0')), 'c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5') // throws it must have one ?iv=
 */
export function decryptLegacy(
  payload: string,
  secretKey: Uint8Array,
  pubkey: string,
  agree: Agree = sharedX,
): string {
  const [ciphertext, iv] = split(payload);
  const key = agree(secretKey, pubkey);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      cbc(key, iv).decrypt(ciphertext),
    );
  } catch {
    throw new InvalidPayload('content', 'it was encrypted for another key, or is damaged');
  } finally {
    key.fill(0);
  }
}

function split(payload: string): [ciphertext: Uint8Array, iv: Uint8Array] {
  const parts = payload.split('?iv=', 3);
  if (parts.length !== 2) throw new InvalidPayload('format', 'not a NIP-04 payload: it must have one ?iv=');
  const [ciphertext, iv] = parts.map(decode) as [Uint8Array, Uint8Array];
  if (iv.length !== IV) throw new InvalidPayload('format', `the iv must have ${IV} bytes, not ${iv.length}`);
  if (ciphertext.length === 0 || ciphertext.length % BLOCK !== 0)
    throw new InvalidPayload(
      'format',
      `${ciphertext.length} bytes are no whole number of blocks of ${BLOCK}`,
    );
  return [ciphertext, iv];
}

function decode(part: string): Uint8Array {
  try {
    return base64.decode(part);
  } catch {
    throw new InvalidPayload('format', 'invalid base64');
  }
}

// Payloads of NIP-44 whose MAC is right, whatever they hold: for what lies behind the MAC.
import { chacha20 } from '@noble/ciphers/chacha.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { messageKeys } from '../../src/protocol/nip44.ts';

/** The payload of padded bytes, with the nonce of zeros. */
export function authenticated(padded: Uint8Array, key: Uint8Array): string {
  const nonce = new Uint8Array(32);
  const { chachaKey, chachaNonce, hmacKey } = messageKeys(key, nonce);
  const ciphertext = chacha20(chachaKey, chachaNonce, padded);
  const mac = hmac(sha256, hmacKey, Buffer.concat([nonce, ciphertext]));
  return Buffer.concat([Uint8Array.of(2), nonce, ciphertext, mac]).toString('base64');
}

/** Bytes that are padded rightly or nearly so: a length, a text, zeros, and now and then another byte. */
export function paddedAtRandom(next: () => number): Uint8Array {
  const claimed = next() % 70;
  const isExtended = next() % 4 === 0;
  const padded = new Uint8Array((isExtended ? 6 : 2) + 32 * (1 + (next() % 3)) + (next() % 8 === 0 ? 1 : 0));
  padded[isExtended ? 5 : 1] = claimed;
  padded.fill(97, isExtended ? 6 : 2, (isExtended ? 6 : 2) + claimed);
  for (let i = next() % 3; i > 0; i--) padded[next() % padded.length] = next() % 256;
  return padded;
}

// Lower-case hexadecimal, the only spelling NIP-01 allows for ids, public keys and signatures.
// Checks run on every event of a stream, so they walk char codes instead of running a regular expression.
import { hexToBytes as decode, bytesToHex as encode } from '@noble/hashes/utils.js';

// Types of our own: those of an ES module cannot be named by every CommonJS importer.

/**
 * Bytes as lower-case hex digits.
 * @example
 * bytesToHex(Uint8Array.of(0, 255)) // → '00ff'
 */
export const bytesToHex: (bytes: Uint8Array) => string = encode;

/**
 * The bytes of hex digits, in lower or upper case. Throws for an odd number of them, and for other characters.
 * @example
 * hexToBytes('00ff')[1] // → 255
 * hexToBytes('0') // throws unpadded hex
 */
export const hexToBytes: (hex: string) => Uint8Array = decode;

/**
 * Whether `value` is a string of exactly `length` lower-case hex digits.
 * Source: NIP-01 ("32-bytes lowercase hex-encoded").
 * @example
 * isHex('00ff', 4) // → true
 * isHex('00FF', 4) // → false
 * isHex('00ff', 6) // → false
 */
export function isHex(value: unknown, length: number): value is string {
  if (typeof value !== 'string' || value.length !== length) return false;
  for (let i = 0; i < length; i++) {
    const c = value.charCodeAt(i);
    if (!((c >= 48 && c <= 57) || (c >= 97 && c <= 102))) return false;
  }
  return true;
}

/**
 * Whether `value` has the shape of an event id or an x-only public key: 64 lower-case hex digits.
 * @example
 * isHex32('00'.repeat(32)) // → true
 * isHex32('npub1…') // → false
 */
export function isHex32(value: unknown): value is string {
  return isHex(value, 64);
}

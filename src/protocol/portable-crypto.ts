// What `crypto.ts` does, in JavaScript alone: for browsers, Deno and Bun, where the library is used.
import { scryptAsync } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, randomBytes as nobleRandomBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** The sha256 of bytes, or of text as UTF-8, as 64 lower-case hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return bytesToHex(sha256(typeof data === 'string' ? utf8ToBytes(data) : data));
}

/** A function that hashes `beginning`, once, and what it is given. */
export function sha256HexAfter(beginning: string): (rest: string) => string {
  const state = sha256.create().update(utf8ToBytes(beginning));
  return rest => bytesToHex(state.clone().update(utf8ToBytes(rest)).digest());
}

/** So many random bytes, good enough for keys. */
export function randomBytes(count: number): Uint8Array {
  return nobleRandomBytes(count);
}

/** A key of 32 bytes by scrypt (RFC 7914) from a passphrase in UTF-8. */
export function scryptKey(
  passphrase: string,
  salt: Uint8Array,
  { N, r }: { N: number; r: number },
): Promise<Uint8Array> {
  return scryptAsync(passphrase, salt, { N, r, p: 1, dkLen: 32, maxmem: 128 * r * (N + 64) });
}

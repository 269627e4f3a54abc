// Hashes, random bytes and scrypt by Node's own crypto, several times the speed of JavaScript. Node takes 8 ms to load
// it, so that is left to the first call: many commands make none. Where there is no Node, `portable-crypto.ts` takes the
// place of this file: the build of the library sees to that.

let loaded: typeof import('node:crypto') | undefined;

function nodeCrypto(): typeof import('node:crypto') {
  loaded ??= process.getBuiltinModule('node:crypto');
  return loaded;
}

/**
 * The sha256 of bytes, or of text as UTF-8, as 64 lower-case hex digits.
 * @example
 * sha256Hex('') // → 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
 */
export function sha256Hex(data: string | Uint8Array): string {
  return nodeCrypto().hash('sha256', data, 'hex');
}

/** From so many characters on, copying the state after them costs less than hashing them again. */
const COPY_PAYS = 1000;

/**
 * A function that hashes `beginning` and what it is given, as `sha256Hex` of both would; a long beginning is hashed only
 * once. Neither may begin or end within a surrogate pair.
 * @example
 * sha256HexAfter('ab')('c') // → 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
 */
export function sha256HexAfter(beginning: string): (rest: string) => string {
  if (beginning.length < COPY_PAYS) return rest => sha256Hex(beginning + rest);
  const state = nodeCrypto().createHash('sha256').update(beginning);
  return rest => state.copy().update(rest).digest('hex');
}

/**
 * So many random bytes, good enough for keys.
 * @example
 * randomBytes(32).length // → 32
 */
export function randomBytes(count: number): Uint8Array {
  return nodeCrypto().randomBytes(count);
}

/** The costs of scrypt (RFC 7914): `N` a power of two, `r` the block size; `p` is 1. */
export interface ScryptCost {
  N: number;
  r: number;
}

/**
 * A key of 32 bytes by scrypt (RFC 7914) from a passphrase in UTF-8. Rejects when there is not enough memory.
 * @example
 * scryptKey('pass', new Uint8Array(16), { N: 2, r: 8 }) instanceof Promise // → true
 */
export function scryptKey(passphrase: string, salt: Uint8Array, { N, r }: ScryptCost): Promise<Uint8Array> {
  const maxmem = 128 * r * (N + 64);
  return new Promise((resolve, reject) => {
    nodeCrypto().scrypt(passphrase, salt, 32, { N, r, p: 1, maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

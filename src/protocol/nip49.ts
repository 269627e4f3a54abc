// NIP-49: a secret key encrypted with a passphrase, as text (`ncryptsec1…`). scrypt makes the key, XChaCha20-Poly1305
// seals it. Everything a stranger's text can ask for is checked before memory is spent on it.
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { bech32 } from '@scure/base';
import { randomBytes, scryptKey } from './crypto.ts';

/** Thrown when text is no encrypted key, or asks for more work than is safe. Never quotes the text. */
export class InvalidEncryptedKey extends Error {
  override name = 'InvalidEncryptedKey';
}

/** Thrown when the passphrase does not open the key (or the text was altered: the two cannot be told apart). */
export class WrongPassphrase extends Error {
  override name = 'WrongPassphrase';
}

/** Whether the key was ever handled insecurely (NIP-49): in plain text, not known to be, or nobody kept track. */
export type KeySecurity = 'insecure' | 'secure' | 'untracked';

const SECURITIES: readonly KeySecurity[] = ['insecure', 'secure', 'untracked'];

/** "log_n" of the scrypt cost: 2^log_n blocks of 1 KiB. 18 takes 256 MiB and about a second. */
export const DEFAULT_LOG_N = 18;
/** What is written: below 16 a passphrase is guessed too fast. */
export const WRITTEN_LOG_N = { least: 16, most: 20 } as const;
/** What is read: above 20 (1 GiB) a stranger's text could exhaust the machine. */
export const READ_LOG_N = { least: 1, most: 20 } as const;

const PREFIX = 'ncryptsec';
const VERSION = 2;
const LENGTH = 91;
/** Characters of the text: 91 bytes as bech32 behind the prefix. */
const TEXT_LENGTH = 162;

/** What an ncryptsec says of itself without its passphrase. */
export interface EncryptedKeyHeader {
  logN: number;
  security: KeySecurity;
}

interface Sealed extends EncryptedKeyHeader {
  salt: Uint8Array;
  nonce: Uint8Array;
  aad: Uint8Array;
  ciphertext: Uint8Array;
}

/**
 * The cost and the key-security byte of an ncryptsec.
 * Throws `InvalidEncryptedKey`.
 * @example
 * readEncryptedKeyHeader('ncryptsec1qgg9947rlpvqu76pj5ecreduf9jxhselq2nae2kghhvd5g7dgjtcxfqtd67p9m0w57lspw8gsq6yphnm8623nsl8xn9j4jdzz84zm3frztj3z7s35vpzmqf6ksu8r89qk5z2zxfmu5gv8th8wclt0h4p') // → { logN: 16, security: 'insecure' }
 * readEncryptedKeyHeader('ncryptsec1qgg9947rlpvqu76pj5ecreduf9jxhselq2nae2kghhvd5g7dgjtcxfqtd67p9m0w57lspw8gsq6yphnm8623nsl8xn9j4jdzz84zm3frztj3z7s35vpzmqf6ksu8r89qk5z2zxfmu5gv8th8wclt') // throws an ncryptsec has 162 characters, this has 158
 * readEncryptedKeyHeader('nsec1…') // throws not an encrypted key
 */
export function readEncryptedKeyHeader(text: string): EncryptedKeyHeader {
  const { logN, security } = parse(text);
  return { logN, security };
}

/**
 * The 32 bytes of the secret key in an ncryptsec. Takes 2^log_n KiB of memory while it works.
 * Throws `InvalidEncryptedKey` before any work is done, and `WrongPassphrase` after it.
 * @example
 * decryptKey('ncryptsec1qgg9947rlpvqu76pj5ecreduf9jxhselq2nae2kghhvd5g7dgjtcxfqtd67p9m0w57lspw8gsq6yphnm8623nsl8xn9j4jdzz84zm3frztj3z7s35vpzmqf6ksu8r89qk5z2zxfmu5gv8th8wclt0h4p', 'nostr').then(bytesToHex) // → '3501454135014541350145413501453fefb02227e449e57cf4d3a3ce05378683'
 * decryptKey('nsec1…', 'nostr') // throws not an encrypted key
 */
export async function decryptKey(text: string, passphrase: string): Promise<Uint8Array> {
  const { logN, salt, nonce, aad, ciphertext } = parse(text);
  const key = await deriveKey(passphrase, salt, logN);
  try {
    return xchacha20poly1305(key, nonce, aad).decrypt(ciphertext);
  } catch {
    throw new WrongPassphrase('the passphrase is wrong');
  } finally {
    key.fill(0);
  }
}

export interface EncryptionSettings {
  /** 16 to 20; 18 when absent. */
  logN?: number | undefined;
  security?: KeySecurity | undefined;
  /** 16 and 24 random bytes, for tests. */
  salt?: Uint8Array;
  nonce?: Uint8Array;
}

/**
 * The ncryptsec of a secret key: 162 characters. The passphrase is normalised to NFKC.
 * Throws `InvalidEncryptedKey` for a cost that is not written, or an empty passphrase.
 * @example
 * encryptKey(new Uint8Array(32), '') // throws an empty passphrase protects nothing
 * encryptKey(new Uint8Array(32), 'pw', { logN: 16 }).then(text => text.slice(0, 10)) // → 'ncryptsec1'
 */
export async function encryptKey(
  secretKey: Uint8Array,
  passphrase: string,
  {
    logN = DEFAULT_LOG_N,
    security = 'untracked',
    salt = randomBytes(16),
    nonce = randomBytes(24),
  }: EncryptionSettings = {},
): Promise<string> {
  checkLogN(logN, WRITTEN_LOG_N);
  if (passphrase === '') throw new InvalidEncryptedKey('an empty passphrase protects nothing');
  const aad = Uint8Array.of(SECURITIES.indexOf(security));
  const key = await deriveKey(passphrase, salt, logN);
  try {
    const ciphertext = xchacha20poly1305(key, nonce, aad).encrypt(secretKey);
    const payload = Uint8Array.of(VERSION, logN, ...salt, ...nonce, ...aad, ...ciphertext);
    return bech32.encode(PREFIX, bech32.toWords(payload), false);
  } finally {
    key.fill(0);
  }
}

function parse(text: string): Sealed {
  const bytes = decode(text);
  if (bytes[0] !== VERSION) throw new InvalidEncryptedKey(`ncryptsec version ${bytes[0]} is not known; 2 is`);
  if (bytes.length !== LENGTH) {
    throw new InvalidEncryptedKey(`an ncryptsec holds ${LENGTH} bytes, this holds ${bytes.length}`);
  }
  const logN = checkLogN(bytes[1]!, READ_LOG_N);
  const security = SECURITIES[bytes[42]!];
  if (security === undefined) throw new InvalidEncryptedKey(`unknown key-security byte ${bytes[42]}`);
  const part = (from: number, to: number) => bytes.subarray(from, to);
  return {
    logN,
    security,
    salt: part(2, 18),
    nonce: part(18, 42),
    aad: part(42, 43),
    ciphertext: part(43, LENGTH),
  };
}

function decode(text: string): Uint8Array {
  if (!/^ncryptsec1/i.test(text)) throw new InvalidEncryptedKey('not an encrypted key: no ncryptsec1…');
  const decoded = text.length > 2 * TEXT_LENGTH ? undefined : bech32.decodeUnsafe(text, false);
  const bytes = decoded && bech32.fromWordsUnsafe(decoded.words);
  if (bytes && bytes.length > 1) return bytes;
  throw new InvalidEncryptedKey(
    text.length === TEXT_LENGTH
      ? 'a damaged ncryptsec: a character is wrong'
      : `an ncryptsec has ${TEXT_LENGTH} characters, this has ${text.length}`,
  );
}

function checkLogN(logN: number, { least, most }: { least: number; most: number }): number {
  if (Number.isInteger(logN) && logN >= least && logN <= most) return logN;
  throw new InvalidEncryptedKey(`log_n is ${logN}; ${least} to ${most} are supported`);
}

const BLOCK_SIZE = 8;

/** "PASSWORD = read_from_user; password should be unicode normalized to NFKC format" (NIP-49). */
function deriveKey(passphrase: string, salt: Uint8Array, logN: number): Promise<Uint8Array> {
  return scryptKey(passphrase.normalize('NFKC'), salt, { N: 2 ** logN, r: BLOCK_SIZE });
}

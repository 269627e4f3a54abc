// NIP-44 version 2: encrypted payloads between two keys. ECDH, HKDF, ChaCha20, HMAC; padded so that a length tells
// little. What it holds is authenticated, who sent it is not: verify the signature of the event around it first.
import { chacha20 } from '@noble/ciphers/chacha.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base64 } from '@scure/base';
import { randomBytes } from './crypto.ts';
import { hexToBytes, isHex32 } from './hex.ts';

/**
 * What stands in the way: one of the `keys`, the `text` that is to be encrypted, the `format` of a payload that nobody
 * could read, or its `content`: encrypted for another key, altered, or made wrongly.
 */
export type PayloadFault = 'key' | 'text' | 'format' | 'content';

/** Thrown when a payload cannot be read, a key is none, or a text cannot be encrypted. Holds no secret. */
export class InvalidPayload extends Error {
  override name = 'InvalidPayload';
  readonly fault: PayloadFault;

  constructor(fault: PayloadFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

const VERSION = 2;
const SALT = new TextEncoder().encode('nip44-v2');
/** Longer texts have an extended length prefix. */
const SHORT = 65_536;
const MAX_PLAINTEXT = 2 ** 32 - 1;
/**
 * The length of the longest payload without an extended length, of a text of 65,535 bytes: programs that do not know the
 * extended lengths read no longer ones.
 */
export const LONGEST_OLD_PAYLOAD = 87_472;
/** Version, nonce, the shortest padded text with its prefix, MAC. */
const MIN_PAYLOAD = 99;
const MIN_BASE64 = 132;

/** What `sharedX` does; another may be faster. */
export type Agree = (secretKey: Uint8Array, pubkey: string) => Uint8Array;

/**
 * The key that two people share: the same from either side. It is a secret: overwrite it after use. `agree` may be faster
 * than the multiplication made here.
 * Throws `InvalidPayload` for a key that is none, or not on the curve.
 * @example
 * bytesToHex(conversationKey(hexToBytes('01'.padStart(64, '0')), 'c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5')) // → 'c41c775356fd92eadc63ff5a0dc1da211b268cbea22316767095b2871ea1412d'
 */
export function conversationKey(secretKey: Uint8Array, pubkey: string, agree: Agree = sharedX): Uint8Array {
  const x = agree(secretKey, pubkey);
  try {
    return extract(sha256, x, SALT);
  } finally {
    x.fill(0);
  }
}

/**
 * The unhashed x coordinate of the shared point (NIP-44, NIP-04). It is a secret: overwrite it after use.
 * Throws `InvalidPayload` for a key that is none, or not on the curve.
 * @example
 * sharedX(hexToBytes('01'.padStart(64, '0')), 'c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5') // → sharedX(hexToBytes('02'.padStart(64, '0')), '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798')
 * sharedX(new Uint8Array(32), 'c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5') // throws no shared secret
 */
export function sharedX(secretKey: Uint8Array, pubkey: string): Uint8Array {
  if (!isHex32(pubkey)) throw new InvalidPayload('key', 'the other key is not 64 lower-case hex digits');
  try {
    return secp256k1.getSharedSecret(secretKey, hexToBytes(`02${pubkey}`)).subarray(1, 33);
  } catch {
    throw new InvalidPayload('key', 'the two keys have no shared secret: one of them is not valid');
  }
}

/** What one message is encrypted and authenticated with. */
export interface MessageKeys {
  chachaKey: Uint8Array;
  chachaNonce: Uint8Array;
  hmacKey: Uint8Array;
}

/**
 * The keys of one message, from the conversation's key and the message's nonce of 32 bytes.
 * @example
 * messageKeys(new Uint8Array(32), new Uint8Array(32)).chachaNonce.length // → 12
 */
export function messageKeys(key: Uint8Array, nonce: Uint8Array): MessageKeys {
  const bytes = expand(sha256, key, nonce, 76);
  return {
    chachaKey: bytes.subarray(0, 32),
    chachaNonce: bytes.subarray(32, 44),
    hmacKey: bytes.subarray(44, 76),
  };
}

/**
 * The length a text of so many bytes is padded to, without its prefix. Arithmetic without shifts: lengths go up
 * to 2^32-1.
 * @example
 * paddedLength(1) // → 32
 * paddedLength(33) // → 64
 * paddedLength(65537) // → 81920
 */
export function paddedLength(length: number): number {
  if (length <= 32) return 32;
  let power = 32;
  while (power < length) power *= 2;
  const chunk = power <= 256 ? 32 : power / 8;
  return chunk * Math.ceil(length / chunk);
}

/**
 * Encrypts a text for a conversation; `nonce` is given in tests alone.
 * Throws `InvalidPayload` for an empty text, or one too long.
 * @example
 * encryptPayload('a', hexToBytes('c41c775356fd92eadc63ff5a0dc1da211b268cbea22316767095b2871ea1412d'), hexToBytes('01'.padStart(64, '0'))) // → 'AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABee0G5VSK0/9YypIObAtDKfYEAjD35uVkHyB0F4DwrcNaCXlCWZKaArsGrY6M9wnuTMxWfp1RTN9Xga8no+kF5Vsb'
 * encryptPayload('', new Uint8Array(32)) // throws an empty text
 */
export function encryptPayload(text: string, key: Uint8Array, nonce: Uint8Array = randomBytes(32)): string {
  const padded = pad(text);
  return withMessageKeys(key, nonce, ({ chachaKey, chachaNonce, hmacKey }) => {
    const ciphertext = chacha20(chachaKey, chachaNonce, padded);
    return base64.encode(concat(Uint8Array.of(VERSION), nonce, ciphertext, mac(hmacKey, nonce, ciphertext)));
  });
}

/**
 * Decrypts a payload of a conversation.
 * Throws `InvalidPayload` that names the layer: version, base64, length, MAC, padding.
 * @example
 * decryptPayload('AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABee0G5VSK0/9YypIObAtDKfYEAjD35uVkHyB0F4DwrcNaCXlCWZKaArsGrY6M9wnuTMxWfp1RTN9Xga8no+kF5Vsb', hexToBytes('c41c775356fd92eadc63ff5a0dc1da211b268cbea22316767095b2871ea1412d')) // → 'a'
 * decryptPayload('AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABee0G5VSK0/9YypIObAtDKfYEAjD35uVkHyB0F4DwrcNaCXlCWZKaArsGrY6M9wnuTMxWfp1RTN9Xga8no+kF5Vsb', new Uint8Array(32)) // throws invalid MAC
 */
export function decryptPayload(payload: string, key: Uint8Array): string {
  const bytes = decode(payload);
  const nonce = bytes.subarray(1, 33);
  const ciphertext = bytes.subarray(33, -32);
  return withMessageKeys(key, nonce, ({ chachaKey, chachaNonce, hmacKey }) => {
    if (!areEqual(mac(hmacKey, nonce, ciphertext), bytes.subarray(-32))) {
      throw new InvalidPayload('content', 'invalid MAC: it was encrypted for another key, or altered');
    }
    return unpad(chacha20(chachaKey, chachaNonce, ciphertext));
  });
}

/** The keys of a message are overwritten after use. */
function withMessageKeys<T>(key: Uint8Array, nonce: Uint8Array, use: (keys: MessageKeys) => T): T {
  const keys = messageKeys(key, nonce);
  try {
    return use(keys);
  } finally {
    keys.chachaKey.fill(0);
    keys.hmacKey.fill(0);
  }
}

/** Takes as long whatever they hold: a MAC must not be guessed byte by byte. */
function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

function decode(payload: string): Uint8Array {
  // "if the first character is `#` … the version is not supported" (NIP-44): flags of the future.
  if (payload.startsWith('#')) throw new InvalidPayload('format', 'unknown encryption version');
  if (payload.length < MIN_BASE64)
    throw new InvalidPayload('format', `invalid payload length: ${payload.length}`);
  let bytes: Uint8Array;
  try {
    bytes = base64.decode(payload);
  } catch {
    throw new InvalidPayload('format', 'invalid base64');
  }
  if (bytes.length < MIN_PAYLOAD)
    throw new InvalidPayload('format', `invalid payload length: ${bytes.length} bytes`);
  if (bytes[0] !== VERSION) throw new InvalidPayload('format', `unknown encryption version ${bytes[0]}`);
  return bytes;
}

function mac(hmacKey: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return hmac.create(sha256, hmacKey).update(nonce).update(ciphertext).digest();
}

function pad(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new InvalidPayload('text', 'the text holds a lone surrogate');
  const plain = new TextEncoder().encode(text);
  const { length } = plain;
  if (length === 0) throw new InvalidPayload('text', 'an empty text cannot be encrypted');
  if (length > MAX_PLAINTEXT) throw new InvalidPayload('text', 'the text is too long to be encrypted');
  const padded = new Uint8Array(prefixLength(length) + paddedLength(length));
  const view = new DataView(padded.buffer);
  if (length < SHORT) view.setUint16(0, length);
  else view.setUint32(2, length);
  padded.set(plain, prefixLength(length));
  return padded;
}

/** "u16 … or 00 00 and a u32" (NIP-44). */
function prefixLength(length: number): 2 | 6 {
  return length < SHORT ? 2 : 6;
}

function unpad(padded: Uint8Array): string {
  const view = new DataView(padded.buffer, padded.byteOffset, padded.byteLength);
  const short = view.getUint16(0);
  const length = short === 0 ? view.getUint32(2) : short;
  const prefix = short === 0 ? 6 : 2;
  const rightPrefix = length > 0 && prefix === prefixLength(length);
  if (!rightPrefix || padded.length !== prefix + paddedLength(length))
    throw new InvalidPayload('content', 'invalid padding');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      padded.subarray(prefix, prefix + length),
    );
  } catch {
    throw new InvalidPayload('content', 'the payload is not UTF-8');
  }
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

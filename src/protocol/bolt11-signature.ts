// Who signed a BOLT-11 invoice: the node that is paid. Where the invoice names none, the key is recovered from the signature.
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256Hex } from './crypto.ts';
import { bytesToHex, hexToBytes } from './hex.ts';

/** Of 5 bits: 64 bytes, and the number that picks the key among those that fit. */
export const SIGNATURE_WORDS = 104;

/** A compressed key in hex, or why there is none. */
export type Signer = { signer: string; fault?: never } | { signer?: never; fault: string };

/**
 * The key that signed, of the letters before the last 1 and the words behind it. Where the invoice names its payee, the
 * signature must be by that key, and the lower of the two that it can be.
 * @example
 * signerOf('lnbc', Array(111).fill(0), undefined) // → { fault: 'is none: a part of it is zero or too large' }
 */
export function signerOf(prefix: string, words: readonly number[], named: Uint8Array | undefined): Signer {
  const bytes = packed(words.slice(-SIGNATURE_WORDS));
  const signature = signatureOf(bytes);
  if (!signature) return { fault: 'is none: a part of it is zero or too large' };
  const hash = hexToBytes(sha256Hex(concat(prefix, packed(words.slice(0, -SIGNATURE_WORDS)))));
  if (named) {
    if (signature.hasHighS()) return { fault: 'is not canonical (high S), and the invoice names its payee' };
    if (isSignedBy(named, signature.toBytes('compact'), hash)) return { signer: bytesToHex(named) };
    return { fault: 'is not by the payee that the invoice names' };
  }
  try {
    return { signer: bytesToHex(signature.addRecoveryBit(bytes[64]!).recoverPublicKey(hash).toBytes(true)) };
  } catch {
    return { fault: 'is not recoverable: no key can have made it' };
  }
}

function signatureOf(bytes: Uint8Array) {
  try {
    return secp256k1.Signature.fromBytes(bytes.subarray(0, 64), 'compact');
  } catch {
    return undefined;
  }
}

function isSignedBy(key: Uint8Array, signature: Uint8Array, hash: Uint8Array): boolean {
  try {
    return secp256k1.verify(signature, hash, key, { prehash: false });
  } catch {
    return false; // the key is no point of the curve
  }
}

/** Words of 5 bits as bytes; the last is filled with zeros, which is what is signed. */
function packed(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((words.length * 5) / 8));
  for (const [i, word] of words.entries()) {
    const bit = i * 5;
    const pair = word << (11 - (bit & 7));
    bytes[bit >> 3]! |= pair >> 8;
    if (pair & 0xff) bytes[(bit >> 3) + 1]! |= pair & 0xff;
  }
  return bytes;
}

function concat(text: string, bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array(text.length + bytes.length);
  all.set(new TextEncoder().encode(text));
  all.set(bytes, text.length);
  return all;
}

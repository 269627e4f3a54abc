// Invoices that a node made up for tests would send.
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bech32 } from '@scure/base';
import { sha256Hex } from '../../src/protocol/crypto.ts';
import { hexToBytes } from '../../src/protocol/hex.ts';

const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/** The key that signs unless another is given. */
export const NODE = new Uint8Array(32).fill(9);

/** A field by its letter: bytes, or words of 5 bits as they are. */
export type Field = readonly [letter: string, data: Uint8Array | readonly number[]];

/** The fields that no invoice lacks. */
export const NEEDED: readonly Field[] = [
  ['p', new Uint8Array(32).fill(1)],
  ['s', new Uint8Array(32).fill(2)],
  ['d', new TextEncoder().encode('coffee')],
];

/** A signed invoice; `prefix` is everything before the last 1. */
export function makeInvoice(prefix: string, time: number, fields: readonly Field[], key = NODE): string {
  const words = [30, 25, 20, 15, 10, 5, 0].map(shift => Math.floor(time / 2 ** shift) % 32);
  for (const [letter, data] of fields) {
    const inner = data instanceof Uint8Array ? bech32.toWords(data) : data;
    words.push(LETTERS.indexOf(letter), inner.length >> 5, inner.length & 31, ...inner);
  }
  const bits = words.map(word => word.toString(2).padStart(5, '0')).join('');
  const bytes = (bits.match(/.{1,8}/g) ?? []).map(byte => Number.parseInt(byte.padEnd(8, '0'), 2));
  const hash = hexToBytes(sha256Hex(Uint8Array.from([...new TextEncoder().encode(prefix), ...bytes])));
  // noble puts the number of the key first, BOLT-11 last.
  const [recovery = 0, ...signature] = secp256k1.sign(hash, key, { prehash: false, format: 'recovered' });
  return bech32.encode(
    prefix,
    [...words, ...bech32.toWords(Uint8Array.from([...signature, recovery]))],
    false,
  );
}

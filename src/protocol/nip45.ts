// NIP-45 HyperLogLog: how relays that each know a part tell how many authors there are in all.
// A count is 256 one-byte registers; two are merged by the greater of each.
import { sha256Hex } from './crypto.ts';
import { type Filter, isTagKey } from './filter.ts';
import { bytesToHex, hexToBytes, isHex, isHex32 } from './hex.ts';
import { parseAddress } from './kind.ts';

const REGISTERS = 256;

/** Bytes of the pubkey looked at for zeros. The text has no bound; go-nostr and nostr-tools stop here. */
const VALUE_BYTES = 7;

/** 256 registers; all zero when nothing was counted. */
export type Hll = Uint8Array;

/**
 * Registers that have counted nothing.
 * @example
 * newHll().length // → 256
 */
export function newHll(): Hll {
  return new Uint8Array(REGISTERS);
}

/**
 * Where in a pubkey to look, 8 to 23: the 33rd hex digit of an id or pubkey, of the pubkey of an address, or of
 * the sha256 of any other text; plus 8 (NIP-45).
 * @example
 * hllOffset('00000000000000000000000000000000f0000000000000000000000000000000') // → 23
 * hllOffset('nostr') // → 12
 */
export function hllOffset(tagValue: string): number {
  const hex = isHex32(tagValue) ? tagValue : (parseAddress(tagValue)?.pubkey ?? sha256Hex(tagValue));
  return Number.parseInt(hex[32]!, 16) + 8;
}

/**
 * The offset for a COUNT's filters, or undefined when they are not eligible: there must be one filter, with a
 * tag condition; the first value of the first one decides (NIP-45). Registers of several filters, which have
 * different offsets, cannot be merged.
 * @example
 * hllOffsetFor([{ kinds: [1], '#t': ['nostr', 'x'] }]) // → 12
 * hllOffsetFor([{ kinds: [1] }]) // → undefined
 * hllOffsetFor([{ '#t': ['nostr'] }, { '#t': ['x'] }]) // → undefined
 */
export function hllOffsetFor(filters: readonly Filter[]): number | undefined {
  const [filter, ...others] = filters;
  if (!filter || others.length > 0) return undefined;
  const key = Object.keys(filter).find(isTagKey);
  const value = key && filter[key]?.[0];
  return value === undefined ? undefined : hllOffset(value);
}

/**
 * Counts an author (64 hex digits) in: the byte at the offset chooses the register, one more than the number of
 * zero bits behind it is the value (NIP-45). Changes `hll`.
 * @example
 * encodeHll(addToHll(newHll(), 'ff'.repeat(32), 8)).slice(-4) // → '0001'
 */
export function addToHll(hll: Hll, pubkey: string, offset: number): Hll {
  const bytes = hexToBytes(pubkey.slice(offset * 2, (offset + 1 + VALUE_BYTES) * 2));
  const register = bytes[0]!;
  hll[register] = Math.max(hll[register]!, leadingZeroBits(bytes.subarray(1)) + 1);
  return hll;
}

function leadingZeroBits(bytes: Uint8Array): number {
  const first = bytes.findIndex(byte => byte !== 0);
  return first < 0 ? bytes.length * 8 : first * 8 + Math.clz32(bytes[first]!) - 24;
}

/**
 * Merges `from` into `into`, the greater of each register, and returns `into`. Both must be of the same filter.
 * @example
 * estimateHll(mergeHll(newHll(), addToHll(newHll(), 'ff'.repeat(32), 8))) // → 1
 */
export function mergeHll(into: Hll, from: Hll): Hll {
  for (let i = 0; i < REGISTERS; i++) into[i] = Math.max(into[i]!, from[i]!);
  return into;
}

/** For 256 registers: 0.7213 / (1 + 1.079 / 256), the bias of the harmonic mean. */
const ALPHA = 0.7182725932495458;

/**
 * About how many different authors were counted, rounded down, as go-nostr and nostr-tools reckon: linear counting
 * while it gives less than three quarters of the raw estimate's reliable range, else the harmonic mean.
 * @example
 * estimateHll(newHll()) // → 0
 */
export function estimateHll(hll: Hll): number {
  const zeros = hll.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
  const linear = zeros === 0 ? Number.POSITIVE_INFINITY : REGISTERS * Math.log(REGISTERS / zeros);
  if (linear <= LINEAR_LIMIT) return Math.floor(linear);
  const raw = (ALPHA * REGISTERS ** 2) / hll.reduce((sum, value) => sum + 2 ** -value, 0);
  return Math.floor(raw <= REGISTERS * 3 && zeros !== 0 ? linear : raw);
}

const LINEAR_LIMIT = 220;

/** Registers err by a sixteenth on average; beyond so many times the count, and so many more, they count something else. */
const MOST_TIMES = 4;
const MOST_MORE = 20;

/**
 * Whether registers can be of the events that the same relay has counted: they stand for their authors, who are no more.
 * @example
 * isPlausibleHll(addToHll(newHll(), 'ff'.repeat(32), 8), 3) // → true
 * isPlausibleHll(newHll().fill(255), 3) // → false
 */
export function isPlausibleHll(hll: Hll, count: number): boolean {
  return estimateHll(hll) <= MOST_TIMES * count + MOST_MORE;
}

/**
 * The registers as they go over the wire: 512 lower-case hex digits.
 * @example
 * encodeHll(newHll()) // → '00'.repeat(256)
 */
export function encodeHll(hll: Hll): string {
  return bytesToHex(hll);
}

/**
 * The registers of a COUNT's `hll`, or undefined when it is not 512 lower-case hex digits.
 * @example
 * decodeHll('39'.repeat(256))[0] // → 57
 * decodeHll('39') // → undefined
 */
export function decodeHll(hex: string): Hll | undefined {
  return isHex(hex, REGISTERS * 2) ? hexToBytes(hex) : undefined;
}

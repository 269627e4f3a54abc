// What one side of a negentropy session has (NIP-77): times and ids, sorted, in two arrays of numbers and without an object
// for each: a million take 44 MB.
import { sha256Hex } from './crypto.ts';
import { hexToBytes } from './hex.ts';
import { type Bound, FINGERPRINT_BYTES, GrowingBytes, ID_BYTES, writeVarint } from './negentropy-frame.ts';
import { compareIds } from './negentropy-ids.ts';
import { isTime } from './time.ts';

/** The sum of the ids before each so many items is kept: a fingerprint adds at most twice as many. */
const STRIDE = 16;

/** Items that are looked at between two steps of `sealing`. */
const PACE = 4096;

/** 32-bit words of an id, the least significant first. */
const WORDS = 8;

/**
 * The items of one side. `add` them in any order, then `seal`; an item that was added twice counts once.
 * @example
 * new NegentropyItems().add(7, 'aa'.repeat(32)).add(5, 'bb'.repeat(32)).seal().timeAt(0) // → 5
 * new NegentropyItems().add(-1, 'aa'.repeat(32)) // throws a time must be a whole number of seconds below 2^53
 * new NegentropyItems().add(1, 'aa') // throws an id must be 32 bytes
 * new NegentropyItems().seal().add(1, 'aa'.repeat(32)) // throws no item can be added after seal
 */
export class NegentropyItems {
  #times: Float64Array;
  #ids: Uint8Array;
  #size = 0;
  /** The sums of the ids before item 0, STRIDE, 2 STRIDE …; there once it is sealed. */
  #sums: Uint32Array | undefined;

  /** Memory for `reserve` items is taken at once; beyond them it is doubled. */
  constructor(reserve = 1024) {
    this.#times = new Float64Array(reserve);
    this.#ids = new Uint8Array(reserve * ID_BYTES);
  }

  get size(): number {
    return this.#size;
  }

  /** Adds an item: unix seconds, and 32 bytes or 64 hex digits. Throws `RangeError` for other values. */
  add(time: number, id: string | Uint8Array): this {
    if (this.#sums) throw new RangeError('no item can be added after seal');
    if (!isTime(time)) throw new RangeError('a time must be a whole number of seconds below 2^53');
    const bytes = typeof id === 'string' ? hexToBytes(id) : id;
    if (bytes.length !== ID_BYTES) throw new RangeError('an id must be 32 bytes');
    if (this.#size === this.#times.length) this.#grow();
    this.#times[this.#size] = time;
    this.#ids.set(bytes, this.#size++ * ID_BYTES);
    return this;
  }

  #grow(): void {
    const [times, ids] = [this.#times, this.#ids];
    const reserve = Math.max(1024, 2 * times.length);
    this.#times = new Float64Array(reserve);
    this.#times.set(times);
    this.#ids = new Uint8Array(reserve * ID_BYTES);
    this.#ids.set(ids);
  }

  /** Sorts by time, then by id. Only then it can be asked; nothing can be added any more. */
  seal(): this {
    for (const _ of this.sealing());
    return this;
  }

  /**
   * Seals in steps, so that others may go first between them; nothing may be added meanwhile. A step is short where the
   * items came newest first, those of a second lowest id first, as a relay finds them, or in their own order.
   * @example
   * [...new NegentropyItems().add(7, 'aa'.repeat(32)).sealing()].length // → 0
   */
  *sealing(): Generator<void> {
    if (this.#sums) return;
    if (this.#isNewestFirst()) yield* this.#turnRound();
    if (!(yield* this.#isSorted())) this.#sort();
    yield* this.#dropRepeated();
    this.#sums = yield* this.#runningSums();
  }

  #isNewestFirst(): boolean {
    for (let i = 1; i < this.#size; i++) if (this.#times[i - 1]! < this.#times[i]!) return false;
    return this.#size > 0 && this.#times[0]! > this.#times[this.#size - 1]!;
  }

  /** Reverses all, and the items of each second once more. */
  *#turnRound(): Generator<void> {
    yield* this.#reverse(0, this.#size);
    for (let from = 0, upTo = 0; from < this.#size; from = upTo) {
      while (upTo < this.#size && this.#times[upTo] === this.#times[from]) if (++upTo % PACE === 0) yield;
      yield* this.#reverse(from, upTo);
    }
  }

  *#reverse(from: number, upTo: number): Generator<void> {
    const words = new Uint32Array(this.#ids.buffer);
    for (let low = from, high = upTo - 1; low < high; low++, high--) {
      const time = this.#times[low]!;
      this.#times[low] = this.#times[high]!;
      this.#times[high] = time;
      for (let word = 0, a = low * WORDS, b = high * WORDS; word < WORDS; word++, a++, b++) {
        const value = words[a]!;
        words[a] = words[b]!;
        words[b] = value;
      }
      if (low % PACE === PACE - 1) yield;
    }
  }

  *#isSorted(): Generator<void, boolean> {
    for (let i = 1; i < this.#size; i++) {
      if (this.#compare(i - 1, i) > 0) return false;
      if (i % PACE === PACE - 1) yield;
    }
    return true;
  }

  #compare(a: number, b: number): number {
    return this.#times[a]! - this.#times[b]! || compareIds(this.#ids, a, this.#ids, b);
  }

  #sort(): void {
    const order = orderOf(this.#times.subarray(0, this.#size));
    for (let from = 0, upTo = 0; from < order.length; from = upTo) {
      const time = this.#times[order[from]!];
      while (upTo < order.length && this.#times[order[upTo]!] === time) upTo++;
      if (upTo - from > 1) order.subarray(from, upTo).sort((a, b) => compareIds(this.#ids, a, this.#ids, b));
    }
    this.#arrange(order);
  }

  /** Moves item `order[i]` to place i, circle by circle, with one item in hand; `order` is used up. */
  #arrange(order: Uint32Array): void {
    const hand = new Uint8Array(ID_BYTES);
    for (let start = 0; start < order.length; start++) {
      if (order[start] === start) continue;
      hand.set(this.idAt(start));
      const time = this.#times[start]!;
      let to = start;
      for (let from = order[to]!; from !== start; from = order[to]!) {
        this.#move(from, to);
        order[to] = to;
        to = from;
      }
      this.#times[to] = time;
      this.#ids.set(hand, to * ID_BYTES);
      order[to] = to;
    }
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from]!;
    this.#ids.copyWithin(to * ID_BYTES, from * ID_BYTES, (from + 1) * ID_BYTES);
  }

  *#dropRepeated(): Generator<void> {
    let kept = 0;
    for (let i = 0; i < this.#size; i++) {
      if (i % PACE === PACE - 1) yield;
      if (kept > 0 && this.#compare(kept - 1, i) === 0) continue;
      if (kept !== i) this.#move(i, kept);
      kept++;
    }
    this.#size = kept;
  }

  *#runningSums(): Generator<void, Uint32Array> {
    const sums = new Uint32Array((Math.floor(this.#size / STRIDE) + 1) * WORDS);
    const sum = new Uint32Array(WORDS);
    for (let i = 0; i < this.#size; i++) {
      if (i % PACE === PACE - 1) yield;
      if (i % STRIDE === 0) sums.set(sum, (i / STRIDE) * WORDS);
      this.#addTo(sum, i);
    }
    if (this.#size % STRIDE === 0) sums.set(sum, (this.#size / STRIDE) * WORDS);
    return sums;
  }

  /** Unix seconds. */
  timeAt(index: number): number {
    return this.#times[index]!;
  }

  /** The 32 bytes of an id; a view. */
  idAt(index: number): Uint8Array {
    return this.#ids.subarray(index * ID_BYTES, (index + 1) * ID_BYTES);
  }

  /** The ids of some items, one after the other; a view. */
  idsOf(from: number, upTo: number): Uint8Array {
    return this.#ids.subarray(from * ID_BYTES, upTo * ID_BYTES);
  }

  /** The shortest bound between an item and the one before it. */
  boundBefore(index: number): Bound {
    const time = this.timeAt(index);
    if (index === 0 || this.timeAt(index - 1) !== time) return { time, prefix: this.#ids.subarray(0, 0) };
    const [id, before] = [this.idAt(index), this.idAt(index - 1)];
    return { time, prefix: id.subarray(0, id.findIndex((byte, i) => byte !== before[i]) + 1) };
  }

  /** The first item from `from` on that is not before the bound; `size` when there is none. */
  indexOf(bound: Bound, from: number): number {
    let [low, high] = [from, this.#size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(middle, bound)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isBefore(index: number, { time, prefix }: Bound): boolean {
    if (this.#times[index] !== time) return this.#times[index]! < time;
    for (let i = 0; i < prefix.length; i++) {
      const difference = this.#ids[index * ID_BYTES + i]! - prefix[i]!;
      if (difference !== 0) return difference < 0;
    }
    return false;
  }

  /**
   * The fingerprint of some items: the first 16 bytes of the sha256 of the sum of their ids (modulo 2^256, little-endian)
   * and their number as a varint (NIP-77).
   */
  fingerprint(from: number, upTo: number): Uint8Array {
    const input = new GrowingBytes(ID_BYTES + 8);
    const sum = this.#sumBefore(upTo);
    subtract(sum, this.#sumBefore(from));
    const bytes = new Uint8Array(ID_BYTES);
    for (let i = 0; i < ID_BYTES; i++) bytes[i] = sum[i >>> 2]! >>> (8 * (i & 3));
    input.bytes(bytes);
    writeVarint(input, upTo - from);
    return hexToBytes(sha256Hex(input.written).slice(0, 2 * FINGERPRINT_BYTES));
  }

  #sumBefore(index: number): Uint32Array {
    if (!this.#sums) throw new RangeError('items must be sealed before they are asked');
    const mark = Math.floor(index / STRIDE);
    const sum = this.#sums.slice(mark * WORDS, (mark + 1) * WORDS);
    for (let i = mark * STRIDE; i < index; i++) this.#addTo(sum, i);
    return sum;
  }

  #addTo(sum: Uint32Array, index: number): void {
    const ids = this.#ids;
    let carry = 0;
    for (let word = 0, at = index * ID_BYTES; word < WORDS; word++, at += 4) {
      const value = (ids[at]! | (ids[at + 1]! << 8) | (ids[at + 2]! << 16) | (ids[at + 3]! << 24)) >>> 0;
      const total = sum[word]! + value + carry;
      sum[word] = total;
      carry = total > 0xffff_ffff ? 1 : 0;
    }
  }
}

/** Values of a digit, for the sort below. */
const RADIX = 2 ** 16;

/** The numbers of the times, earliest first: sorted digit by digit, the least significant first, in time that grows linearly. */
function orderOf(times: Float64Array): Uint32Array {
  let order = Uint32Array.from(times, (_, i) => i);
  let sorted = new Uint32Array(order.length);
  const earliest = times.reduce((a, b) => Math.min(a, b));
  const span = times.reduce((a, b) => Math.max(a, b)) - earliest;
  for (let place = 1; place <= span; place *= RADIX) {
    const digitOf = (i: number) => Math.floor((times[i]! - earliest) / place) % RADIX;
    const places = new Uint32Array(RADIX + 1);
    for (const i of order) places[digitOf(i) + 1]!++;
    for (let digit = 1; digit < RADIX; digit++) places[digit]! += places[digit - 1]!;
    for (const i of order) sorted[places[digitOf(i)]!++] = i;
    [order, sorted] = [sorted, order];
  }
  return order;
}

/** Takes one sum from another, modulo 2^256. */
function subtract(from: Uint32Array, what: Uint32Array): void {
  let borrow = 0;
  for (let word = 0; word < WORDS; word++) {
    const rest = from[word]! - what[word]! - borrow;
    from[word] = rest;
    borrow = rest < 0 ? 1 : 0;
  }
}

// What one side of a negentropy session answers (NIP-77): a frame of ranges, no longer than its limit.
import { type Bound, FrameWriter, ID_BYTES, LAST } from './negentropy-frame.ts';
import type { NegentropyItems } from './negentropy-items.ts';

/** What is said of a range. */
export const SKIP = 0;
export const FINGERPRINT = 1;
export const IDS = 2;

/** A range that differs is split into so many, or listed when it has fewer than twice as many items. */
const BUCKETS = 16;

/** "frame size limit: 0 or at least 4096" (negentropy); a range that is split takes 1,100 bytes at most. */
export const SMALLEST_FRAME_LIMIT = 4096;

/** Bytes kept free in a frame for its end: a skip, and the fingerprint of the rest. */
const RESERVE = 200;

/** Bytes before the ids of a list: its bound, its mode, their number. */
const LIST_HEAD = 60;

/** The frame that answers, range by range. A frame that would be too long ends with the fingerprint of all that is left. */
export class Reply {
  /** Nothing more can be said. */
  isFull = false;
  readonly #items: NegentropyItems;
  readonly #most: number;
  readonly #writer = new FrameWriter();
  /** Up to here the sides agree, and that is not yet written. */
  #settled: Bound | undefined;

  constructor(items: NegentropyItems, frameLimit: number) {
    this.#items = items;
    this.#most = checkedLimit(frameLimit) - RESERVE;
  }

  get frame(): Uint8Array {
    return this.#writer.frame;
  }

  /** Whether there is nothing to say. */
  get isBlank(): boolean {
    return this.#writer.length === 1;
  }

  /** There is nothing to say up to this bound. */
  settle(bound: Bound): void {
    this.#settled = bound;
  }

  /** The range up to `bound`, in which we have these items, differs. */
  split(from: number, upTo: number, bound: Bound): void {
    this.#skipSettled();
    const whole = () =>
      upTo - from < 2 * BUCKETS ? this.#ids(from, upTo, bound) : this.#buckets(from, upTo, bound);
    if (!this.#writer.fits(this.#most, whole)) this.#rest(from);
  }

  /** All that we have in the range up to `bound`, or as much of it as there is room for. */
  list(from: number, upTo: number, bound: Bound): void {
    this.#skipSettled();
    const room = Math.floor((this.#most - this.#writer.length - LIST_HEAD) / ID_BYTES);
    const end = from + Math.max(0, room);
    if (upTo <= end) return this.#ids(from, upTo, bound);
    if (end > from) this.#ids(from, end, this.#items.boundBefore(end));
    this.#rest(end);
  }

  #skipSettled(): void {
    if (this.#settled) this.#range(this.#settled, SKIP);
    this.#settled = undefined;
  }

  #ids(from: number, upTo: number, bound: Bound): void {
    this.#range(bound, IDS);
    this.#writer.varint(upTo - from);
    this.#writer.bytes(this.#items.idsOf(from, upTo));
  }

  #buckets(from: number, upTo: number, bound: Bound): void {
    const [least, larger] = [Math.floor((upTo - from) / BUCKETS), (upTo - from) % BUCKETS];
    for (let bucket = 0, start = from; bucket < BUCKETS; bucket++) {
      const end = start + least + (bucket < larger ? 1 : 0);
      this.#range(end === upTo ? bound : this.#items.boundBefore(end), FINGERPRINT);
      this.#writer.bytes(this.#items.fingerprint(start, end));
      start = end;
    }
  }

  /** Ends the frame. */
  #rest(from: number): void {
    this.isFull = true;
    this.#range(LAST, FINGERPRINT);
    this.#writer.bytes(this.#items.fingerprint(from, this.#items.size));
  }

  #range(bound: Bound, mode: number): void {
    this.#writer.bound(bound);
    this.#writer.varint(mode);
  }
}

function checkedLimit(limit: number): number {
  if (limit === 0) return Number.POSITIVE_INFINITY;
  if (limit >= SMALLEST_FRAME_LIMIT) return limit;
  throw new RangeError(`a frame limit must be 0 or at least ${SMALLEST_FRAME_LIMIT} bytes, not ${limit}`);
}

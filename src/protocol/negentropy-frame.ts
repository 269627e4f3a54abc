// The bytes of a negentropy frame (NIP-77, protocol V1): numbers and bounds, read and written. What comes from a peer is
// hostile: nothing is read beyond the frame, and no number makes us reserve memory.

/** The version byte of protocol V1. */
export const VERSION = 0x61;

/** Bytes of an id, and of a fingerprint. */
export const ID_BYTES = 32;
export const FINGERPRINT_BYTES = 16;

/**
 * What is wrong with a frame. `empty` and `truncated`: it ends too early; `version`: another protocol; `varint`: a number
 * that is too large or not minimal; `bound`: an id prefix of more than 32 bytes; `order`: bounds that go backwards;
 * `mode`: neither skip, fingerprint nor ids; `no_progress` and `too_many`: the peer would never come to an end.
 */
export type NegentropyFault =
  | 'empty'
  | 'truncated'
  | 'version'
  | 'varint'
  | 'bound'
  | 'order'
  | 'mode'
  | 'no_progress'
  | 'too_many';

/** Thrown for a peer's frame that ends the session; `code` names the reason. */
export class InvalidNegentropy extends Error {
  override name = 'InvalidNegentropy';
  readonly code: NegentropyFault;
  constructor(code: NegentropyFault, message: string) {
    super(message);
    this.code = code;
  }
}

/** Where a range ends: before the first item that has this time, and an id not below these first bytes. */
export interface Bound {
  /** Unix seconds; `Infinity` is after every item. */
  time: number;
  /** 0 to 32 bytes; those that are missing count as zero. */
  prefix: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

/** Before every item, and after every item. */
export const FIRST: Bound = { time: 0, prefix: NO_BYTES };
export const LAST: Bound = { time: Number.POSITIVE_INFINITY, prefix: NO_BYTES };

/** Less than 0, 0 or more, as `a` stands before, at or after `b`. */
export function compareBounds(a: Bound, b: Bound): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  for (let i = 0; i < ID_BYTES; i++) {
    const difference = (a.prefix[i] ?? 0) - (b.prefix[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Reads a frame from its first byte to its last. Each method throws `InvalidNegentropy`. */
export class FrameReader {
  readonly #frame: Uint8Array;
  #at = 0;
  #bound = FIRST;

  constructor(frame: Uint8Array) {
    this.#frame = frame;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#frame.length;
  }

  byte(): number {
    if (this.isAtEnd) throw this.#truncated();
    return this.#frame[this.#at++]!;
  }

  /** So many bytes; a view of the frame. */
  bytes(count: number): Uint8Array {
    if (count > this.#frame.length - this.#at) throw this.#truncated();
    this.#at += count;
    return this.#frame.subarray(this.#at - count, this.#at);
  }

  /** A whole number below 2^53: base 128, most significant digit first, all but the last with the high bit. */
  varint(): number {
    let value = 0;
    for (let digits = 0; ; digits++) {
      const byte = this.byte();
      if (digits === 0 && byte === 0x80) throw this.#fault('varint', 'a number begins with a zero digit');
      value = value * 128 + (byte & 0x7f);
      if (value > Number.MAX_SAFE_INTEGER) throw this.#fault('varint', 'a number is not below 2^53');
      if (byte < 0x80) return value;
    }
  }

  /** The end of the next range, never before the end of the one before. */
  bound(): Bound {
    const delta = this.varint();
    const time = delta === 0 ? Number.POSITIVE_INFINITY : this.#bound.time + delta - 1;
    if (Number.isFinite(time) && time > Number.MAX_SAFE_INTEGER)
      throw this.#fault('varint', 'a time is not below 2^53');
    const length = this.varint();
    if (length > ID_BYTES) throw this.#fault('bound', `an id prefix of ${length} bytes; at most ${ID_BYTES}`);
    const prefix = length === 0 ? NO_BYTES : this.bytes(length);
    const bound = Number.isFinite(time) ? { time, prefix } : LAST;
    if (compareBounds(bound, this.#bound) < 0)
      throw this.#fault('order', 'a range ends before the one before it');
    this.#bound = bound;
    return bound;
  }

  /** So many ids, as they lie in the frame. */
  ids(): Uint8Array {
    return this.bytes(this.varint() * ID_BYTES);
  }

  #truncated(): InvalidNegentropy {
    return this.#frame.length === 0
      ? new InvalidNegentropy('empty', 'the frame is empty')
      : new InvalidNegentropy('truncated', `the frame ends too early, after ${this.#frame.length} bytes`);
  }

  #fault(code: NegentropyFault, what: string): InvalidNegentropy {
    return new InvalidNegentropy(code, `${what} (before byte ${this.#at} of the frame)`);
  }
}

/** Bytes that grow at their end. */
export class GrowingBytes {
  #bytes: Uint8Array;
  #length = 0;

  constructor(reserve = 256) {
    this.#bytes = new Uint8Array(reserve);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written, a view until more is written. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(values: Uint8Array): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** Forgets what was written after this length. */
  cut(length: number): void {
    this.#length = length;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.written);
    this.#bytes = larger;
  }
}

/** Writes a whole number from 0 to 2^53 - 1. */
export function writeVarint(to: GrowingBytes, value: number): void {
  let place = 1;
  while (value / place >= 128) place *= 128;
  for (let rest = value; place > 1; place /= 128) {
    to.byte(0x80 | Math.floor(rest / place));
    rest %= place;
  }
  to.byte(value % 128);
}

/** Writes a frame; times of bounds are told as the difference to the bound before. */
export class FrameWriter {
  readonly #bytes = new GrowingBytes();
  #time = 0;

  constructor() {
    this.#bytes.byte(VERSION);
  }

  get length(): number {
    return this.#bytes.length;
  }

  get frame(): Uint8Array {
    return this.#bytes.written;
  }

  varint(value: number): void {
    writeVarint(this.#bytes, value);
  }

  bytes(values: Uint8Array): void {
    this.#bytes.bytes(values);
  }

  bound({ time, prefix }: Bound): void {
    if (Number.isFinite(time)) {
      this.varint(1 + time - this.#time);
      this.#time = time;
    } else this.varint(0);
    this.varint(prefix.length);
    this.bytes(prefix);
  }

  /** Runs `write`; takes back what it wrote, and says false, when the frame is longer than `most` then. */
  fits(most: number, write: () => void): boolean {
    const [length, time] = [this.length, this.#time];
    write();
    if (this.length <= most) return true;
    this.#bytes.cut(length);
    this.#time = time;
    return false;
  }
}

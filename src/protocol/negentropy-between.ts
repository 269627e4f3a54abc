// Negentropy between two relays (NIP-77) for somebody who has no items: what one relay answers is handed to the other as
// if that had been asked. Both list the ids of ranges that differ; those are compared here, and taken out of what is
// handed on. So two relays are reconciled for the price of what differs, and nobody holds their ids.
import { IdBytes, IdTable } from './id-table.ts';
import {
  type Bound,
  compareBounds,
  FINGERPRINT_BYTES,
  FIRST,
  FrameReader,
  FrameWriter,
  GrowingBytes,
  ID_BYTES,
  InvalidNegentropy,
  LAST,
  VERSION,
} from './negentropy-frame.ts';
import { IdList, SortedIds } from './negentropy-ids.ts';
import { FINGERPRINT, IDS, SKIP } from './negentropy-reply.ts';

/** One of the two relays. */
export type Side = 0 | 1;

const SIDES = [0, 1] as const;

/** A frame for one of them. */
export interface Outgoing {
  readonly to: Side;
  readonly frame: Uint8Array;
}

/** What became known: ids that only one side has, each told once. */
export type OnlyAt = readonly [IdList, IdList];

interface Range {
  readonly lower: Bound;
  readonly upper: Bound;
  readonly mode: number;
  /** A fingerprint, or ids. */
  readonly payload: Uint8Array;
}

/** Matches no fingerprint, but once in 2^128: whoever is asked splits the range, or lists it. */
const NO_FINGERPRINT = new Uint8Array(FINGERPRINT_BYTES).fill(0xff);

/** Frames in a row that compare no ids; about ten lead to each difference in an honest session. */
const MOST_FRUITLESS = 256;

/** Ids that are compared in all. */
const MOST_COMPARED = 20_000_000;

/** Ids that only one side has: each takes 70 bytes until the end. */
const MOST_TOLD = 1_000_000;

/** Bytes of ranges that wait to be handed on: a side that answers far more than it is asked would fill the memory. */
const MOST_WAITING = 128 * 1024 * 1024;

/** Bytes of a range beside its payload: two numbers, a bound, a count. */
const RANGE_HEAD = 64;

/**
 * The session of two relays. `limits` are the greatest lengths of frames to each, in bytes, 4096 or more.
 * @example
 * new NegentropyBetween([4096, 4096]).outgoing().to // → 0
 */
export class NegentropyBetween {
  readonly #limits: readonly [number, number];
  /** Ranges that wait to be handed to each side, in their order. */
  readonly #waiting: [Range[], Range[]] = [[], []];
  /** Lists of each side that were handed to the other one, by where their range begins. */
  readonly #listed: readonly [Map<string, Range>, Map<string, Range>] = [new Map(), new Map()];
  /** Ids that were told: what ends a full answer may be about ids that were compared before. */
  readonly #told: readonly [IdTable, IdTable] = [new IdTable(1024), new IdTable(1024)];
  readonly #key = new IdBytes();
  /** Bytes of what waits. */
  #weight = 0;
  /** Whether each side was asked anything. */
  readonly #isBegun: [boolean, boolean] = [false, false];
  #fruitless = 0;
  #compared = 0;

  constructor(limits: readonly [number, number]) {
    this.#limits = limits;
    this.#waiting[0].push({ lower: FIRST, upper: LAST, mode: FINGERPRINT, payload: NO_FINGERPRINT });
  }

  /**
   * The next frame for a side that has answered the last one; undefined when there is none. When both have answered, then
   * everything is known. The second side is asked about nothing while the first one looks for its items: it finds its own.
   */
  outgoing(free: readonly Side[] = SIDES): Outgoing | undefined {
    for (const to of free)
      if (this.#waiting[to].length > 0) {
        this.#isBegun[to] = true;
        return { to, frame: this.#frameFor(to) };
      }
    if (!this.#isBegun[0] || this.#isBegun[1] || free[0] !== 1) return undefined;
    this.#isBegun[1] = true;
    return { to: 1, frame: new FrameWriter().frame };
  }

  /** Takes what a side answered. Throws `InvalidNegentropy`; what was told before holds. */
  take(from: Side, frame: Uint8Array): OnlyAt {
    const only: OnlyAt = [new IdList(), new IdList()];
    const waiting: Range[] = [];
    const other: Side = from === 0 ? 1 : 0;
    const before = this.#compared;
    for (const range of rangesOf(frame)) {
      if (range.mode === SKIP) continue;
      if (range.mode === IDS && this.#settles(from, other, range, only)) continue;
      if (range.mode === FINGERPRINT && range.upper === LAST) this.#supersede(from, range);
      waiting.push(range);
    }
    this.#wait(from, other, waiting);
    this.#fruitless = this.#compared > before ? 0 : this.#fruitless + 1;
    if (this.#fruitless > MOST_FRUITLESS)
      throw new InvalidNegentropy('no_progress', `${MOST_FRUITLESS} frames in a row brought nothing new`);
    return only;
  }

  /** Copies wait, in one piece: they must not keep the whole frame in memory. */
  #wait(from: Side, other: Side, ranges: readonly Range[]): void {
    this.#weight += weightOf(ranges);
    if (this.#weight > MOST_WAITING)
      throw new InvalidNegentropy('too_many', 'a side answers far more than it is asked');
    for (const copy of copiesOf(ranges)) {
      if (copy.mode === IDS) this.#listed[from].set(keyOf(copy.lower), copy);
      this.#waiting[other].push(copy);
    }
  }

  /** What ends a full answer is about all that is left, also about what still waits to be asked there. */
  #supersede(from: Side, { lower }: Range): void {
    this.#waiting[from] = this.#waiting[from].filter(range => compareBounds(range.lower, lower) < 0);
  }

  /** Compares a list with the other side's of the same range, if there is one. */
  #settles(from: Side, other: Side, range: Range, only: OnlyAt): boolean {
    const key = keyOf(range.lower);
    const asked = this.#listed[other].get(key);
    this.#listed[other].delete(key);
    if (!asked || compareBounds(asked.upper, range.upper) !== 0) return false;
    const row = new SortedIds(range.payload);
    for (let at = 0; at < asked.payload.length; at += ID_BYTES) {
      const id = asked.payload.subarray(at, at + ID_BYTES);
      if (!row.take(id)) this.#tell(other, id, only);
    }
    for (const id of row.left()) this.#tell(from, id, only);
    this.#compared += (asked.payload.length + range.payload.length) / ID_BYTES;
    if (this.#compared > MOST_COMPARED)
      throw new InvalidNegentropy('too_many', `the sides name more than ${MOST_COMPARED} ids`);
    return true;
  }

  #tell(side: Side, id: Uint8Array, only: OnlyAt): void {
    const key = this.#key.readBytes(id);
    if (this.#told[side].find(key) > 0) return;
    if (this.#told[side].size === MOST_TOLD)
      throw new InvalidNegentropy('too_many', `more than ${MOST_TOLD} ids are on one side only`);
    this.#told[side].add(key);
    only[side].add(id);
  }

  /** As many of the waiting ranges as a frame holds, in their order. */
  #frameFor(to: Side): Uint8Array {
    const writer = new FrameWriter();
    const limit = this.#limits[to];
    const left: Range[] = [];
    let end = FIRST;
    for (const range of this.#waiting[to].sort((a, b) => compareBounds(a.lower, b.lower))) {
      const handed = range.payload.length + 2 * RANGE_HEAD > limit ? this.#unlisted(to, range) : range;
      const isBehind = compareBounds(end, range.lower) <= 0;
      if (isBehind && writer.fits(limit, () => writeRange(writer, end, handed))) end = range.upper;
      else left.push(range);
    }
    this.#waiting[to] = left;
    this.#weight = weightOf(this.#waiting[0]) + weightOf(this.#waiting[1]);
    return writer.frame.slice();
  }

  /** A list that is too long for a frame: the side is made to split the range instead. */
  #unlisted(to: Side, range: Range): Range {
    this.#listed[to === 0 ? 1 : 0].delete(keyOf(range.lower));
    return { ...range, mode: FINGERPRINT, payload: NO_FINGERPRINT };
  }
}

/** The ranges of a frame. Throws `InvalidNegentropy`. */
function* rangesOf(frame: Uint8Array): Generator<Range> {
  const reader = new FrameReader(frame);
  const version = reader.byte();
  if (version !== VERSION)
    throw new InvalidNegentropy('version', `a side speaks another version: byte ${version}`);
  for (let lower = FIRST; !reader.isAtEnd; ) {
    const upper = reader.bound();
    const mode = reader.varint();
    yield { lower, upper, mode, payload: payloadOf(mode, reader) };
    lower = upper;
  }
}

function payloadOf(mode: number, reader: FrameReader): Uint8Array {
  if (mode === SKIP) return new Uint8Array(0);
  if (mode === FINGERPRINT) return reader.bytes(FINGERPRINT_BYTES);
  if (mode === IDS) return reader.ids();
  throw new InvalidNegentropy('mode', `${mode} is no mode of a range`);
}

/** Writes a range, and before it a skip from where the frame has come to. */
function writeRange(writer: FrameWriter, from: Bound, { lower, upper, mode, payload }: Range): void {
  if (compareBounds(from, lower) < 0) {
    writer.bound(lower);
    writer.varint(SKIP);
  }
  writer.bound(upper);
  writer.varint(mode);
  if (mode === IDS) writer.varint(payload.length / ID_BYTES);
  writer.bytes(payload);
}

function keyOf({ time, prefix }: Bound): string {
  return `${time}:${String.fromCharCode(...prefix)}`;
}

function copiesOf(ranges: readonly Range[]): Range[] {
  const copies = new GrowingBytes(weightOf(ranges)); // never grows: views of it are taken
  const copyOf = (bytes: Uint8Array) => {
    if (bytes.length === 0) return bytes;
    copies.bytes(bytes);
    return copies.written.subarray(copies.length - bytes.length);
  };
  const boundOf = (bound: Bound) =>
    bound.prefix.length === 0 ? bound : { time: bound.time, prefix: copyOf(bound.prefix) };
  return ranges.map(range => ({
    lower: boundOf(range.lower),
    upper: boundOf(range.upper),
    mode: range.mode,
    payload: copyOf(range.payload),
  }));
}

function weightOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { payload }) => sum + payload.length + RANGE_HEAD, 0);
}

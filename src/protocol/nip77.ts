// NIP-77 negentropy, protocol V1: two sides find out which ids each has that the other lacks, without sending them all. The
// initiator sends fingerprints of ranges of its items; ranges that differ are split until few enough items are left to
// list them. How frames are carried is in message.ts; what an item set holds is in negentropy-items.ts.
import { IdBytes, IdTable } from './id-table.ts';
import {
  type Bound,
  FINGERPRINT_BYTES,
  FrameReader,
  InvalidNegentropy,
  LAST,
  VERSION,
} from './negentropy-frame.ts';
import { IdList, SortedIds } from './negentropy-ids.ts';
import { NegentropyItems } from './negentropy-items.ts';
import { FINGERPRINT, IDS, Reply, SKIP, SMALLEST_FRAME_LIMIT } from './negentropy-reply.ts';

export type { NegentropyFault } from './negentropy-frame.ts';
export { IdList, InvalidNegentropy, NegentropyItems, SMALLEST_FRAME_LIMIT };

/**
 * So many frames may bring nothing new, one after the other. In an honest session each frame brings the first difference
 * nearer by a split into 16 parts, so about ten of them lead to an id.
 */
const MOST_FRUITLESS = 256;

/** The ids that a peer may say it has, where nothing else is said: each takes 70 bytes. */
const MOST_NEEDED = 10_000_000;

/** What a frame of the other side taught the initiator. */
export interface NegentropyStep {
  /** The frame to send; undefined when everything is known. */
  reply: Uint8Array | undefined;
  /** What only we have, and what only the other side has: new in this step, so that no id is told twice. */
  have: IdList;
  need: IdList;
}

/**
 * The answer of a relay to a frame of a client. It keeps nothing between two frames. `frameLimit` is the greatest length of
 * the answer in bytes, at least 4096, or 0 for any. A frame of another version is answered by the byte 0x61, the version
 * known here. Throws `InvalidNegentropy` for a frame that is none; `RangeError` for another limit.
 * @example
 * bytesToHex(answerNegentropy(new NegentropyItems().add(1, 'ee'.repeat(32)).seal(), hexToBytes('6100000200'))) // → `6100000201${'ee'.repeat(32)}`
 * bytesToHex(answerNegentropy(new NegentropyItems().seal(), hexToBytes('62aabb'))) // → '61'
 * answerNegentropy(new NegentropyItems().seal(), hexToBytes('6100')) // throws the frame ends too early
 */
export function answerNegentropy(items: NegentropyItems, frame: Uint8Array, frameLimit = 0): Uint8Array {
  const reader = new FrameReader(frame);
  const reply = new Reply(items, frameLimit);
  if (versionOf(reader) !== VERSION) return reply.frame;
  converse(items, reader, reply, (_, from, upTo, bound) => reply.list(from, upTo, bound));
  return reply.frame;
}

/**
 * The side that asks: what it has, and what it learned. `frameLimit` is the greatest length of its frames in bytes, at least
 * 4096, or 0 for any; `mostNeeded` is how many ids the other side may have that we lack. With `mayRepeat` ids that it names
 * again are told again, so that they need not be remembered here.
 * @example
 * bytesToHex(new NegentropyInitiator(new NegentropyItems().seal()).open()) // → '6100000200'
 * [...new NegentropyInitiator(new NegentropyItems().seal()).next(hexToBytes(`6100000201${'ee'.repeat(32)}`)).need] // → ['ee'.repeat(32)]
 * new NegentropyInitiator(new NegentropyItems().seal()).next(hexToBytes('61')).reply // → undefined
 */
export class NegentropyInitiator {
  readonly #items: NegentropyItems;
  readonly #frameLimit: number;
  readonly #mostNeeded: number;
  /** A bit for each of our items that was told as one only we have. */
  readonly #had: Uint8Array;
  /** Ids that were told as ones only the other side has. */
  readonly #needed = new IdTable(1024);
  readonly #key = new IdBytes();
  readonly #mayRepeat: boolean;
  #fruitless = 0;
  #needs = 0;

  constructor(items: NegentropyItems, frameLimit = 0, mostNeeded = MOST_NEEDED, mayRepeat = false) {
    this.#mayRepeat = mayRepeat;
    this.#items = items;
    this.#frameLimit = frameLimit;
    this.#mostNeeded = mostNeeded;
    this.#had = new Uint8Array(Math.ceil(items.size / 8));
  }

  /** The first frame, of the NEG-OPEN. */
  open(): Uint8Array {
    const reply = new Reply(this.#items, this.#frameLimit);
    reply.split(0, this.#items.size, LAST);
    return reply.frame;
  }

  /** Takes the other side's answer. Throws `InvalidNegentropy`; then the session is over, what was told before holds. */
  next(frame: Uint8Array): NegentropyStep {
    const reader = new FrameReader(frame);
    const version = versionOf(reader);
    if (version !== VERSION)
      throw new InvalidNegentropy('version', `the other side speaks version ${version - VERSION + 1} alone`);
    const step = { have: new IdList(), need: new IdList() };
    const reply = new Reply(this.#items, this.#frameLimit);
    converse(this.#items, reader, reply, (theirs, from, upTo, bound) => {
      this.#compare(theirs, from, upTo, step);
      reply.settle(bound);
    });
    this.#countFruitless(step);
    return { reply: reply.isBlank ? undefined : reply.frame, ...step };
  }

  /** Notes what only one side has of a range, of which theirs are all the other side has. */
  #compare(
    theirs: Uint8Array,
    from: number,
    upTo: number,
    step: Pick<NegentropyStep, 'have' | 'need'>,
  ): void {
    const row = new SortedIds(theirs);
    for (let index = from; index < upTo; index++)
      if (!row.take(this.#items.idAt(index)) && this.#isNewToHave(index))
        step.have.add(this.#items.idAt(index));
    for (const id of row.left()) if (this.#isNewToNeed(id)) step.need.add(id);
  }

  #isNewToHave(index: number): boolean {
    const [at, bit] = [index >>> 3, 1 << (index & 7)];
    if ((this.#had[at]! & bit) !== 0) return false;
    this.#had[at]! |= bit;
    return true;
  }

  #isNewToNeed(id: Uint8Array): boolean {
    const key = this.#key.readBytes(id);
    if (!this.#mayRepeat && this.#needed.find(key) > 0) return false;
    if (this.#needs++ === this.#mostNeeded)
      throw new InvalidNegentropy('too_many', `the other side names more than ${this.#mostNeeded} ids`);
    if (!this.#mayRepeat) this.#needed.add(key);
    return true;
  }

  #countFruitless({ have, need }: Pick<NegentropyStep, 'have' | 'need'>): void {
    this.#fruitless = have.length + need.length > 0 ? 0 : this.#fruitless + 1;
    if (this.#fruitless > MOST_FRUITLESS)
      throw new InvalidNegentropy('no_progress', `${MOST_FRUITLESS} frames in a row brought nothing new`);
  }
}

/** The first byte. Throws for one that no version of the protocol has. */
function versionOf(reader: FrameReader): number {
  const version = reader.byte();
  if (version < 0x60 || version > 0x6f)
    throw new InvalidNegentropy('version', `a frame must begin with its version, not with byte ${version}`);
  return version;
}

/** What to do with the ids that the other side has in a range, in which we have the items `from` to `upTo`. */
type OnIds = (theirs: Uint8Array, from: number, upTo: number, bound: Bound) => void;

/** Reads the ranges of a frame, one after the other, and replies to each, until the reply is full. */
function converse(items: NegentropyItems, reader: FrameReader, reply: Reply, onIds: OnIds): void {
  let from = 0;
  while (!reader.isAtEnd && !reply.isFull) {
    const bound = reader.bound();
    const upTo = items.indexOf(bound, from);
    const mode = reader.varint();
    if (mode === SKIP) reply.settle(bound);
    else if (mode === IDS) onIds(reader.ids(), from, upTo, bound);
    else if (mode !== FINGERPRINT) throw new InvalidNegentropy('mode', `${mode} is no mode of a range`);
    else if (isSame(reader.bytes(FINGERPRINT_BYTES), items.fingerprint(from, upTo))) reply.settle(bound);
    else reply.split(from, upTo, bound);
    from = upTo;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, i) => byte === b[i]);
}

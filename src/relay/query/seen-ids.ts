// Which event ids have been printed. Bounded: two generations of a fixed size, so that a stream that runs for
// days stays flat. A repetition is recognised when fewer than GENERATION distinct events lie between.
import type { StreamEvent } from '../../protocol/stream-event.ts';

/** Ids kept at least; at most twice as many are held, in 20 MB. */
const GENERATION = 250_000;

/** 32-bit words of an id. */
const WORDS = 8;

export class SeenIds {
  readonly #generation: number;
  #young: IdTable;
  #old: IdTable | undefined;
  /** The id in question, and the same memory as bytes. */
  readonly #key = new Int32Array(WORDS);
  readonly #keyBytes = Buffer.from(this.#key.buffer);

  constructor(generation = GENERATION) {
    this.#generation = generation;
    this.#young = new IdTable(generation);
  }

  /** Notes an id of 64 lower-case hex digits; false when it was there already. */
  add(id: string): boolean {
    this.#keyBytes.write(id, 'hex');
    return this.#addKey();
  }

  /** Notes the id of an event. */
  addEvent(event: Pick<StreamEvent, 'writeId'>): boolean {
    event.writeId(this.#key);
    return this.#addKey();
  }

  #addKey(): boolean {
    const hash = hashOf(this.#key, 0);
    if (this.#old?.has(this.#key, hash) || !this.#young.add(this.#key, hash)) return false;
    if (this.#young.isFull) {
      this.#old = this.#young;
      this.#young = new IdTable(this.#generation);
    }
    return true;
  }
}

/** Bits of a slot that hold the number of an id. The others hold bits of its hash, so that few ids are looked at. */
const NUMBER = 2 ** 18 - 1;

/**
 * A set of ids in two arrays of numbers (open addressing, linear probing): a fraction of what strings in a `Set` take,
 * and nothing for the garbage collector to walk. Memory that is touched for the first time is what costs most, so ids
 * lie in the order they came, and what lies scattered is small.
 */
class IdTable {
  /** The system gives memory as it is touched, not before. */
  #ids = NO_IDS;
  #slots = new Int32Array(2048);
  #size = 0;
  readonly #room: number;

  constructor(room: number) {
    this.#room = Math.min(room, NUMBER);
  }

  get isFull(): boolean {
    return this.#size === this.#room;
  }

  has(key: Int32Array, hash: number): boolean {
    return this.#slots[this.#find(key, hash)] !== 0;
  }

  /** False when it was there already. */
  add(key: Int32Array, hash: number): boolean {
    const at = this.#find(key, hash);
    if (this.#slots[at] !== 0) return false;
    if (this.#size === 0) this.#ids = new Int32Array(this.#room * WORDS);
    const from = this.#size++ * WORDS;
    for (let i = 0; i < WORDS; i++) this.#ids[from + i] = key[i]!;
    this.#slots[at] = slotOf(hash, this.#size);
    if (this.#size * 2 === this.#slots.length) this.#grow();
    return true;
  }

  /** The slot of the key, or the free one where it belongs. */
  #find(key: Int32Array, hash: number): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    let at = hash & last;
    for (let slot = slots[at]!; slot !== 0; slot = slots[at]!) {
      if (((slot ^ hash) & ~NUMBER) === 0 && this.#isAt(slot & NUMBER, key)) break;
      at = (at + 1) & last;
    }
    return at;
  }

  #isAt(number: number, key: Int32Array): boolean {
    const from = (number - 1) * WORDS;
    for (let i = 0; i < WORDS; i++) if (this.#ids[from + i] !== key[i]) return false;
    return true;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * GROWTH);
    const last = slots.length - 1;
    for (let number = 1; number <= this.#size; number++) {
      const hash = hashOf(this.#ids, (number - 1) * WORDS);
      let at = hash & last;
      while (slots[at] !== 0) at = (at + 1) & last;
      slots[at] = slotOf(hash, number);
    }
    this.#slots = slots;
  }
}

const NO_IDS = new Int32Array(0);

/** A table grows by so much: seldom, for every id must then be placed again. */
const GROWTH = 16;

/** Never 0, which is a free slot: numbers count from 1. */
function slotOf(hash: number, number: number): number {
  return (hash & ~NUMBER) | number;
}

/** With --no-verify a relay may choose ids at will, and must not be able to heap them up: the factors are secret. */
const FACTORS = Int32Array.from({ length: WORDS }, () => (Math.random() * 2 ** 32) | 1);

function hashOf(words: Int32Array, at: number): number {
  let hash = 0;
  for (let i = 0; i < WORDS; i++) hash = Math.imul(hash ^ words[at + i]!, FACTORS[i]!) ^ (hash >>> 15);
  return hash ^ (hash >>> 16);
}

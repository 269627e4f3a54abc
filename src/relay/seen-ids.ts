// Which event ids have been printed. Bounded: two generations of a fixed size, so that a stream that runs for
// days stays flat. A repetition is recognised when fewer than GENERATION distinct events lie between.
import { EventBytes, type Received } from '../protocol/event-bytes.ts';

/** Ids kept at least; at most twice as many are held, in 32 MB. */
const GENERATION = 250_000;

/** 32-bit words of an id. */
const WORDS = 8;

export class SeenIds {
  readonly #generation: number;
  #young = new IdTable();
  #old = new IdTable();
  /** The id in question, and the same memory as bytes. */
  readonly #key = new Uint32Array(WORDS);
  readonly #keyBytes = Buffer.from(this.#key.buffer);

  constructor(generation = GENERATION) {
    this.#generation = generation;
  }

  /** Notes an id of 64 lower-case hex digits; false when it was there already. */
  add(id: string): boolean {
    this.#keyBytes.write(id, 'hex');
    return this.#addKey();
  }

  /** Notes the id of an event. */
  addEvent(event: Received): boolean {
    if (!(event instanceof EventBytes)) return this.add(event.id);
    event.writeId(this.#keyBytes, 0);
    return this.#addKey();
  }

  #addKey(): boolean {
    if (this.#old.has(this.#key) || !this.#young.add(this.#key)) return false;
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young;
      this.#young = new IdTable();
    }
    return true;
  }
}

/**
 * A set of ids in one array of numbers (open addressing, linear probing): a fraction of what strings in a `Set`
 * take, and nothing for the garbage collector to walk. Where a slot begins depends on random factors, for with
 * --no-verify a relay may choose ids at will, and must not be able to heap them up.
 */
class IdTable {
  size = 0;
  #words = new Uint32Array(2048 * WORDS);
  /** The id of zeros cannot stand in a slot, for that is how a free one looks. */
  #hasZero = false;
  readonly #factors = Uint32Array.from({ length: WORDS }, () => Math.random() * 2 ** 32);

  has(key: Uint32Array): boolean {
    if (this.size === 0) return false;
    return isZero(key, 0) ? this.#hasZero : !isZero(this.#words, this.#find(key));
  }

  /** False when it was there already. */
  add(key: Uint32Array): boolean {
    if (isZero(key, 0)) {
      if (this.#hasZero) return false;
      this.#hasZero = true;
    } else {
      const at = this.#find(key);
      if (!isZero(this.#words, at)) return false;
      place(this.#words, at, key, 0);
    }
    this.size++;
    if (this.size * 2 > this.#words.length / WORDS) this.#grow();
    return true;
  }

  /** Where the key stands, or the free slot where it belongs. */
  #find(key: Uint32Array): number {
    return findSlot(this.#words, this.#hash(key, 0), key, 0);
  }

  #hash(words: Uint32Array, at: number): number {
    const factors = this.#factors;
    let hash = 0;
    for (let i = 0; i < WORDS; i++) hash = Math.imul(hash ^ words[at + i]!, factors[i]! | 1) ^ (hash >>> 15);
    return hash ^ (hash >>> 16);
  }

  #grow(): void {
    const before = this.#words;
    const words = new Uint32Array(before.length * GROWTH);
    for (let at = 0; at < before.length; at += WORDS) {
      if (!isZero(before, at)) place(words, findSlot(words, this.#hash(before, at), before, at), before, at);
    }
    this.#words = words;
  }
}

/** A table grows by so much: seldom, for every id must then be placed again. */
const GROWTH = 4;

/** Where the id at `from` of `source` stands among `words`, or the free slot where it belongs. */
function findSlot(words: Uint32Array, hash: number, source: Uint32Array, from: number): number {
  const mask = words.length - 1;
  let at = (hash << 3) & mask; // WORDS of them
  while (!isZero(words, at) && !isSame(words, at, source, from)) at = (at + WORDS) & mask;
  return at;
}

function isZero(words: Uint32Array, at: number): boolean {
  for (let i = at; i < at + WORDS; i++) if (words[i] !== 0) return false;
  return true;
}

function isSame(words: Uint32Array, at: number, source: Uint32Array, from: number): boolean {
  for (let i = 0; i < WORDS; i++) if (words[at + i] !== source[from + i]) return false;
  return true;
}

function place(words: Uint32Array, at: number, source: Uint32Array, from: number): void {
  for (let i = 0; i < WORDS; i++) words[at + i] = source[from + i]!;
}

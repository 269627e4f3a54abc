// A set of event ids in two arrays of numbers (open addressing, linear probing): a fraction of what strings in a `Set`
// take, and nothing for the garbage collector to walk. Memory that is touched for the first time is what costs most, so
// ids lie in the order they came, and what lies scattered is small.
import { randomBytes } from './crypto.ts';

/** 32-bit words of an id. */
export const ID_WORDS = 8;

/**
 * Bits of a slot that hold the number of an id, so that there can be 67 million. The others hold bits of its hash: few
 * ids are looked at in vain.
 */
const NUMBER = 2 ** 26 - 1;

/** Slots grow by so much: seldom, for every id must then be placed again. */
const GROWTH = 16;

/** An id as words. */
interface IdWords {
  readonly words: Int32Array;
}

/** The bytes of an id as words. */
export class IdBytes {
  readonly words = new Int32Array(ID_WORDS);
  readonly #bytes = new Uint8Array(this.words.buffer);

  readBytes(id: Uint8Array): this {
    this.#bytes.set(id);
    return this;
  }
}

export class IdTable {
  /** How many ids it holds. Their numbers are 1 to `size`, in the order they came. */
  size = 0;
  /** The system gives memory as it is touched, not before. */
  #ids = new Int32Array(0);
  #slots = new Int32Array(2048);
  readonly #reserve: number;

  /** Keeps memory for so many ids when the first one comes; beyond them it is doubled. */
  constructor(reserve: number) {
    this.#reserve = reserve;
    chooseFactors();
  }

  /** The 32 bytes of an id by its number; a view, good until another is added. */
  idOf(number: number): Uint8Array {
    return new Uint8Array(this.#ids.buffer, (number - 1) * ID_WORDS * 4, ID_WORDS * 4);
  }

  /** The number of an id, or 0. */
  find({ words }: IdWords): number {
    return this.#slots[this.#slotOf(words, hashOf(words, 0))]! & NUMBER;
  }

  /** Adds an id; returns its number, or 0 when it was there already. Throws `RangeError` beyond 67 million. */
  add({ words }: IdWords): number {
    const hash = hashOf(words, 0);
    const at = this.#slotOf(words, hash);
    if (this.#slots[at] !== 0) return 0;
    if (this.size === NUMBER) throw new RangeError('a table holds no more ids');
    const from = this.size++ * ID_WORDS;
    if (from === this.#ids.length) this.#extend();
    for (let i = 0; i < ID_WORDS; i++) this.#ids[from + i] = words[i]!;
    this.#slots[at] = slotFor(hash, this.size);
    if (this.size * 2 === this.#slots.length) this.#grow();
    return this.size;
  }

  /** The slot of the id, or the free one where it belongs. */
  #slotOf(words: Int32Array, hash: number): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    let at = hash & last;
    for (let slot = slots[at]!; slot !== 0; slot = slots[at]!) {
      if (((slot ^ hash) & ~NUMBER) === 0 && this.#isAt(slot & NUMBER, words)) break;
      at = (at + 1) & last;
    }
    return at;
  }

  #isAt(number: number, words: Int32Array): boolean {
    const from = (number - 1) * ID_WORDS;
    for (let i = 0; i < ID_WORDS; i++) if (this.#ids[from + i] !== words[i]) return false;
    return true;
  }

  #extend(): void {
    const before = this.#ids;
    this.#ids = new Int32Array(before.length === 0 ? this.#reserve * ID_WORDS : 2 * before.length);
    this.#ids.set(before);
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * GROWTH);
    const last = slots.length - 1;
    for (let number = 1; number <= this.size; number++) {
      const hash = hashOf(this.#ids, (number - 1) * ID_WORDS);
      let at = hash & last;
      while (slots[at] !== 0) at = (at + 1) & last;
      slots[at] = slotFor(hash, number);
    }
    this.#slots = slots;
  }
}

/** Never 0, which is a free slot: numbers count from 1. */
function slotFor(hash: number, number: number): number {
  return (hash & ~NUMBER) | number;
}

/** Whoever chooses ids at will must not be able to make them collide: the factors are secret, and chosen once. */
const FACTORS = new Int32Array(ID_WORDS);

function chooseFactors(): void {
  if (FACTORS[0] !== 0) return;
  FACTORS.set(new Int32Array(new Uint8Array(randomBytes(4 * ID_WORDS)).buffer).map(factor => factor | 1));
}

function hashOf(words: Int32Array, at: number): number {
  let hash = 0;
  for (let i = 0; i < ID_WORDS; i++) hash = Math.imul(hash ^ words[at + i]!, FACTORS[i]!) ^ (hash >>> 15);
  return hash ^ (hash >>> 16);
}

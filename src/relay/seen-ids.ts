// Which event ids have been printed. Bounded: two generations of a fixed size, so that a stream that runs for
// days stays flat. A repetition is recognised when fewer than GENERATION distinct events lie between.

/** Ids kept at least; at most twice as many are held, in 64 MB. */
const GENERATION = 500_000;

export class SeenIds {
  readonly #generation: number;
  #young = new IdTable();
  #old = new IdTable();

  constructor(generation = GENERATION) {
    this.#generation = generation;
  }

  /** Notes an id of 64 lower-case hex digits; false when it was there already. */
  add(id: string): boolean {
    if (this.#old.has(id) || !this.#young.add(id)) return false;
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young;
      this.#young = new IdTable();
    }
    return true;
  }
}

/** 32-bit words of an id. */
const WORDS = 8;

/**
 * A set of ids in one array of numbers (open addressing, linear probing): a fraction of what strings in a `Set`
 * take, and nothing for the garbage collector to walk. Where a slot begins depends on random factors, for with
 * --no-verify a relay may choose ids at will, and must not be able to heap them up.
 */
class IdTable {
  size = 0;
  #words = new Uint32Array(1024 * WORDS);
  /** The id of zeros cannot stand in a slot, for that is how a free one looks. */
  #hasZero = false;
  readonly #key = new Uint32Array(WORDS);
  readonly #factors = Uint32Array.from({ length: WORDS }, () => Math.random() * 2 ** 32);

  has(id: string): boolean {
    this.#read(id);
    return this.#isZero(this.#key, 0) ? this.#hasZero : !this.#isZero(this.#words, this.#find());
  }

  /** False when it was there already. */
  add(id: string): boolean {
    if (this.has(id)) return false;
    this.size++;
    if (this.#isZero(this.#key, 0)) this.#hasZero = true;
    else this.#words.set(this.#key, this.#find());
    if (this.size * 2 > this.#words.length / WORDS) this.#grow();
    return true;
  }

  #read(id: string): void {
    for (let word = 0; word < WORDS; word++) {
      let value = 0;
      for (let i = word * 8; i < word * 8 + 8; i++) {
        const code = id.charCodeAt(i);
        value = (value << 4) | (code - (code < 58 ? 48 : 87));
      }
      this.#key[word] = value;
    }
  }

  /** Where the key stands, or the free slot where it belongs. */
  #find(): number {
    const slots = this.#words.length / WORDS;
    let slot = this.#hash() & (slots - 1);
    while (!this.#isZero(this.#words, slot * WORDS) && !this.#holdsKey(slot * WORDS))
      slot = (slot + 1) & (slots - 1);
    return slot * WORDS;
  }

  #hash(): number {
    let hash = 0;
    for (let i = 0; i < WORDS; i++)
      hash = Math.imul(hash ^ this.#key[i]!, this.#factors[i]! | 1) ^ (hash >>> 15);
    return hash ^ (hash >>> 16);
  }

  #isZero(words: Uint32Array, at: number): boolean {
    for (let i = at; i < at + WORDS; i++) if (words[i] !== 0) return false;
    return true;
  }

  #holdsKey(at: number): boolean {
    for (let i = 0; i < WORDS; i++) if (this.#words[at + i] !== this.#key[i]) return false;
    return true;
  }

  #grow(): void {
    const before = this.#words;
    this.#words = new Uint32Array(before.length * 2);
    for (let at = 0; at < before.length; at += WORDS) {
      if (this.#isZero(before, at)) continue;
      this.#key.set(before.subarray(at, at + WORDS));
      this.#words.set(this.#key, this.#find());
    }
  }
}

// Which event ids have been printed. Bounded: two generations of a fixed size, so that a stream that runs for
// days stays flat. A repetition is recognised when fewer than GENERATION distinct events lie between.

/** Ids kept at least; at most twice as many are held (32 bytes each, plus the table). */
const GENERATION = 1_000_000;

export class SeenIds {
  readonly #generation: number;
  // Latin-1 strings of 32 characters: half the size of the hex, and copies, so no frame text is kept alive.
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(generation = GENERATION) {
    this.#generation = generation;
  }

  /** Notes an id of 64 hex digits; false when it was there already. */
  add(id: string): boolean {
    const key = Buffer.from(id, 'hex').toString('latin1');
    if (this.#young.has(key) || this.#old.has(key)) return false;
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(key);
    return true;
  }
}

// Which relays have accepted which event: one bit for each relay beside half of the event's id, packed into one array
// of numbers, so that a million events take some 40 MB. Half an id is 128 bits: nobody finds two events that share it.

/** Relays there are bits for. */
export const MOST_RELAYS = 32;

const KEY_WORDS = 4;
/** The key, then the bits. A slot without bits is free. */
const SLOT_WORDS = KEY_WORDS + 1;

export class AcceptedIds {
  /** How many events are known. */
  size = 0;
  #words = new Uint32Array(1024 * SLOT_WORDS);
  readonly #key = new Uint32Array(KEY_WORDS);
  readonly #keyBytes = Buffer.from(this.#key.buffer);
  /** Random, so that nobody who makes ids can heap them up in one place. */
  readonly #factors = Uint32Array.from({ length: KEY_WORDS }, () => Math.random() * 2 ** 32);

  /** Notes that a relay, 0 to `MOST_RELAYS` - 1, has the event of that id (64 lower-case hex digits). */
  add(id: string, relay: number): void {
    const at = this.#find(id);
    if (this.#words[at + KEY_WORDS] === 0) {
      this.#words.set(this.#key, at);
      this.size++;
    }
    this.#words[at + KEY_WORDS]! |= 1 << relay;
    if (this.size * 2 > this.#words.length / SLOT_WORDS) this.#grow();
  }

  /** Whether that was noted. */
  has(id: string, relay: number): boolean {
    return (this.#words[this.#find(id) + KEY_WORDS]! & (1 << relay)) !== 0;
  }

  #find(id: string): number {
    this.#keyBytes.write(id, 'hex'); // what does not fit is left out
    return this.#slot();
  }

  /** Where the key stands, or the free slot where it belongs. */
  #slot(): number {
    const words = this.#words;
    const slots = words.length / SLOT_WORDS;
    let slot = this.#hash() & (slots - 1);
    while (words[slot * SLOT_WORDS + KEY_WORDS] !== 0 && !this.#stands(slot * SLOT_WORDS))
      slot = (slot + 1) & (slots - 1);
    return slot * SLOT_WORDS;
  }

  #stands(at: number): boolean {
    for (let i = 0; i < KEY_WORDS; i++) if (this.#words[at + i] !== this.#key[i]) return false;
    return true;
  }

  #hash(): number {
    let hash = 0;
    for (let i = 0; i < KEY_WORDS; i++)
      hash = Math.imul(hash ^ this.#key[i]!, this.#factors[i]! | 1) ^ (hash >>> 15);
    return hash ^ (hash >>> 16);
  }

  #grow(): void {
    const before = this.#words;
    this.#words = new Uint32Array(before.length * 2);
    for (let at = 0; at < before.length; at += SLOT_WORDS) {
      if (before[at + KEY_WORDS] === 0) continue;
      this.#key.set(before.subarray(at, at + KEY_WORDS));
      this.#words.set(before.subarray(at, at + SLOT_WORDS), this.#slot());
    }
  }
}

// Chance that comes again: the same words give the same numbers, on every machine.
import { createHash } from 'node:crypto';

/** A source of numbers; each call draws the next one. */
export class Random {
  readonly #state: Uint32Array;

  /** The words name the source: a seed, a connection, a fault, a question. */
  constructor(...words: readonly (string | number)[]) {
    const digest = createHash('sha256').update(JSON.stringify(words)).digest();
    this.#state = Uint32Array.from([0, 4, 8, 12], at => digest.readUInt32LE(at));
  }

  /** Whether something of this chance happens. */
  happens(chance: number): boolean {
    return this.#next() < chance * 2 ** 32;
  }

  /** A whole number from 0 to `count - 1`. */
  below(count: number): number {
    return Math.floor((this.#next() / 2 ** 32) * count);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  /** So many hex digits. */
  hex(digits: number): string {
    return Array.from({ length: digits }, () => this.below(16).toString(16)).join('');
  }

  /** sfc32, a small generator in the public domain (Chris Doty-Humphrey). */
  #next(): number {
    const s = this.#state;
    const sum = (s[0]! + s[1]! + s[3]!) >>> 0;
    s[3]! += 1;
    s[0] = s[1]! ^ (s[1]! >>> 9);
    s[1] = s[2]! + (s[2]! << 3);
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + sum;
    return sum;
  }
}

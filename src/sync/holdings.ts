// Which of several sides hold which events: a bit for each side beside each id, 70 bytes an event, however many sides.
import { bytesToHex } from '../protocol/hex.ts';
import { IdTable } from '../protocol/id-table.ts';
import type { IdList } from '../protocol/nip77.ts';
import { IdKey } from '../relay/link/id-key.ts';

/** Sides there are bits for. */
export const MOST_SIDES = 31;

export class Holdings {
  readonly #table = new IdTable(1024);
  readonly #key = new IdKey();
  /** By the number of the id. */
  #bits = new Int32Array(1025);

  /** How many events there are anywhere. */
  get size(): number {
    return this.#table.size;
  }

  /** A side, from 0 on, holds these. */
  add(side: number, ids: IdList): void {
    for (let i = 0; i < ids.length; i++) {
      const id = ids.at(i);
      const number = this.#table.find(this.#key.readBytes(id)) || this.#enter();
      this.#bits[number]! |= 1 << side;
    }
  }

  #enter(): number {
    const number = this.#table.add(this.#key);
    if (number < this.#bits.length) return number;
    const bits = new Int32Array(2 * this.#bits.length);
    bits.set(this.#bits);
    this.#bits = bits;
    return number;
  }

  /** How many events a side holds, and how many of them no other of these does. */
  countsOf(side: number, sides: readonly number[]): { events: number; onlyHere: number } {
    const [bit, all] = [1 << side, bitsOf(sides)];
    let [events, onlyHere] = [0, 0];
    for (let number = 1; number <= this.size; number++) {
      const bits = this.#bits[number]! & all;
      if ((bits & bit) !== 0) events++;
      if (bits === bit) onlyHere++;
    }
    return { events, onlyHere };
  }

  /** How many events one side holds and another lacks. */
  countLacking(holder: number, other: number): number {
    const [bit, both] = [1 << holder, bitsOf([holder, other])];
    let count = 0;
    for (let number = 1; number <= this.size; number++) if ((this.#bits[number]! & both) === bit) count++;
    return count;
  }

  /** How many events any of these sides holds. */
  sizeAt(sides: readonly number[]): number {
    const all = bitsOf(sides);
    let count = 0;
    for (let number = 1; number <= this.size; number++) if ((this.#bits[number]! & all) !== 0) count++;
    return count;
  }

  /** The events that some of these sides lack: the id, and for each side whether it holds it. */
  *differing(sides: readonly number[]): Generator<{ id: string; holds: (side: number) => boolean }> {
    const all = bitsOf(sides);
    for (let number = 1; number <= this.size; number++) {
      const bits = this.#bits[number]! & all;
      if (bits === all || bits === 0) continue;
      yield { id: bytesToHex(this.#table.idOf(number)), holds: side => (bits & (1 << side)) !== 0 };
    }
  }

  /** How many there are of those. */
  countDiffering(sides: readonly number[]): number {
    const all = bitsOf(sides);
    let count = 0;
    for (let number = 1; number <= this.size; number++) {
      const bits = this.#bits[number]! & all;
      if (bits !== all && bits !== 0) count++;
    }
    return count;
  }
}

function bitsOf(sides: readonly number[]): number {
  return sides.reduce((bits, side) => bits | (1 << side), 0);
}

// Which relays have accepted which event: a bit for each relay beside the event's id, so that a million events take
// some 50 MB.
import { IdTable } from '../../protocol/id-table.ts';
import { IdKey } from '../link/id-key.ts';

/** Relays there are bits for. */
export const MOST_RELAYS = 32;

/** Ids that memory is kept for at first. */
const FEW = 1024;

export class AcceptedIds {
  readonly #table = new IdTable(FEW);
  readonly #key = new IdKey();
  /** By the number of the id. */
  #bits = new Int32Array(FEW + 1);

  /** How many events are known. */
  get size(): number {
    return this.#table.size;
  }

  /** Notes that a relay, 0 to `MOST_RELAYS` - 1, has the event of that id (64 lower-case hex digits). */
  add(id: string, relay: number): void {
    const number = this.#table.find(this.#key.read(id)) || this.#table.add(this.#key);
    if (number >= this.#bits.length) this.#extend();
    this.#bits[number]! |= 1 << relay;
  }

  /** Whether that was noted. */
  has(id: string, relay: number): boolean {
    return (this.#bits[this.#table.find(this.#key.read(id))]! & (1 << relay)) !== 0;
  }

  #extend(): void {
    const before = this.#bits;
    this.#bits = new Int32Array(2 * before.length);
    this.#bits.set(before);
  }
}

// Which event ids have been printed. Bounded: two generations of a fixed size, so that a stream that runs for
// days stays flat. A repetition is recognised when fewer than GENERATION distinct events lie between.

import { IdTable } from '../../protocol/id-table.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { IdKey } from '../link/id-key.ts';

/** Ids kept at least; at most twice as many are held, in 20 MB. */
const GENERATION = 250_000;

export class SeenIds {
  readonly #generation: number;
  #young: IdTable;
  #old: IdTable | undefined;
  readonly #key = new IdKey();

  /** Keeps at least `generation` ids; `reserve`: memory for so many at first. */
  constructor(generation = GENERATION, reserve = generation) {
    this.#generation = generation;
    this.#young = new IdTable(reserve);
  }

  /** Notes an id of 64 lower-case hex digits; false when it was there already. */
  add(id: string): boolean {
    this.#key.read(id);
    return this.#addKey();
  }

  /** Notes the id of an event. */
  addEvent(event: StreamEvent): boolean {
    event.writeId(this.#key.words);
    return this.#addKey();
  }

  /** Whether the id of an event was noted. */
  hasEvent(event: StreamEvent): boolean {
    event.writeId(this.#key.words);
    return (this.#old?.find(this.#key) ?? 0) > 0 || this.#young.find(this.#key) > 0;
  }

  #addKey(): boolean {
    if (this.#old?.find(this.#key) || this.#young.add(this.#key) === 0) return false;
    if (this.#young.size === this.#generation) {
      this.#old = this.#young;
      this.#young = new IdTable(this.#generation);
    }
    return true;
  }
}

// Ids that something is to be remembered of, at 32 bytes each.
import { IdTable } from '../protocol/id-table.ts';
import { IdKey } from '../relay/link/id-key.ts';

export class IdSet {
  readonly #table = new IdTable(1);
  readonly #key = new IdKey();

  add(id: string): void {
    this.#table.add(this.#key.read(id));
  }

  has(id: string): boolean {
    return this.#table.find(this.#key.read(id)) > 0;
  }
}

// The id of an event, as digits, as the words that a table of ids takes.
import { IdBytes } from '../../protocol/id-table.ts';

export class IdKey extends IdBytes {
  readonly #memory = Buffer.from(this.words.buffer);

  /** Takes an id of 64 hex digits. */
  read(id: string): this {
    this.#memory.write(id, 'hex');
    return this;
  }
}

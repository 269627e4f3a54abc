// Ids with times, without an object for each, in the order they came.
import { IdTable } from '../../protocol/id-table.ts';
import { IdKey } from '../../relay/link/id-key.ts';

/** Bytes of a record: a time in seconds, and an id. */
export const RECORD = 40;

export class TimedIds {
  readonly #table = new IdTable(1024);
  readonly #key = new IdKey();
  #records = Buffer.alloc(1024 * RECORD);

  get size(): number {
    return this.#table.size;
  }

  has(key: IdKey): boolean {
    return this.#table.find(key) > 0;
  }

  /** Takes an id of 64 hex digits; false when it was there already. */
  add(time: number, id: string): boolean {
    const number = this.#table.add(this.#key.read(id));
    if (number === 0) return false;
    const at = (number - 1) * RECORD;
    if (at === this.#records.length) this.#records = Buffer.concat([this.#records, Buffer.alloc(at)]);
    this.#records.writeDoubleLE(time, at);
    this.#records.write(id, at + 8, 'hex');
    return true;
  }

  timeAt(i: number): number {
    return this.#records.readDoubleLE(i * RECORD);
  }

  /** A view, good until the next is added; so is the next one. */
  idAt(i: number): Buffer {
    return this.#records.subarray(i * RECORD + 8, (i + 1) * RECORD);
  }

  records(from: number, until: number): Buffer {
    return this.#records.subarray(from * RECORD, until * RECORD);
  }

  /** Those from `floor` on, where `part` of them, or somewhat more, are older. */
  newer(part: number): { ids: TimedIds; floor: number } {
    const times = Float64Array.from({ length: this.size }, (_, i) => this.timeAt(i)).sort();
    const floor = times[Math.floor(times.length * part)]! + 1;
    const ids = new TimedIds();
    for (let i = 0; i < this.size; i++)
      if (this.timeAt(i) >= floor) ids.add(this.timeAt(i), this.idAt(i).toString('hex'));
    return { ids, floor };
  }
}

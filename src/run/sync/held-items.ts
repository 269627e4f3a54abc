// What a file of events holds, as far as it matches what will be asked: times and ids, without an object for each.
import { compileFilter, type Filter, type Matcher } from '../../protocol/filter.ts';
import { IdList, NegentropyItems } from '../../protocol/nip77.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';

interface Row {
  matches: Matcher;
  ids: IdList;
  times: Float64Array;
}

export class HeldItems {
  readonly #rows = new Map<Filter, Row>();
  readonly #id = new Int32Array(8);
  readonly #bytes = new Uint8Array(this.#id.buffer);

  constructor(filters: readonly Filter[]) {
    for (const filter of filters)
      this.#rows.set(filter, {
        matches: compileFilter(filter),
        ids: new IdList(),
        times: new Float64Array(1024),
      });
  }

  /** Whether nothing of it matches. */
  get isEmpty(): boolean {
    return Array.from(this.#rows.values()).every(({ ids }) => ids.length === 0);
  }

  add(event: StreamEvent): void {
    event.writeId(this.#id);
    for (const row of this.#rows.values()) {
      if (!row.matches(event)) continue;
      const at = row.ids.length;
      row.ids.add(this.#bytes);
      if (at === row.times.length) row.times = doubled(row.times);
      row.times[at] = event.created_at;
    }
  }

  /** What matches one of the filters. */
  itemsOf(filter: Filter): NegentropyItems {
    const { ids, times } = this.#rows.get(filter)!;
    const items = new NegentropyItems(Math.max(ids.length, 1));
    for (let i = 0; i < ids.length; i++) items.add(times[i]!, ids.at(i));
    return items.seal();
  }
}

function doubled(times: Float64Array): Float64Array {
  const twice = new Float64Array(2 * times.length);
  twice.set(times);
  return twice;
}

// The answer to a COUNT (NIP-45): the number of events, and the registers of HyperLogLog where the filter allows them.
import type { Filter } from '../../protocol/filter.ts';
import type { CountResult } from '../../protocol/message.ts';
import { addToHll, encodeHll, hllOffsetFor, newHll } from '../../protocol/nip45.ts';
import { maySeeAll, type Visitor } from '../rules/policy.ts';
import { type Selecting, selectAll } from '../store/query/selection.ts';
import type { Work } from '../work.ts';

/** What is counted, and for whom. */
export interface Counting extends Selecting {
  visitor: Visitor;
}

/** Counts, and rests when it is due; undefined when the client has gone meanwhile. Throws what `spend` throws. */
export async function countEvents(
  filters: readonly Filter[],
  counting: Counting,
  work: Work,
  hasGone: () => boolean,
): Promise<CountResult | undefined> {
  const [filter] = filters;
  const byIndex = filters.length === 1 ? countUnread(filter!, counting) : undefined;
  return run(byIndex ?? countRead(filters, counting), work, hasGone);
}

/** What the store counts without reading, where all that matches may be seen. */
function countUnread(filter: Filter, { store, visitor, spend }: Counting) {
  return maySeeAll(filter, visitor) ? store.count(filter, visitor.now, spend) : undefined;
}

/** Reads the events, for several filters may match one, and the registers need their authors. */
function* countRead(filters: readonly Filter[], selecting: Selecting): Generator<undefined, CountResult> {
  const offset = hllOffsetFor(filters);
  const hll = newHll();
  let count = 0;
  for (const stored of selectAll(filters, selecting)) {
    if (stored) {
      count++;
      if (offset !== undefined) addToHll(hll, stored.event.pubkey, offset);
    }
    yield undefined;
  }
  return offset === undefined ? { count } : { count, hll: encodeHll(hll) };
}

async function run(
  steps: Generator<undefined, CountResult | number>,
  work: Work,
  hasGone: () => boolean,
): Promise<CountResult | undefined> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return typeof value === 'number' ? { count: value } : value;
    if (work.isDue()) await work.rest();
    if (hasGone()) return undefined;
  }
}

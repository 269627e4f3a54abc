// The answer to a COUNT (NIP-45): the number of events, and the registers of HyperLogLog where the filter allows them.
import type { Filter } from '../../protocol/filter.ts';
import type { CountResult } from '../../protocol/message.ts';
import { addToHll, encodeHll, hllOffsetFor, newHll } from '../../protocol/nip45.ts';
import { type Selecting, selectAll } from '../store/selection.ts';
import type { Work } from '../work.ts';

/** Counts, and rests when it is due; undefined when the client has gone meanwhile. Throws what `spend` throws. */
export async function countEvents(
  filters: readonly Filter[],
  selecting: Selecting,
  work: Work,
  hasGone: () => boolean,
): Promise<CountResult | undefined> {
  const offset = hllOffsetFor(filters);
  const hll = newHll();
  let count = 0;
  for (const stored of selectAll(filters, selecting)) {
    if (stored) {
      count++;
      if (offset !== undefined) addToHll(hll, stored.event.pubkey, offset);
    }
    if (work.isDue()) await work.rest();
    if (hasGone()) return undefined;
  }
  return offset === undefined ? { count } : { count, hll: encodeHll(hll) };
}

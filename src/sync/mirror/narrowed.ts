// What to ask of a relay that cannot be compared cheaply: what is not older than where the mirror was, with an overlap.
import type { Filter } from '../../protocol/filter.ts';
import { GIFT_WRAP_OVERLAP_SECONDS, OVERLAP_SECONDS } from '../../relay/query/resumption.ts';

const GIFT_WRAP = 1059;

/**
 * The filters from `since` on, in seconds. Clocks of authors differ, so it begins somewhat earlier; for gift wraps, whose
 * times lie up to two days in the past (NIP-59), as much earlier.
 */
export function narrowed(filters: readonly Filter[], since: number): Filter[] {
  return filters.flatMap(filter => {
    const wraps = filter.kinds?.includes(GIFT_WRAP) ?? true;
    if (filter.kinds !== undefined)
      return [notBefore(filter, since - (wraps ? GIFT_WRAP_OVERLAP_SECONDS : OVERLAP_SECONDS))];
    const ofWraps = { ...filter, kinds: [GIFT_WRAP] };
    return [
      notBefore(filter, since - OVERLAP_SECONDS),
      notBefore(ofWraps, since - GIFT_WRAP_OVERLAP_SECONDS),
    ];
  });
}

/** The filters from a time in seconds on. */
export function later(filters: readonly Filter[], since: number): readonly Filter[] {
  return since === 0 ? filters : filters.map(filter => notBefore(filter, since));
}

function notBefore(filter: Filter, since: number): Filter {
  const begin = Math.max(filter.since ?? 0, since, 0);
  return { ...filter, since: Math.min(begin, filter.until ?? begin) };
}

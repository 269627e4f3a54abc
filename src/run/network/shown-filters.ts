// What relays are shown of a filter: every word of it. A secret key that stands in one by mistake goes to none.
import { UsageError } from '../../errors.ts';
import type { Filter } from '../../protocol/filter.ts';
import { holdsNsec } from '../../signer/secret-text.ts';

/** The same filters. Throws `UsageError` for those that hold a secret key, which is not quoted. */
export function shownFilters(filters: Filter[]): Filter[] {
  if (!filters.some(filter => holdsNsec(JSON.stringify(filter)))) return filters;
  throw new UsageError('a filter holds a secret key (nsec), which relays would be shown', {
    code: 'bad_filter',
  });
}

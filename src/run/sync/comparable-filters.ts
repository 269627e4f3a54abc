// The filters of a comparison: what they ask for must not depend on who is asked.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { buildFilters, type FilterFlags } from '../../flags/filter-flags.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import type { Filter } from '../../protocol/filter.ts';
import { inputOf } from '../lookup/names.ts';
import { shownFilters } from '../network/shown-filters.ts';

export interface ComparableFilters {
  filters: Filter[];
  /** Events of a page, where the user says so. */
  pageSize: number | undefined;
}

/** A limit is the size of a page, for as a limit it would leave out what it does not name. Throws `UsageError` for a search. */
export async function comparableFilters(
  flags: Omit<FilterFlags, 'search'> & Omit<NetworkFlags, 'relaysFile'>,
  context: Context,
  signal: AbortSignal,
): Promise<ComparableFilters> {
  const given = shownFilters(await buildFilters(flags, inputOf(context, signal, flags)));
  let pageSize: number | undefined;
  const filters = given.map(({ limit, ...filter }) => {
    if (limit !== undefined && limit > 0) pageSize = Math.min(limit, pageSize ?? limit);
    return filter as Filter;
  });
  if (filters.every(({ search }) => search === undefined)) return { filters, pageSize };
  throw new UsageError('a search cannot be compared: each relay answers it in its own way', {
    code: 'bad_filter',
  });
}

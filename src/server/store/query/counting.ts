// Counts the events of a filter without reading them, where one index lists exactly those that match.
import type { Filter } from '../../../protocol/filter.ts';
import { isExpired } from '../../../protocol/nip40.ts';
import { EXPIRING_KEY } from '../index-keys.ts';
import type { Tables } from '../tables.ts';
import { compileStored } from './matching.ts';
import { wholeKeys } from './plan.ts';
import type { Spend } from './query.ts';
import { scan } from './scan.ts';

/** With more events that ever expire, reading those that match is quicker than reading those that may have expired. */
const MOST_EXPIRING = 500;

/** Positions between two rests. */
const STRETCH = 64;

/** Steps to look at an event that may have expired. */
const LOOK = 8;

/**
 * Counts the events that match and have not expired at a time, in unix seconds; undefined where they must be read. It
 * yields where the caller may rest.
 */
export function countByIndex(
  tables: Tables,
  filter: Filter,
  now: number,
  spend: Spend,
): Generator<undefined, number> | undefined {
  const keys = wholeKeys(filter);
  const expiring = tables.count(EXPIRING_KEY, 0, Number.MAX_SAFE_INTEGER, MOST_EXPIRING + 1);
  return keys === undefined || expiring > MOST_EXPIRING
    ? undefined
    : counted(tables, keys, filter, now, spend);
}

function* counted(
  tables: Tables,
  keys: readonly string[],
  filter: Filter,
  now: number,
  spend: Spend,
): Generator<undefined, number> {
  const { since = 0, until = Number.MAX_SAFE_INTEGER } = filter;
  let count = 0;
  for (const position of scan(tables, keys, { since, until }, spend)) {
    spend(1);
    if (position !== undefined) count++;
    if (count % STRETCH === 0) yield undefined;
  }
  const matches = compileStored(filter);
  for (const position of tables.page(EXPIRING_KEY, { since, until }, MOST_EXPIRING)) {
    spend(LOOK);
    const event = tables.load(position)?.event;
    if (event && isExpired(event, now) && matches(event)) count--;
    yield undefined;
  }
  return count;
}

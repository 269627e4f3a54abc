// Lists the events of a filter by their times and ids, for negotiations (NIP-77), where one index lists exactly those that
// match: only events that may be withheld from somebody are read as a whole.
import type { Event } from '../../../protocol/event.ts';
import type { Filter } from '../../../protocol/filter.ts';
import type { Position, Tables } from '../tables.ts';
import { wholeKeys } from './plan.ts';
import type { Spend } from './query.ts';
import { scan } from './scan.ts';

/** Steps to look at the id of an event, and to read one. */
const GLANCE = 2;
const READ = 16;

/** Time and whole id of each event, in any order; now and then undefined, where the caller may rest. */
export type Items = Generator<Position | undefined>;

/** The items of the events that match and that may be told; undefined where all that matches must be read. */
export function itemsByIndex(
  tables: Tables,
  filter: Filter,
  mayBeTold: (event: Event) => boolean,
  spend: Spend,
): Items | undefined {
  const keys = filter.limit === undefined ? wholeKeys(filter) : undefined;
  return keys && listed(tables, keys, filter, mayBeTold, spend);
}

function* listed(
  tables: Tables,
  keys: readonly string[],
  { since = 0, until = Number.MAX_SAFE_INTEGER }: Filter,
  mayBeTold: (event: Event) => boolean,
  spend: Spend,
): Items {
  for (const position of scan(tables, keys, { since, until }, spend)) {
    spend(GLANCE);
    const glance = position && tables.glance(position);
    if (!glance?.mayBeWithheld) {
      yield glance && { created_at: position!.created_at, id: glance.id };
      continue;
    }
    spend(READ);
    const event = tables.load(position!)?.event;
    yield event && mayBeTold(event) ? event : undefined;
  }
}

// Answers one filter from the tables, newest first. `limit` is the business of selection.ts.
import { compareEvents, type Event } from '../../../protocol/event.ts';
import type { Filter } from '../../../protocol/filter.ts';
import { type Head, POSITION_DIGITS, type Position, type StoredEvent, type Tables } from '../tables.ts';
import { compileStoredSearch, compileUnsearched } from './matching.ts';
import { planKeys } from './plan.ts';
import { scan } from './scan.ts';

/** Counts the steps of a query; it may throw to end it. */
export type Spend = (steps: number) => void;

/** Steps to look at the head of an event. */
const HEAD_STEPS = 16;

/** Steps that may pass without a match before the caller may rest. */
const SILENCE = 256;

/**
 * The events that match, newest first, ties lowest id first; now and then undefined, where the caller may rest. Events
 * may be added and removed meanwhile: what was there all the time is found once. What `isHidden` is not read further.
 */
export function* query(
  tables: Tables,
  filter: Filter,
  spend: Spend,
  isHidden: (head: Head) => boolean = () => false,
): Generator<StoredEvent | undefined> {
  const matches = compileUnsearched(filter);
  const search = compileStoredSearch(filter);
  let silence = 0;
  const load = (position: Position) => (filter.ids ? tables.get(position.id) : tables.load(position));
  const ties = new Ties();
  for (const position of positionsOf(tables, filter, spend)) {
    if (position === undefined) {
      yield undefined;
      continue;
    }
    if (!ties.include(position)) yield* ties.take();
    const stored = load(position);
    const isSeen = stored !== undefined && !isHidden(stored.head);
    let steps = isSeen ? costOf(stored.event) : HEAD_STEPS;
    let isFound = isSeen && matches(stored.event);
    if (isFound && search) {
      steps += search.cost(stored!.event);
      isFound = search.finds(stored!.event);
    }
    spend(steps);
    silence = isFound ? 0 : silence + steps;
    if (isFound) ties.add(position, stored!);
    if (silence < SILENCE) continue;
    silence = 0;
    yield undefined;
  }
  yield* ties.take();
}

/** Events that their positions do not tell apart: they are put in order by their whole ids. */
class Ties {
  #events: StoredEvent[] = [];
  #first: Position | undefined;

  include({ created_at, id }: Position): boolean {
    const first = this.#first;
    return first?.created_at === created_at && first.id.startsWith(id.slice(0, POSITION_DIGITS));
  }

  add(position: Position, stored: StoredEvent): void {
    this.#first = position;
    this.#events.push(stored);
  }

  take(): StoredEvent[] {
    const events = this.#events;
    this.#events = [];
    this.#first = undefined;
    return events.length > 1 ? events.sort((one, other) => compareEvents(one.event, other.event)) : events;
  }
}

function* positionsOf(tables: Tables, filter: Filter, spend: Spend): Generator<Position | undefined> {
  const { since = 0, until = Number.MAX_SAFE_INTEGER } = filter;
  if (filter.ids !== undefined) return yield* positionsOfIds(tables, filter.ids, spend);
  const keys = yield* planKeys(filter, tables, spend);
  yield* scan(tables, keys, { since, until }, spend);
}

/** Each event is read for its time, so the caller may rest here, too. */
function* positionsOfIds(
  tables: Tables,
  ids: readonly string[],
  spend: Spend,
): Generator<Position | undefined> {
  const found: Position[] = [];
  let silence = 0;
  for (const id of new Set(ids)) {
    const event = tables.get(id)?.event;
    const steps = event ? costOf(event) : 2;
    spend(steps);
    if (event) found.push({ id, created_at: event.created_at });
    silence += steps;
    if (silence < SILENCE) continue;
    silence = 0;
    yield undefined;
  }
  yield* found.sort(compareEvents);
}

/** Steps to read and match an event. */
function costOf({ tags, content }: Event): number {
  return 4 + (tags.length >> 3) + (content.length >> 7);
}

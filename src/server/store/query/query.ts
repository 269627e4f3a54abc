// Answers one filter from the tables, newest first. `limit` is the business of selection.ts.
import { compareEvents, type Event } from '../../../protocol/event.ts';
import type { Filter } from '../../../protocol/filter.ts';
import { POSITION_DIGITS, type Position, type StoredEvent, type Tables } from '../tables.ts';
import { compileStored } from './matching.ts';
import { planKeys } from './plan.ts';
import { scan } from './scan.ts';

/** Counts the steps of a query; it may throw to end it. */
export type Spend = (steps: number) => void;

/** Positions that may pass without a match before the caller may rest. */
const SILENCE = 64;

/**
 * The events that match, newest first, ties lowest id first; now and then undefined, where the caller may rest. Events
 * may be added and removed meanwhile: what was there all the time is found once.
 */
export function* query(tables: Tables, filter: Filter, spend: Spend): Generator<StoredEvent | undefined> {
  const matches = compileStored(filter);
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
    spend(stored === undefined ? 1 : costOf(stored.event));
    if (stored && matches(stored.event)) {
      silence = 0;
      ties.add(position, stored);
    } else if (++silence === SILENCE) {
      silence = 0;
      yield undefined;
    }
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

function positionsOf(tables: Tables, filter: Filter, spend: Spend): Iterable<Position | undefined> {
  const { since = 0, until = Number.MAX_SAFE_INTEGER } = filter;
  if (filter.ids === undefined) return scan(tables, planKeys(filter, tables, spend), { since, until }, spend);
  const found: Position[] = [];
  for (const id of new Set(filter.ids)) {
    spend(2);
    const event = tables.get(id)?.event;
    if (event) found.push({ id, created_at: event.created_at });
  }
  return found.sort(compareEvents);
}

/** Steps to read and match an event. */
function costOf({ tags, content }: Event): number {
  return 4 + (tags.length >> 3) + (content.length >> 10);
}

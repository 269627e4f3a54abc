// Selects the stored events for a REQ or a COUNT: limits, several filters, and what this client may see.
import { compareEvents, type Event } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import type { EventStore } from './store.ts';

/** Whether one client may see an event at this moment. */
export type Visible = (event: Event) => boolean;

export interface Selection {
  /** Newest first, ties lowest id first, each once. */
  events: Event[];
  /** No matching event was left out because of a limit (NIP-67 `finish`). */
  complete: boolean;
}

/**
 * The stored events of a REQ: for each filter the newest `limit` events, at most `maxLimit`; the union of all
 * filters. Events that the client may not see do not count towards a limit.
 */
export function select(
  store: EventStore,
  filters: readonly Filter[],
  maxLimit: number,
  isVisible: Visible,
): Selection {
  const chosen = new Map<string, Event>();
  let complete = true;
  for (const filter of filters) {
    let room = Math.min(filter.limit ?? maxLimit, maxLimit);
    for (const event of visible(store, filter, isVisible)) {
      if (room-- === 0) {
        complete = false;
        break;
      }
      chosen.set(event.id, event);
    }
  }
  const events = [...chosen.values()];
  return { events: filters.length > 1 ? events.sort(compareEvents) : events, complete };
}

/** All distinct stored events that match any of the filters, in no order. A COUNT ignores `limit`. */
export function* selectAll(
  store: EventStore,
  filters: readonly Filter[],
  isVisible: Visible,
): Generator<Event> {
  const seen = new Set<string>();
  for (const filter of filters) {
    for (const event of visible(store, filter, isVisible)) {
      if (seen.has(event.id)) continue;
      if (filters.length > 1) seen.add(event.id);
      yield event;
    }
  }
}

function* visible(store: EventStore, filter: Filter, isVisible: Visible): Generator<Event> {
  for (const event of store.query(filter)) if (isVisible(event)) yield event;
}

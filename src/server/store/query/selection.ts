// Selects the stored events for a REQ or a COUNT: limits, several filters, and what this client may see.
import { compareEvents, type Event } from '../../../protocol/event.ts';
import type { Filter } from '../../../protocol/filter.ts';
import type { EventStore } from '../store.ts';
import type { StoredEvent } from '../tables.ts';
import type { Spend } from './query.ts';

/** Whether one client may see an event at this moment. */
export type Visible = (event: Event) => boolean;

/** What a selection reads, and for whom. */
export interface Selecting {
  store: EventStore;
  isVisible: Visible;
  /** Counts the steps; it may throw to end the selection. */
  spend: Spend;
}

/**
 * The stored events of a REQ: for each filter the newest `limit` events, at most `maxLimit`; the union of all filters,
 * newest first, ties lowest id first, each once; undefined where the reader may rest. Events that the client may not
 * see do not count towards a limit. Returns whether no matching event was left out because of a limit (NIP-67
 * `finish`), which is only looked at when `isHinting`.
 */
export function* select(
  filters: readonly Filter[],
  { maxLimit, isHinting }: { maxLimit: number; isHinting: boolean },
  selecting: Selecting,
): Generator<StoredEvent | undefined, boolean> {
  const limits = filters.map(({ limit = maxLimit }) => Math.min(limit, maxLimit));
  const sources = filters.map((filter, i) => new Source(filter, limits[i]!, isHinting, selecting));
  let last: string | undefined;
  for (;;) {
    for (const source of sources) while (!source.isReady) yield source.step();
    selecting.spend(sources.length >> 2);
    const source = newest(sources);
    if (source?.head === undefined) return sources.every(one => one.isComplete);
    if (source.head.event.id !== last) yield source.head;
    last = source.head.event.id;
    source.take();
  }
}

function newest(sources: readonly Source[]): Source | undefined {
  let first: Source | undefined;
  for (const source of sources) {
    if (source.head === undefined) continue;
    if (first === undefined || compareEvents(source.head.event, first.head!.event) < 0) first = source;
  }
  return first;
}

/** The visible events of one filter, up to its limit. */
class Source {
  readonly #events: Generator<StoredEvent | undefined>;
  readonly #isVisible: Visible;
  readonly #isHinting: boolean;
  #room: number;
  /** The next event, once it is found. */
  head: StoredEvent | undefined;
  /** Whether `head` is found, or the end. */
  isReady = false;
  isComplete = true;

  constructor(filter: Filter, room: number, isHinting: boolean, { store, isVisible, spend }: Selecting) {
    this.#events = store.query(filter, spend);
    this.#isVisible = isVisible;
    this.#isHinting = isHinting;
    this.#room = room;
    this.isReady = room === 0 && !isHinting;
  }

  /** Looks at one more event. */
  step(): undefined {
    const { done, value } = this.#events.next();
    if (done) this.isReady = true;
    else if (value !== undefined && this.#isVisible(value.event)) this.#find(value);
  }

  #find(event: StoredEvent): void {
    this.isReady = true;
    if (this.#room === 0) this.isComplete = false;
    else this.head = event;
  }

  take(): void {
    this.head = undefined;
    this.#room--;
    this.isReady = this.#room === 0 && !this.#isHinting;
  }
}

/** All distinct stored events that match any of the filters, in no order. A COUNT ignores `limit`. */
export function* selectAll(
  filters: readonly Filter[],
  { store, isVisible, spend }: Selecting,
): Generator<StoredEvent | undefined> {
  const seen = new Set<string>();
  for (const filter of filters) {
    for (const stored of store.query(filter, spend)) {
      const isNew = stored !== undefined && isVisible(stored.event) && !seen.has(stored.event.id);
      if (isNew && filters.length > 1) seen.add(stored.event.id);
      yield isNew ? stored : undefined;
    }
  }
}

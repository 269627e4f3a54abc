// The store of `nost serve` without a path: everything in memory, gone with the process.
import { compareEvents, type Event } from '../protocol/event.ts';
import { compileFilter, type Filter } from '../protocol/filter.ts';
import { eventAddress } from '../protocol/kind.ts';
import { DELETION, Deletions } from './deletions.ts';
import type { Admission, EventStore } from './store.ts';
import { Timeline } from './timeline.ts';

/** Enough of an event to tell which of two versions is the newer. */
type Version = Pick<Event, 'id' | 'created_at'>;

export class MemoryStore implements EventStore {
  readonly #byId = new Map<string, Event>();
  readonly #timeline = new Timeline();
  /** Address → the newest version ever held. It stays when that version is deleted, so no older one comes back. */
  readonly #newest = new Map<string, Version>();
  readonly #deletions = new Deletions();

  get size(): number {
    return this.#byId.size;
  }

  add(event: Event): Admission {
    if (this.#byId.has(event.id)) return 'duplicate';
    if (this.#deletions.covers(event)) return 'deleted';
    if (!this.#supersede(event)) return 'replaced';
    this.#byId.set(event.id, event);
    this.#timeline.add(event);
    if (event.kind === DELETION) this.#delete(event);
    return 'stored';
  }

  /**
   * Makes way for a version of a replaceable event. False when a newer one is known: the latest `created_at`,
   * and "in case of … the same timestamp, the event with the lowest id" (NIP-01).
   */
  #supersede(event: Event): boolean {
    const address = eventAddress(event);
    if (address === undefined) return true;
    const newest = this.#newest.get(address);
    if (newest && compareEvents(newest, event) <= 0) return false;
    this.#newest.set(address, { id: event.id, created_at: event.created_at });
    if (newest) this.#remove(newest.id);
    return true;
  }

  #delete(request: Event): void {
    const { ids, addresses } = this.#deletions.add(request);
    const versions = addresses.map(address => this.#newest.get(address)?.id);
    for (const id of [...ids, ...versions]) {
      const event = id === undefined ? undefined : this.#byId.get(id);
      if (event && this.#deletions.covers(event)) this.#remove(event.id);
    }
  }

  #remove(id: string): void {
    const event = this.#byId.get(id);
    if (!event) return;
    this.#byId.delete(id);
    this.#timeline.remove(event);
  }

  *query(filter: Filter): Generator<Event> {
    const matches = compileFilter(filter);
    for (const event of this.#candidates(filter)) if (matches(event)) yield event;
  }

  /** All that could match, in order. */
  #candidates(filter: Filter): Iterable<Event> {
    if (filter.ids === undefined) return this.#timeline.between(filter.since ?? 0, filter.until ?? Infinity);
    const found = new Set<Event>();
    for (const id of filter.ids) {
      const event = this.#byId.get(id);
      if (event) found.add(event);
    }
    return [...found].sort(compareEvents);
  }
}

// The default store of `nost serve`: all events are in memory and are lost when the process ends.
import { compareEvents, type Event } from '../../protocol/event.ts';
import { compileFilter, type Filter } from '../../protocol/filter.ts';
import { eventAddress } from '../../protocol/kind.ts';
import { DELETION, Deletions } from './deletions.ts';
import type { Admission, EventStore } from './store.ts';
import { Timeline } from './timeline.ts';

/** How many versions of one address are kept: the current one and the last ones that it replaced. */
const MAX_VERSIONS = 10;

export class MemoryStore implements EventStore {
  /** The current events: those that queries find. */
  readonly #byId = new Map<string, Event>();
  readonly #timeline = new Timeline();
  /**
   * Address → its versions, newest first. Only the first is current. When it is deleted by its id, the next one
   * becomes current again, because its author did not delete it.
   */
  readonly #versions = new Map<string, Event[]>();
  readonly #deletions = new Deletions();

  get size(): number {
    return this.#byId.size;
  }

  add(event: Event): Admission {
    if (this.#byId.has(event.id)) return 'duplicate';
    if (this.#deletions.covers(event)) return 'deleted';
    if (!this.#supersede(event)) return 'replaced';
    this.#hold(event);
    if (event.kind === DELETION) this.#delete(event);
    return 'stored';
  }

  /**
   * Removes the version that this one replaces. Returns false when the current one wins: by the latest `created_at`,
   * and "the event with the lowest id (first in lexical order)" when they are equal (NIP-01).
   */
  #supersede(event: Event): boolean {
    const address = eventAddress(event);
    if (address === undefined) return true;
    const versions = this.#versions.get(address) ?? [];
    const held = versions[0];
    if (held && compareEvents(held, event) < 0) return false;
    if (held) this.#drop(held);
    this.#versions.set(address, [event, ...versions].slice(0, MAX_VERSIONS));
    return true;
  }

  #delete(request: Event): void {
    const { ids, addresses } = this.#deletions.add(request);
    const versions = addresses.map(address => this.#versions.get(address)?.[0]);
    for (const event of [...ids.map(id => this.#byId.get(id)), ...versions]) {
      if (event && this.#byId.has(event.id) && this.#deletions.covers(event)) this.#remove(event);
    }
  }

  /** Removes a deleted event. The newest older version that is not deleted becomes current. */
  #remove(event: Event): void {
    this.#drop(event);
    const address = eventAddress(event);
    if (address === undefined) return;
    const versions = this.#versions.get(address)!.filter(version => !this.#deletions.covers(version));
    if (versions.length === 0) this.#versions.delete(address);
    else {
      this.#versions.set(address, versions);
      this.#hold(versions[0]!);
    }
  }

  #hold(event: Event): void {
    this.#byId.set(event.id, event);
    this.#timeline.add(event);
  }

  #drop(event: Event): void {
    this.#byId.delete(event.id);
    this.#timeline.remove(event);
  }

  *query(filter: Filter): Generator<Event> {
    const matches = compileFilter(filter);
    for (const event of this.#candidates(filter)) if (matches(event)) yield event;
  }

  /** The events that could match, in order. */
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

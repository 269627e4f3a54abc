// The store of `nost serve` without a path: everything in memory, gone with the process.
import { compareEvents, type Event } from '../protocol/event.ts';
import { compileFilter, type Filter } from '../protocol/filter.ts';
import { eventAddress } from '../protocol/kind.ts';
import { DELETION, Deletions } from './deletions.ts';
import type { Admission, EventStore } from './store.ts';
import { Timeline } from './timeline.ts';

/** Versions of one address remembered: the one held and the last ones it replaced. */
const MAX_VERSIONS = 10;

export class MemoryStore implements EventStore {
  /** What is held, and so can be found. */
  readonly #byId = new Map<string, Event>();
  readonly #timeline = new Timeline();
  /**
   * Address → its versions, newest first; only the first is held. The others wait for the case that it is deleted
   * by its id: then they are the latest that its author still wants.
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
   * Makes way for a version of a replaceable event. False when the one held is better: the latest `created_at`,
   * and "the event with the lowest id (first in lexical order)" when they are the same (NIP-01).
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

  /** Lets go of a deleted event; of its older versions the newest that is not deleted takes its place. */
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

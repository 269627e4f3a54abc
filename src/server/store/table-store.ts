// The rules of a store over its tables: what replaces, deletes and ends what. Both stores of `serve` are this one, over
// memory or over a database.
import { setImmediate as turn } from 'node:timers/promises';
import type { Event } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { eventAddress } from '../../protocol/kind.ts';
import { DELETION_KIND, type DeletionName, isDeletable, mayDelete, namedBy } from '../../protocol/nip09.ts';
import { isExpired } from '../../protocol/nip40.ts';
import { VANISH_KIND } from '../../protocol/nip62.ts';
import { Deletions } from './deletions.ts';
import { authorKey, EXPIRING_KEY, indexKeysOf, tagKey } from './index-keys.ts';
import { MemoryTables } from './memory-tables.ts';
import { countByIndex } from './query/counting.ts';
import { type Items, itemsByIndex } from './query/items.ts';
import { query, type Spend } from './query/query.ts';
import { eachOfSome, Portion, slicesOf } from './slices.ts';
import { type Admission, type EventStore, PartlyStored } from './store.ts';
import type { Head, Position, StoredEvent, Tables } from './tables.ts';
import { type Request, Unfinished } from './unfinished.ts';
import { Versions } from './versions.ts';

/** Events that are removed in one transaction, at most. */
const SLICE = 200;

export class TableStore implements EventStore {
  readonly #tables: Tables;
  readonly #deletions: Deletions;
  readonly #versions: Versions;
  readonly #deleting: Unfinished;
  readonly #vanishing: Unfinished;
  /** The requests that are worked on at this moment. */
  readonly #working = new Set<string>();

  constructor(tables: Tables) {
    this.#tables = tables;
    this.#deletions = new Deletions(tables);
    this.#versions = new Versions(tables);
    this.#deleting = new Unfinished(tables, '!deleting');
    this.#vanishing = new Unfinished(tables, '!vanishing');
  }

  get size(): number {
    return this.#tables.size;
  }

  async add(events: readonly Event[]): Promise<Admission[]> {
    const admissions: Admission[] = [];
    try {
      for (const slice of slicesOf(events)) {
        if (admissions.length > 0) await turn();
        admissions.push(...(await this.#admitAll(slice)));
      }
    } catch (error) {
      throw admissions.length > 0 ? new PartlyStored(admissions, error as Error) : error;
    }
    const isRequest = ({ kind }: Event) => !isDeletable(kind);
    const requests = events.filter((event, i) => isRequest(event) && admissions[i] === 'stored');
    // What is not removed is hidden all the same, and `resume` removes it later.
    await this.#finish(requests).catch(() => {});
    return admissions;
  }

  #admitAll(events: readonly Event[]): Promise<Admission[]> {
    return this.#tables.transaction(() => {
      const portion = new Portion();
      return events.map(event => this.#admit(event, portion));
    });
  }

  /** Ends what the end of an earlier process or an error interrupted. */
  async resume(): Promise<void> {
    await this.#finish([...this.#deleting.list(), ...this.#vanishing.list()]);
  }

  /** What is asked to be deleted is hidden as soon as that is noted. */
  *query(filter: Filter, spend: Spend): Generator<StoredEvent | undefined> {
    if (this.#isAllDone) return yield* query(this.#tables, filter, spend);
    const isHidden = (head: Head) => this.#deletions.coversHead(head);
    for (const stored of query(this.#tables, filter, spend, isHidden))
      yield stored && this.#deletions.covers(stored.event) ? undefined : stored;
  }

  get #isAllDone(): boolean {
    return this.#deleting.isEmpty && this.#vanishing.isEmpty;
  }

  count(filter: Filter, now: number, spend: Spend): Generator<undefined, number> | undefined {
    if (!this.#isAllDone) return undefined; // the index lists what is hidden, too
    return countByIndex(this.#tables, filter, now, spend);
  }

  items(filter: Filter, mayBeTold: (event: Event) => boolean, spend: Spend): Items | undefined {
    return this.#isAllDone ? itemsByIndex(this.#tables, filter, mayBeTold, spend) : undefined;
  }

  async remove(ids: readonly string[]): Promise<void> {
    const remove = (id: string) => {
      const event = this.#tables.get(id)?.event;
      if (event) this.#remove(event);
      return event;
    };
    await this.#inTurns(ids, remove);
  }

  /** An older version does not come back in the place of an expired one: it was replaced. */
  async removeExpired(now: number, after?: Position): Promise<Position | undefined> {
    if (!after) await this.resume();
    const range = { since: 0, until: Number.MAX_SAFE_INTEGER, after };
    const page = this.#tables.page(EXPIRING_KEY, range, SLICE);
    const expired: Position[] = [];
    const done = eachOfSome(page, position => {
      const event = this.#tables.load(position)?.event;
      if (event && isExpired(event, now)) expired.push(position);
      return event;
    });
    if (expired.length > 0)
      await this.#tables.transaction(() => {
        for (const position of expired) {
          const event = this.#tables.load(position)?.event; // somebody may have removed it meanwhile
          if (event) this.#drop(event);
        }
      });
    return done === page.length && done < SLICE ? undefined : page[done - 1];
  }

  note(name: string): string | undefined {
    return this.#tables.note(`!${name}`);
  }

  async setNote(name: string, text: string): Promise<void> {
    await this.#tables.transaction(() => this.#tables.setNote(`!${name}`, text));
  }

  close(): Promise<void> {
    return this.#tables.close();
  }

  #admit(event: Event, portion: Portion): Admission {
    if (this.#deletions.covers(event)) return 'deleted'; // it may be here still, until it is removed
    if (this.#tables.has(event.id)) return 'duplicate';
    if (!this.#isAllDone) this.#removeCoveredVersion(event);
    const replaced = this.#versions.replacedBy(event);
    if (replaced === 'newer') return 'replaced';
    if (replaced) this.#drop(replaced);
    this.#hold(event);
    this.#versions.advance(event, replaced);
    if (event.kind === DELETION_KIND) this.#beginToDelete(event, portion);
    else if (event.kind === VANISH_KIND) this.#beginToVanish(event);
    return 'stored';
  }

  /** An event must not be refused for a version that is deleted and not removed yet. */
  #removeCoveredVersion(event: Event): void {
    const address = eventAddress(event);
    if (address !== undefined) this.#removeIfCovered(this.#versions.current(address));
  }

  /** Removes what there is time for at once. */
  #beginToDelete(request: Event, portion: Portion): void {
    const names = this.#deletions.add(request);
    portion.write(request.tags.length + names.length);
    const done = eachOfSome(names, name => this.#removeNamed(name, request.pubkey), portion);
    if (done < names.length) this.#deleting.add(request);
  }

  /** Returns the event, which is removed if that key may have it deleted. */
  #removeNamed([kind, value]: DeletionName, asker: string): Event | undefined {
    const event = kind === 'id' ? this.#tables.get(value)?.event : this.#versions.current(value);
    if (event && mayDelete(asker, event)) this.#removeIfCovered(event);
    return event;
  }

  /** Does the work that requests have left, some at a time. */
  async #finish(requests: readonly Request[]): Promise<void> {
    for (const request of requests) {
      if (this.#working.has(request.id)) continue;
      this.#working.add(request.id);
      try {
        if (this.#deleting.has(request.id)) await this.#delete(request);
        if (this.#vanishing.has(request.id)) await this.#vanish(request);
      } finally {
        this.#working.delete(request.id);
      }
    }
  }

  /** Removes what a deletion request names. */
  async #delete({ id, pubkey }: Request): Promise<void> {
    const request = this.#tables.get(id)?.event;
    await this.#inTurns(request ? namedBy(request) : [], name => this.#removeNamed(name, pubkey));
    await this.#tables.transaction(() => this.#deleting.delete(id));
  }

  /** Visits items, as many in each transaction as others may wait for. */
  async #inTurns<T>(items: readonly T[], visit: (item: T) => Event | undefined): Promise<void> {
    for (let rest = items; rest.length > 0; await turn()) {
      const some = rest;
      rest = rest.slice(await this.#tables.transaction(() => eachOfSome(some, visit)));
    }
  }

  #removeIfCovered(event: Event | undefined): void {
    if (event && this.#deletions.covers(event)) this.#remove(event);
  }

  /** Removes a current event. The newest older version of it that is not deleted becomes current. */
  #remove(event: Event): void {
    this.#drop(event);
    const next = this.#versions.retreat(event, older => this.#deletions.covers(older));
    if (next) this.#hold(next);
  }

  #hold(event: Event): void {
    this.#tables.put(event, indexKeysOf(event));
  }

  #drop(event: Event): void {
    this.#tables.remove(event, indexKeysOf(event));
  }

  #beginToVanish(request: Event): void {
    this.#deletions.addVanish(request);
    this.#vanishing.add(request);
  }

  /** Removes what a request to vanish covers, and the gift wraps to its author, some at a time. */
  async #vanish({ id, pubkey, created_at: until }: Request): Promise<void> {
    await this.#removeCovered(authorKey(pubkey), until);
    await this.#removeCovered(tagKey('p', pubkey), until);
    await this.#tables.transaction(() => this.#vanishing.delete(id));
  }

  async #removeCovered(key: string, until: number): Promise<void> {
    const remove = (position: Position) => {
      const event = this.#tables.load(position)?.event;
      this.#removeIfCovered(event);
      return event;
    };
    for (let after: Position | undefined; ; await turn()) {
      const page = this.#tables.page(key, { since: 0, until, after }, SLICE);
      if (page.length === 0) return;
      after = page[(await this.#tables.transaction(() => eachOfSome(page, remove))) - 1];
    }
  }
}

/** A store whose events are lost when the process ends. */
export function memoryStore(): EventStore {
  return new TableStore(new MemoryTables());
}

// The rules of a store over its tables: what replaces, deletes and ends what. Both stores of `serve` are this one, over
// memory or over a database.
import { setImmediate as turn } from 'node:timers/promises';
import type { Event } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { isExpired } from '../../protocol/nip40.ts';
import { VANISH_KIND } from '../../protocol/nip62.ts';
import { countByIndex } from './counting.ts';
import { DELETION, Deletions, mayDelete } from './deletions.ts';
import { authorKey, EXPIRING_KEY, indexKeysOf, tagKey } from './index-keys.ts';
import { MemoryTables } from './memory-tables.ts';
import { query, type Spend } from './query.ts';
import { eachOfSome, slicesOf } from './slices.ts';
import type { Admission, EventStore } from './store.ts';
import type { Position, StoredEvent, Tables } from './tables.ts';
import { Versions } from './versions.ts';

type VanishRequest = Pick<Event, 'id' | 'pubkey' | 'created_at'>;

const VANISHING_NOTE = '!vanishing';

/** Events that are removed in one transaction, at most. */
const SLICE = 200;

export class TableStore implements EventStore {
  readonly #tables: Tables;
  readonly #deletions: Deletions;
  readonly #versions: Versions;

  constructor(tables: Tables) {
    this.#tables = tables;
    this.#deletions = new Deletions(tables);
    this.#versions = new Versions(tables);
  }

  get size(): number {
    return this.#tables.size;
  }

  async add(events: readonly Event[]): Promise<Admission[]> {
    const admissions: Admission[] = [];
    for (const slice of slicesOf(events)) {
      const some = await this.#tables.transaction(() => slice.map(event => this.#admit(event)));
      admissions.push(...some);
    }
    for (const [i, event] of events.entries())
      if (event.kind === VANISH_KIND && admissions[i] === 'stored') await this.#vanish(event);
    return admissions;
  }

  /** Ends what the end of an earlier process interrupted. */
  async resume(): Promise<void> {
    for (const request of this.#vanishing()) await this.#vanish(request);
  }

  query(filter: Filter, spend: Spend): Generator<StoredEvent | undefined> {
    return query(this.#tables, filter, spend);
  }

  count(filter: Filter, now: number, spend: Spend): Generator<undefined, number> | undefined {
    return countByIndex(this.#tables, filter, now, spend);
  }

  async remove(ids: readonly string[]): Promise<void> {
    const remove = (id: string) => {
      const event = this.#tables.get(id)?.event;
      if (event) this.#remove(event);
      return event;
    };
    for (let rest = ids; rest.length > 0; await turn()) {
      const some = rest;
      rest = rest.slice(await this.#tables.transaction(() => eachOfSome(some, remove)));
    }
  }

  /** An older version does not come back in the place of an expired one: it was replaced. */
  async removeExpired(now: number, after?: Position): Promise<Position | undefined> {
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

  #admit(event: Event): Admission {
    if (this.#deletions.covers(event)) return 'deleted'; // it may be here still, while its author vanishes
    if (this.#tables.has(event.id)) return 'duplicate';
    const replaced = this.#versions.replacedBy(event);
    if (replaced === 'newer') return 'replaced';
    if (replaced) this.#drop(replaced);
    this.#hold(event);
    this.#versions.advance(event, replaced);
    if (event.kind === DELETION) this.#delete(event);
    else if (event.kind === VANISH_KIND) this.#beginToVanish(event);
    return 'stored';
  }

  #delete(request: Event): void {
    const { ids, addresses } = this.#deletions.add(request);
    for (const id of ids) {
      const event = this.#tables.get(id)?.event;
      if (event && mayDelete(request.pubkey, event)) this.#removeIfCovered(event);
    }
    for (const address of addresses) this.#removeIfCovered(this.#versions.current(address));
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

  #beginToVanish({ id, pubkey, created_at }: Event): void {
    this.#deletions.addVanish({ pubkey, created_at });
    this.#setVanishing([...this.#vanishing(), { id, pubkey, created_at }]);
  }

  /** Removes what a request to vanish covers, and the gift wraps to its author, some at a time. */
  async #vanish({ id, pubkey, created_at: until }: VanishRequest): Promise<void> {
    await this.#removeCovered(authorKey(pubkey), until);
    await this.#removeCovered(tagKey('p', pubkey), until);
    await this.#tables.transaction(() => this.#setVanishing(this.#vanishing().filter(one => one.id !== id)));
  }

  /** The requests whose work is not done. */
  #vanishing(): VanishRequest[] {
    const note = this.#tables.note(VANISHING_NOTE);
    return note === undefined ? [] : JSON.parse(note);
  }

  #setVanishing(requests: readonly VanishRequest[]): void {
    this.#tables.setNote(VANISHING_NOTE, requests.length > 0 ? JSON.stringify(requests) : undefined);
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

// Both stores of `serve` against a list that is looked through from the start: ten thousand random steps, the same with
// the same seed. The one on disk is closed and opened again in between.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { compareEvents, type Event } from '../../src/protocol/event.ts';
import type { Filter } from '../../src/protocol/filter.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import type { EventStore } from '../../src/server/store/store.ts';
import { runs } from '../support/arbitraries.ts';
import { ListModel } from '../support/list-model.ts';
import { numbers } from '../support/mutations.ts';
import { held } from '../support/stores.ts';

const STEPS_OF_A_WORLD = 500;
const { seed: SEED, numRuns: WORLDS } = runs(20);

const PEOPLE = ['a', 'b', 'c', 'd'].map(digit => digit.repeat(64));
const KINDS = [0, 1, 1, 1, 3, 7, 1059, 10002, 30023, 30023, 40000];
const LONG = 'x'.repeat(300);
const WORDS = ['', 'x', 'X', 'ü', '"\\', LONG, `${LONG}y`];

/** The same second again and again, and the ends of what JSON can say. */
const TIMES = [0, 1, 2, 3, 5, 8, 1000, 1001, 2 ** 39 - 1, 2 ** 39, 2 ** 40, Number.MAX_SAFE_INTEGER];

/** Random events and filters, and the list of what was made. */
class Chance {
  readonly next: () => number;
  readonly made: Event[] = [];

  constructor(seed: number) {
    this.next = numbers(seed);
  }

  below(limit: number): number {
    return this.next() % limit;
  }

  one<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  some<T>(values: readonly T[], most: number): T[] {
    return Array.from({ length: this.below(most + 1) }, () => this.one(values));
  }

  id(): string {
    const start = this.below(2) ? '00000000' : '';
    const rest = Array.from({ length: 8 }, () => this.next().toString(16).padStart(8, '0')).join('');
    return `${start}${rest}`.slice(0, 64);
  }

  /** The id of an event that was made, or of one that may come. */
  known(): string {
    return this.made.length > 0 && this.below(8) ? this.one(this.made).id : this.id();
  }

  event(): Event {
    if (this.made.length > 0 && this.below(10) === 0) return this.one(this.made);
    const dice = this.below(20);
    const event =
      dice < 2 ? this.deletion() : dice === 2 && this.below(4) === 0 ? this.vanish() : this.other();
    this.made.push(event);
    return event;
  }

  /** It may be for an event that comes later. */
  deletion(): Event {
    const pubkey = this.one(PEOPLE);
    const tags = this.some([0, 1], 3).map(byId => (byId ? ['e', this.known()] : ['a', this.address(pubkey)]));
    return this.#event({ kind: 5, pubkey, tags });
  }

  address(pubkey: string): string {
    const kind = this.one([0, 3, 10002, 30023]);
    return `${kind}:${this.below(5) ? pubkey : this.one(PEOPLE)}:${kind === 30023 ? this.one(WORDS) : ''}`;
  }

  vanish(): Event {
    const early = TIMES.slice(0, 5);
    return this.#event({ kind: 62, created_at: this.one(early), tags: [['relay', 'ALL_RELAYS']] });
  }

  other(): Event {
    const tags = this.some([0, 1, 2, 3, 4], 5).map(dice => {
      if (dice === 0) return ['p', this.one(PEOPLE)];
      if (dice === 1) return ['e', this.known()];
      if (dice === 2) return ['d', this.one(WORDS)];
      return dice === 3 ? [this.one(['t', 'T', 'long'])] : [this.one(['t', 'T', 'long']), this.one(WORDS)];
    });
    return this.#event({ kind: this.one(KINDS), tags });
  }

  #event(fields: Partial<Event>): Event {
    const [pubkey, id] = [this.one(PEOPLE), this.id()];
    const created_at = this.below(3) ? this.one(TIMES) : this.below(2000);
    return { id, pubkey, created_at, kind: 1, tags: [], content: '', sig: '', ...fields };
  }

  filter(): Filter {
    const filter: Filter = {};
    if (this.below(6) === 0) filter.ids = this.some([0], 4).map(() => this.known());
    if (this.below(3) === 0) filter.authors = this.some(PEOPLE, 3);
    if (this.below(3) === 0) filter.kinds = this.some([...KINDS, 5, 62], 3);
    if (this.below(4) === 0) filter.since = this.one(TIMES);
    if (this.below(4) === 0) filter.until = this.one(TIMES);
    if (this.below(4) === 0) filter['#t'] = this.some(WORDS, 3);
    if (this.below(8) === 0) filter['#T'] = [this.one(WORDS)];
    if (this.below(6) === 0) filter['#p'] = this.some(PEOPLE, 2);
    if (this.below(8) === 0) filter['#e'] = [this.known(), this.known()];
    if (this.below(8) === 0) filter['#d'] = this.some(WORDS, 2);
    return filter;
  }
}

/** A store and the list beside it. */
class World {
  readonly #open: () => Promise<EventStore>;
  readonly #chance: Chance;
  readonly #model = new ListModel();
  #store: EventStore;

  private constructor(open: () => Promise<EventStore>, store: EventStore, seed: number) {
    this.#open = open;
    this.#store = store;
    this.#chance = new Chance(seed);
  }

  static async make(open: () => Promise<EventStore>, seed: number): Promise<World> {
    return new World(open, await open(), seed);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** Returns how many steps it took. */
  async step(isDurable: boolean): Promise<number> {
    const dice = this.#chance.below(100);
    if (dice < 40) return this.#publish();
    if (dice < 45) return this.#remove();
    if (dice < 55) return this.#queryWhileWriting();
    if (dice === 99 && isDurable) return this.#reopen();
    return this.#query();
  }

  async #publish(): Promise<number> {
    const events = Array.from({ length: 1 + this.#chance.below(6) }, () => this.#chance.event());
    const expected = events.map(event => this.#model.add(event));
    assert.deepEqual(await this.#store.add(events), expected);
    assert.equal(this.#store.size, this.#model.events.length);
    return events.length;
  }

  async #remove(): Promise<number> {
    const ids = [this.#chance.known(), this.#chance.known()];
    this.#model.remove(ids);
    await this.#store.remove(ids);
    return 1;
  }

  #query(): number {
    const filter = this.#chance.filter();
    const expected = this.#model.select(filter);
    assert.deepEqual(held(this.#store, filter), expected, JSON.stringify(filter));
    const limit = this.#chance.below(5);
    assert.deepEqual(first(this.#store, filter, limit), expected.slice(0, limit));
    return 1;
  }

  /** What matches before and after is found once, in order; what comes or goes meanwhile may be found. */
  async #queryWhileWriting(): Promise<number> {
    const filter = this.#chance.filter();
    const before = this.#model.select(filter);
    const query = this.#store.query(filter, () => {});
    const found: Event[] = [];
    for (let i = this.#chance.below(12); i > 0; i--) found.push(...eventOf(query.next().value));
    const steps = this.#chance.below(2) ? await this.#publish() : await this.#remove();
    for (const stored of query) found.push(...eventOf(stored));
    const after = this.#model.select(filter);
    assert.deepEqual(found, found.toSorted(compareEvents));
    const ids = new Set(found.map(({ id }) => id));
    assert.equal(ids.size, found.length, 'each once');
    const [old, fresh] = [new Set(before), new Set(after)];
    for (const event of before)
      if (fresh.has(event)) assert.ok(ids.has(event.id), 'it was there all the time');
    for (const { id } of found) assert.ok([...old, ...fresh].some(event => event.id === id));
    return steps;
  }

  async #reopen(): Promise<number> {
    await this.#store.close();
    this.#store = await this.#open();
    assert.equal(this.#store.size, this.#model.events.length);
    return 1;
  }
}

const eventOf = (stored: { event: Event } | undefined): Event[] => (stored ? [stored.event] : []);

function first(store: EventStore, filter: Filter, limit: number): Event[] {
  const found: Event[] = [];
  if (limit === 0) return found;
  for (const stored of store.query(filter, () => {})) {
    if (stored && found.push(stored.event) === limit) break;
  }
  return found;
}

async function live(open: () => Promise<EventStore>, seed: number, isDurable: boolean): Promise<void> {
  const world = await World.make(open, seed);
  try {
    for (let steps = 0; steps < STEPS_OF_A_WORLD; ) steps += await world.step(isDurable);
  } finally {
    await world.close();
  }
}

/** Runs `WORLDS` lives; a failure names the seed of its life. */
async function holdAll(open: (world: number) => Promise<EventStore>, isDurable: boolean): Promise<void> {
  for (let i = 0; i < WORLDS; i++) {
    try {
      await live(() => open(i), SEED + i, isDurable);
    } catch (error) {
      throw new Error(`NOST_SEED=${SEED + i}`, { cause: error });
    }
  }
}

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'nost-stores-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the store in memory is the list', () => holdAll(() => openStore('memory'), false));

test('the store on disk is the list, also after it was closed and opened', async t => {
  const folder = newFolder(t);
  await holdAll(world => openStore(join(folder, `${world}`)), true);
});

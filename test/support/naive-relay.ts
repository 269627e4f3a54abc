// A naive relay for paging: it gives the newest events up to a cap it tells nobody, and may hide some that count towards
// it. No socket, no bytes: hundreds of thousands of them can be paged through.
import fc from 'fast-check';
import type { Filter } from '../../src/protocol/filter.ts';
import type { StreamEvent } from '../../src/protocol/stream-event.ts';
import { EOSE } from '../../src/relay/link/signal.ts';
import { type PageSource, Pages } from '../../src/relay/query/pages.ts';

/** Fewer events than this are taken for whole, so no cap here may be smaller. */
const SMALLEST_CAP = 10;

interface Stored {
  event: StreamEvent;
  hidden: boolean;
}

export interface World {
  cap: number;
  /** How many events each second holds, the newest first; the last is the oldest of all. */
  seconds: number[];
  kinds: number;
  authors: number;
  /** One event of so many is hidden; 0: none. */
  hides: number;
  counts: boolean;
  filter: Filter;
}

/** As much of an event as paging looks at. */
function light(number: number, created_at: number, kind: number, author: number): StreamEvent {
  const writeId = (words: Int32Array) => void words.fill(0).set([number, kind], 0);
  const pubkey = author.toString(16).padStart(64, '0');
  return { id: String(number), created_at, kind, pubkey, tags: [], writeId } as unknown as StreamEvent;
}

/** A random permutation of nothing: spreads hidden events, kinds and authors without a pattern. */
function scatter(number: number, among: number): number {
  return (Math.imul(number + 1, 0x9e3779b1) >>> 8) % among;
}

function storeOf({ seconds, kinds, authors, hides }: World): Stored[] {
  const store: Stored[] = [];
  for (const [i, count] of seconds.entries())
    for (let n = 0; n < count; n++) {
      const number = store.length;
      const event = light(number, 1000 - i, scatter(number, kinds), scatter(number * 7, authors));
      store.push({ event, hidden: hides > 0 && scatter(number * 3, hides) === 0 });
    }
  return store;
}

function matcherOf({ until = Number.POSITIVE_INFINITY, since = 0, ...filter }: Filter) {
  const kinds = filter.kinds && new Set(filter.kinds);
  return ({ event: { kind, created_at, pubkey } }: Stored) =>
    created_at <= until &&
    created_at >= since &&
    (kinds === undefined || kinds.has(kind)) &&
    (filter.authors === undefined || filter.authors.includes(pubkey));
}

/** Reads all pages of it; `isFair`: no cut page showed so few events that it must be taken for whole. */
export async function readAll(world: World) {
  const store = storeOf(world);
  const found = new Set<string>();
  let isFair = true;
  const relay: PageSource = {
    isStopped: false,
    async *read([filter], { page } = {}) {
      const matching = store.filter(matcherOf(filter!));
      const given = matching.slice(0, Math.min(world.cap, filter!.limit!));
      const events = given.filter(({ hidden }) => !hidden).map(({ event }) => event);
      if (given.length < matching.length && events.length < SMALLEST_CAP) isFair = false;
      Object.assign(page!, { received: events.length, oldest: events.at(-1)?.created_at });
      yield { events, stored: true };
      return EOSE;
    },
    count: async filter => ({
      type: 'COUNT',
      subId: 'x',
      count: store.filter(matcherOf(filter)).length,
      approximate: false,
    }),
  };
  const limits = { maxLimit: undefined, ask: async () => ({ supported_nips: world.counts ? [45] : [] }) };
  const pages = new Pages([world.filter], limits, 1000);
  const reading = pages.read(relay);
  for (let next = await reading.next(); !next.done; next = await reading.next())
    for (const { id } of await next.value.events) found.add(id);
  const missing = store
    .filter(matcherOf(world.filter))
    .filter(({ event, hidden }) => !hidden && !found.has(event.id));
  return { missing: missing.length, gaps: pages.gaps, isFair };
}

/** Any such relay. */
export const anyRelay = (parts: {
  dense: fc.Arbitrary<number>;
  hides: fc.Arbitrary<number>;
}): fc.Arbitrary<World> =>
  fc.record({
    cap: fc.integer({ min: SMALLEST_CAP, max: 600 }),
    seconds: fc.array(parts.dense, { minLength: 1, maxLength: 12 }),
    kinds: fc.integer({ min: 1, max: 4 }),
    authors: fc.integer({ min: 1, max: 6 }),
    hides: parts.hides,
    counts: fc.boolean(),
    filter: fc.constantFrom<Filter>({ kinds: [0] }, { kinds: [0, 1] }, { kinds: [0, 1, 2, 3] }, {}),
  });

/** Fewer events in one second than are ever doubted. */
export const few = fc.integer({ min: 1, max: 9 });

export const many = fc.oneof(few, fc.integer({ min: 10, max: 700 }));

/** The law: what is called complete has everything. */
export const neverFalselyComplete = fc.asyncProperty(
  anyRelay({ dense: many, hides: fc.constantFrom(0, 0, 3, 5, 9) }),
  async world => {
    const { missing, gaps, isFair } = await readAll(world);
    fc.pre(isFair);
    if (missing > 0 && gaps.length === 0) throw new Error(`${missing} are missing and nobody is told`);
  },
);

/** The other law: what pages show to be whole is called complete. */
export const completeWhereShown = fc.asyncProperty(
  anyRelay({ dense: few, hides: fc.constant(0) }),
  async world => {
    const { missing, gaps } = await readAll(world);
    if (missing > 0 || gaps.length > 0) throw new Error(`${missing} are missing, and ${gaps.join()}`);
  },
);

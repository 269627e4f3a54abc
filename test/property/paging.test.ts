// `--all` against a relay that only the test knows: any store, any cap, hidden events that count towards the limit.
// The law: everything visible is found, or the second where something is missing is named.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { EoseHint } from '../../src/protocol/message.ts';
import { Paging } from '../../src/relay/query/paging.ts';
import { SeenIds } from '../../src/relay/query/seen-ids.ts';
import { hex32, runs } from '../support/arbitraries.ts';

interface Stored {
  second: number;
  hidden: boolean;
}

interface World {
  /** In any order; ties stand in the order of the list. */
  store: Stored[];
  cap: number;
  limit: number;
  since: number | undefined;
  until: number | undefined;
}

/** Pages to the end; a relay that is as NIP-01 wants it, but for its cap and what it hides. */
function pageThrough({ store, cap, limit, since, until }: World, hints: boolean) {
  const newestFirst = [...store].sort((a, b) => b.second - a.second);
  const paging = new Paging({
    limit,
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  });
  paging.setCap(cap); // smaller than any that may go without saying
  const found = new Set<Stored>();
  for (let pages = 0; ; pages++) {
    assert.ok(pages < 4 * store.length + 10, 'it ends');
    const filter = paging.filter;
    const matching = newestFirst.filter(
      ({ second }) => second <= (filter.until ?? Number.POSITIVE_INFINITY) && second >= (filter.since ?? 0),
    );
    const page = matching.slice(0, Math.min(cap, filter.limit!));
    const sent = page.filter(({ hidden }) => !hidden);
    for (const event of sent) found.add(event);
    const oldest = sent.at(-1)?.second;
    const hint: EoseHint | undefined = hints
      ? page.length < matching.length
        ? 'more'
        : 'finish'
      : undefined;
    if (!paging.advance({ received: sent.length, oldest }, hint)) break;
  }
  const inRange = ({ second }: Stored) =>
    second >= (since ?? 0) && second <= (until ?? Number.POSITIVE_INFINITY);
  const missing = store.filter(event => !event.hidden && inRange(event) && !found.has(event));
  return { missing, gaps: paging.gaps };
}

function missingAreNamed({ missing, gaps }: ReturnType<typeof pageThrough>): void {
  for (const { second } of missing) {
    const named = gaps.some(
      gap => gap.endsWith(`created_at ${second}`) || gap.startsWith('the relay says there is more'),
    );
    assert.ok(named, `second ${second} is missing and not named by ${JSON.stringify(gaps)}`);
  }
}

const stored = (hidden: fc.Arbitrary<boolean>) =>
  fc.array(fc.record({ second: fc.integer({ min: 10, max: 20 }), hidden }), { maxLength: 60 });

const world = (hidden: fc.Arbitrary<boolean>): fc.Arbitrary<World> =>
  fc.record({
    store: stored(hidden),
    cap: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(10_000)),
    limit: fc.integer({ min: 1, max: 12 }),
    since: fc.option(fc.integer({ min: 8, max: 22 }), { nil: undefined }),
    until: fc.option(fc.integer({ min: 8, max: 22 }), { nil: undefined }),
  });

/** The longest run of events that a page could consist of without showing any. */
function longestHiddenRun(store: readonly Stored[]): number {
  let longest = 0;
  let run = 0;
  for (const { hidden } of [...store].sort((a, b) => b.second - a.second)) {
    run = hidden ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

describe('paging past a cap', () => {
  test('finds everything, or names the second', () => {
    fc.assert(
      fc.property(world(fc.constant(false)), fc.boolean(), (world, hints) => {
        missingAreNamed(pageThrough(world, hints));
      }),
      runs(600),
    );
  });

  test('finds everything when no second is denser than the cap', () => {
    fc.assert(
      fc.property(world(fc.constant(false)), world => {
        const seconds = world.store.map(({ second }) => second);
        const densest = Math.max(
          0,
          ...seconds.map(second => seconds.filter(other => other === second).length),
        );
        const { missing } = pageThrough({ ...world, cap: Math.max(world.cap, densest + 1) }, false);
        assert.deepEqual(missing, []);
      }),
      runs(500),
    );
  });

  test('hidden events do not end it, nor do they hide a gap', () => {
    const hidden = fc.integer({ min: 0, max: 3 }).map(number => number === 0);
    fc.assert(
      fc.property(world(hidden), fc.boolean(), ({ since: _, until, ...rest }, hints) => {
        // What no client can tell from the end: a page with nothing to show, and a cut that nothing lies behind.
        const store = [...rest.store, { second: 5, hidden: false }];
        fc.pre(longestHiddenRun(store) < Math.min(rest.cap, rest.limit));
        missingAreNamed(pageThrough({ ...rest, store, since: undefined, until }, hints));
      }),
      runs(600),
    );
  });
});

describe('ids seen', () => {
  test('are new exactly once, as long as they fit a generation', () => {
    fc.assert(
      fc.property(
        fc.array(hex32, { maxLength: 12 }),
        fc.array(fc.nat({ max: 11 }), { maxLength: 60 }),
        (ids, order) => {
          fc.pre(ids.length > 0);
          const seen = new SeenIds(50);
          const model = new Set<string>();
          for (const index of order) {
            const id = ids[index % ids.length]!;
            assert.equal(seen.add(id), !model.has(id));
            model.add(id);
          }
        },
      ),
      runs(200),
    );
  });

  test('are never taken for seen when they were not, whatever the size of a generation', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 30 })), fc.integer({ min: 1, max: 9 }), (numbers, generation) => {
        const seen = new SeenIds(generation);
        const model = new Set<number>();
        for (const number of numbers) {
          const isNew = seen.add(number.toString(16).padStart(64, '0'));
          if (!model.has(number)) assert.ok(isNew);
          model.add(number);
        }
      }),
      runs(300),
    );
  });
});

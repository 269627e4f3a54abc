// A second with more events than a page, taken apart against a relay that only the test knows.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Event } from '../../../../src/protocol/event.ts';
import { compileFilter, type Filter } from '../../../../src/protocol/filter.ts';
import { EOSE, type Signal } from '../../../../src/relay/link/signal.ts';
import { DenseSecond } from '../../../../src/relay/query/dense-second.ts';
import { streamed } from '../../../support/streamed.ts';

const SECOND = 1_700_000_000;
const hex = (number: number) => number.toString(16).padStart(64, '0');

/** An event of that second; `i` is its id. */
const event = (i: number, kind: number, author: number): Event => ({
  id: hex(i),
  pubkey: hex(author),
  created_at: SECOND,
  kind,
  tags: [],
  content: '',
  sig: '',
});

const events = (count: number, kind: (i: number) => number, author: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => event(i, kind(i), author(i)));

interface World {
  store: Event[];
  cap: number;
  counts?: boolean;
  /** What the relay says to the `n`th request instead of an answer. */
  fault?: (n: number) => Signal | undefined;
}

async function solve(filter: Filter, { store, cap, counts = false, fault = () => undefined }: World) {
  const asked: Filter[] = [];
  const found = new Set<string>();
  const matching = (filter: Filter) => store.filter(compileFilter(filter));
  const dense = new DenseSecond({ ...filter, since: SECOND, until: SECOND, limit: 5000 }, cap, {
    async *read(filter, page) {
      asked.push(filter);
      const signal = fault(asked.length);
      if (signal) return signal;
      const shown = matching(filter).slice(0, Math.min(cap, filter.limit!));
      Object.assign(page, { received: shown.length, oldest: SECOND });
      yield { events: shown.map(streamed), stored: true };
      return EOSE;
    },
    count: async filter => {
      assert.equal(filter.limit, undefined);
      return counts ? matching(filter).length : undefined;
    },
  });
  const batches = dense.solve();
  for (;;) {
    const { done, value } = await batches.next();
    if (done) return { solved: value, asked, found: found.size };
    for (const { id } of await value.events) found.add(id);
  }
}

describe('a dense second', () => {
  test('is split by the lists of the filter, and nothing is missing then', async () => {
    const store = events(
      1000,
      i => [1, 7][i % 2]!,
      i => i % 16,
    );
    const authors = Array.from({ length: 16 }, (_, i) => hex(i));
    const { solved, found } = await solve({ kinds: [1, 7], authors }, { store, cap: 100 });
    assert.deepEqual([solved, found], [true, 1000]);
  });

  test('of many kinds is split by kind, seen and unseen, for all kinds can be named', async () => {
    const store = events(
      300,
      i => i,
      () => 1,
    );
    const { solved, found, asked } = await solve({}, { store, cap: 50 });
    assert.deepEqual([solved, found], [true, 300]);
    assert.ok(asked.every(({ kinds }) => (kinds?.length ?? 0) <= 1000));
  });

  test('of many authors is found by those who were seen, but only a count proves it', async () => {
    const store = events(
      900,
      () => 1,
      i => i % 10,
    );
    const unproved = await solve({ kinds: [1] }, { store, cap: 100 });
    assert.deepEqual([unproved.solved, unproved.found], [false, 900]);
    const proved = await solve({ kinds: [1] }, { store, cap: 100, counts: true });
    assert.deepEqual([proved.solved, proved.found], [true, 900]);
  });

  test('with an author nobody could see is not whole, and the count says so', async () => {
    const store = events(
      900,
      () => 1,
      i => (i < 800 ? i % 8 : 99),
    );
    const { solved, found } = await solve({ kinds: [1] }, { store, cap: 100, counts: true });
    assert.deepEqual([solved, found], [false, 800]);
  });

  test('of one author and kind cannot be taken apart, and it is not tried for ever', async () => {
    const store = events(
      1000,
      () => 1,
      () => 1,
    );
    const { solved, asked } = await solve({}, { store, cap: 100 });
    assert.equal(solved, false);
    assert.ok(asked.length < 10, `${asked.length} requests`);
    const named = await solve({ kinds: [1], authors: [hex(1)] }, { store, cap: 100 });
    assert.deepEqual([named.solved, named.asked.length], [false, 1]);
  });

  test('costs a bounded number of requests', async () => {
    const store = events(
      30_000,
      i => i % 2,
      i => i % 3000,
    );
    const { solved, asked } = await solve({}, { store, cap: 5 });
    assert.equal(solved, false);
    assert.ok(asked.length <= 1000);
  });

  test('goes on past a part the relay refuses, and is not whole then', async () => {
    const store = events(
      200,
      i => i % 4,
      () => 1,
    );
    const fault = (n: number): Signal | undefined =>
      n === 3 ? { type: 'closed', message: 'restricted: not this kind' } : undefined;
    const { solved, found } = await solve({ kinds: [0, 1, 2, 3] }, { store, cap: 60, fault });
    assert.equal(solved, false);
    assert.ok(found >= 150);
  });

  for (const signal of [
    { type: 'disconnected', reason: 'lost' },
    { type: 'stopped' },
    { type: 'closed', message: 'rate-limited: slow' },
  ] as const)
    test(`ends with the connection: ${signal.type}`, async () => {
      const store = events(
        200,
        i => i % 4,
        () => 1,
      );
      const fault = (n: number) => (n === 2 ? signal : undefined);
      assert.deepEqual((await solve({ kinds: [0, 1, 2, 3] }, { store, cap: 60, fault })).solved, signal);
    });
});

// What is counted by an index alone is what is found by reading, and nothing is read for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Filter } from '../../../../../src/protocol/filter.ts';
import { isExpired } from '../../../../../src/protocol/nip40.ts';
import { indexKeysOf } from '../../../../../src/server/store/index-keys.ts';
import { MemoryTables } from '../../../../../src/server/store/memory-tables.ts';
import { countByIndex } from '../../../../../src/server/store/query/counting.ts';
import type { EventStore } from '../../../../../src/server/store/store.ts';
import { A, B, C, T0 } from '../../../../support/people.ts';
import { held, STORES } from '../../../../support/stores.ts';

const NOW = T0 + 1000;

const EVENTS = Array.from({ length: 200 }, (_, i) =>
  [A, B, C][i % 3]!.sign({
    kind: [1, 7, 30023, 1][i % 4]!,
    created_at: T0 + i,
    content: `${i}`,
    tags: [['d', `${i}`], ['t', 'x'], ...(i % 5 === 0 ? [['expiration', `${NOW - 50 + i}`]] : [])],
  }),
);

const BY_INDEX: readonly Filter[] = [
  {},
  { kinds: [1] },
  { kinds: [1, 7, 1] },
  { kinds: [] },
  { authors: [A.publicKey, B.publicKey] },
  { authors: [A.publicKey], kinds: [1, 30023] },
  { kinds: [1], since: T0 + 20, until: T0 + 90 },
  { since: T0 + 50, limit: 3 },
];

const BY_READING: readonly Filter[] = [
  { ids: [EVENTS[0]!.id] },
  { '#t': ['x'] },
  { kinds: [1], search: '7' },
];

function countOf(store: EventStore, filter: Filter): number | undefined {
  const steps = store.count(filter, NOW, () => {});
  for (let step = steps?.next(); step; step = steps!.next()) if (step.done) return step.value;
  return undefined;
}

for (const [name, open] of Object.entries(STORES)) {
  test(`${name}: an index counts what reading finds, without what has expired`, async t => {
    const store = await open();
    t.after(() => store.close());
    await store.add(EVENTS);
    const read = (filter: Filter) => held(store, filter).filter(event => !isExpired(event, NOW)).length;
    for (const filter of BY_INDEX) assert.equal(countOf(store, filter), read(filter), JSON.stringify(filter));
    assert.ok(countOf(store, {})! < EVENTS.length);
    for (const filter of BY_READING) assert.equal(countOf(store, filter), undefined);
  });

  test(`${name}: among too many that may have expired it must be read`, async t => {
    const store = await open();
    t.after(() => store.close());
    const short = (i: number) => A.note(`${i}`, T0 + i, [['expiration', `${NOW}`]]);
    await store.add(Array.from({ length: 501 }, (_, i) => short(i)));
    assert.equal(countOf(store, { kinds: [1] }), undefined);
  });
}

test('no event is read to be counted', () => {
  const tables = new MemoryTables();
  for (const event of EVENTS.slice(1, 5)) tables.put(event, indexKeysOf(event));
  tables.load = tables.get = () => assert.fail('it was read');
  const steps = countByIndex(tables, { kinds: [1, 7] }, NOW, () => {})!;
  let step = steps.next();
  while (!step.done) step = steps.next();
  assert.equal(step.value, 3);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Filter } from '../../../../../src/protocol/filter.ts';
import { select, selectAll } from '../../../../../src/server/store/query/selection.ts';
import { memoryStore } from '../../../../../src/server/store/table-store.ts';
import { A } from '../../../../support/people.ts';

const store = memoryStore();
await store.add([1, 2, 3, 4, 5].map(second => A.note(`${second}`, second)));

const everything = () => true;

interface Selection {
  seconds: number[];
  complete: boolean;
}

function selected(
  filters: Filter[],
  maxLimit: number,
  isVisible: (event: { created_at: number }) => boolean = everything,
): Selection {
  const seconds: number[] = [];
  const selection = select(filters, { maxLimit, isHinting: true }, { store, isVisible, spend: () => {} });
  for (;;) {
    const { done, value } = selection.next();
    if (done) return { seconds, complete: value };
    if (value) seconds.push(value.event.created_at);
  }
}

function all(
  filters: Filter[],
  isVisible: (event: { created_at: number }) => boolean = everything,
): number[] {
  const found = [...selectAll(filters, { store, isVisible, spend: () => {} })];
  return found.flatMap(stored => stored?.event.created_at ?? []);
}

test('each filter has its own limit, each event comes once, newest first over all', () => {
  assert.deepEqual(selected([{ until: 3, limit: 2 }, { limit: 3 }], 100).seconds, [5, 4, 3, 2]);
});

test('limit 0 gives nothing; no limit and a larger one are clamped', () => {
  assert.deepEqual(selected([{ limit: 0 }], 3).seconds, []);
  assert.deepEqual(selected([{}], 3).seconds, [5, 4, 3]);
  assert.deepEqual(selected([{ limit: 99 }], 3).seconds, [5, 4, 3]);
});

test('it is complete when no limit left anything out', () => {
  assert.equal(selected([{ limit: 5 }], 100).complete, true);
  assert.equal(selected([{ limit: 4 }], 100).complete, false);
  assert.equal(selected([{ limit: 0 }], 100).complete, false);
  assert.equal(selected([{ limit: 0, kinds: [7] }], 100).complete, true);
});

test('what the reader may not see does not use up the limit', () => {
  const odd = (event: { created_at: number }) => event.created_at % 2 === 1;
  assert.deepEqual(selected([{ limit: 2 }], 100, odd).seconds, [5, 3]);
  assert.deepEqual(all([{}], odd), [5, 3, 1]);
});

test('all that match any filter, each once, whatever the limits', () => {
  assert.deepEqual(all([{ limit: 1, since: 4 }, { since: 3 }]), [5, 4, 3]);
});

test('the reader may rest also where events were counted before, or may not be seen', () => {
  const steps = (filters: Filter[], isVisible: () => boolean) => [
    ...selectAll(filters, { store, isVisible, spend: () => {} }),
  ];
  assert.equal(steps([{}, {}, {}], everything).length, 15);
  assert.equal(steps([{}], () => false).length, 5);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { MemoryStore } from '../../../../src/server/store/memory-store.ts';
import { select, selectAll } from '../../../../src/server/store/selection.ts';
import { A } from '../../../support/people.ts';

const notes = [1, 2, 3, 4, 5].map(second => A.note(`${second}`, second));
const store = new MemoryStore();
for (const note of notes) store.add(note);

const everything = () => true;
const seconds = (events: Iterable<{ created_at: number }>) => [...events].map(event => event.created_at);

test('each filter has its own limit, each event comes once, newest first over all', () => {
  const { events } = select(store, [{ until: 3, limit: 2 }, { limit: 3 }], 100, everything);
  assert.deepEqual(seconds(events), [5, 4, 3, 2]);
});

test('limit 0 gives nothing; no limit and a larger one are clamped', () => {
  assert.deepEqual(seconds(select(store, [{ limit: 0 }], 3, everything).events), []);
  assert.deepEqual(seconds(select(store, [{}], 3, everything).events), [5, 4, 3]);
  assert.deepEqual(seconds(select(store, [{ limit: 99 }], 3, everything).events), [5, 4, 3]);
});

test('it is complete when no limit left anything out', () => {
  assert.equal(select(store, [{ limit: 5 }], 100, everything).complete, true);
  assert.equal(select(store, [{ limit: 4 }], 100, everything).complete, false);
  assert.equal(select(store, [{ limit: 0 }], 100, everything).complete, false);
  assert.equal(select(store, [{ limit: 0, kinds: [7] }], 100, everything).complete, true);
});

test('what the reader may not see does not use up the limit', () => {
  const odd = (event: { created_at: number }) => event.created_at % 2 === 1;
  assert.deepEqual(seconds(select(store, [{ limit: 2 }], 100, odd).events), [5, 3]);
  assert.deepEqual(seconds(selectAll(store, [{}], odd)), [5, 3, 1]);
});

test('all that match any filter, each once, whatever the limits', () => {
  assert.deepEqual(seconds(selectAll(store, [{ limit: 1, since: 4 }, { since: 3 }], everything)), [5, 4, 3]);
});

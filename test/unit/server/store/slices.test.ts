import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../../../src/protocol/event.ts';
import { slicesOf } from '../../../../src/server/store/slices.ts';

const event = (content: string, tags: string[][] = []): Event => ({
  id: '',
  pubkey: '',
  created_at: 1,
  kind: 1,
  tags,
  content,
  sig: '',
});

const lengths = (events: Event[]) => slicesOf(events).map(slice => slice.length);

test('a transaction holds many small events, or few large ones, in order', () => {
  assert.deepEqual(lengths([]), []);
  assert.deepEqual(lengths(Array.from({ length: 4500 }, () => event('short'))), [2000, 2000, 500]);
  const large = Array.from({ length: 50 }, () => event('x'.repeat(500_000)));
  assert.deepEqual(lengths(large), [17, 17, 16]);
  assert.deepEqual(slicesOf(large).flat(), large);
  const tagged = Array.from({ length: 3 }, () => event('', Array(100_000).fill(['p', 'x'.repeat(100)])));
  assert.deepEqual(lengths(tagged), [1, 1, 1]);
  const lists = Array.from({ length: 5 }, () => event('', Array(2000).fill(['p', 'x'])));
  assert.deepEqual(lengths(lists), [3, 2]);
});

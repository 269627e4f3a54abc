// What a filter costs, counted in steps: it grows with the answer, not with what the store holds besides.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../../../src/protocol/event.ts';
import type { Filter } from '../../../../src/protocol/filter.ts';
import type { EventStore } from '../../../../src/server/store/store.ts';
import { STORES } from '../../../support/stores.ts';

const hex = (number: number) => number.toString(16).padStart(16, '0').repeat(4);
const AUTHORS = 50;
const KINDS = [1, 1, 1, 7, 7, 6, 9735];

/** The newest thousand events are the same, however many older ones there are. */
function events(count: number): Event[] {
  return Array.from({ length: count }, (_, i) => ({
    id: hex(1_000_000 + i),
    pubkey: hex(i % AUTHORS),
    created_at: 10_000_000 - i,
    kind: i % 997 === 3 ? 30023 : KINDS[i % KINDS.length]!,
    tags: [
      ['p', hex((i * 7) % AUTHORS)],
      ['e', hex(1_000_000 + (i >> 3))],
      ['t', i % 3 ? 'often' : 'common'],
      ...(i % 997 === 3 ? [['d', `article-${i}`]] : []),
    ],
    content: `event ${i}`,
    sig: '',
  }));
}

/** Ten filters as clients send them; each answer is the same at every size. */
const FILTERS: Readonly<Record<string, Filter>> = {
  'the newest': { limit: 100 },
  'by id': { ids: [hex(1_000_500)] },
  'notes of an author': { authors: [hex(5)], kinds: [1], limit: 5 },
  'of a list of authors': {
    authors: Array.from({ length: AUTHORS }, (_, i) => hex(i)),
    kinds: [1, 6],
    limit: 100,
  },
  'an author': { authors: [hex(8)], limit: 15 },
  'reactions to an event': { '#e': [hex(1_000_060)], kinds: [7] },
  'mentions of somebody': { '#p': [hex(14)], kinds: [1], limit: 5 },
  'a hashtag': { '#t': ['common'], limit: 50 },
  'a kind in a time': { kinds: [1], since: 9_999_500, until: 9_999_900 },
  'an article': { kinds: [30023], authors: [hex(3)], '#d': ['article-3'] },
};

function stepsOf(store: EventStore, filter: Filter): { ids: string[]; steps: number } {
  const ids: string[] = [];
  let steps = 0;
  for (const stored of store.query(filter, count => (steps += count))) {
    if (stored && ids.push(stored.event.id) === filter.limit) break;
  }
  return { ids, steps };
}

for (const [name, open] of Object.entries(STORES)) {
  test(`${name}: ten filters take as many steps in a store ten times as large`, async () => {
    const [small, large] = [await open(), await open()];
    await small.add(events(1000));
    await large.add(events(10_000));
    for (const [what, filter] of Object.entries(FILTERS)) {
      const [before, after] = [stepsOf(small, filter), stepsOf(large, filter)];
      assert.ok(before.ids.length > 0, `${what}: finds something`);
      assert.deepEqual(after.ids, before.ids, what);
      assert.ok(
        after.steps <= before.steps * 1.5 + 100,
        `${what}: ${before.steps} steps, then ${after.steps}`,
      );
      assert.ok(after.steps <= 30 * before.ids.length + 1200, `${what}: ${after.steps} steps`);
    }
  });
}

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../src/protocol/event.ts';
import type { Filter } from '../../../src/protocol/filter.ts';
import { LiveIndex } from '../../../src/server/live-index.ts';
import { compileStored } from '../../../src/server/store/query/matching.ts';

const PK = ['a'.repeat(64), 'b'.repeat(64)];
const ID = ['1'.repeat(64), '2'.repeat(64)];

const event = (fields: Partial<Event>): Event => ({
  id: ID[0]!,
  pubkey: PK[0]!,
  created_at: 1,
  kind: 1,
  tags: [],
  content: '',
  sig: '',
  ...fields,
});

const anEvent = fc.record({
  id: fc.constantFrom(...ID),
  pubkey: fc.constantFrom(...PK),
  created_at: fc.nat(5),
  kind: fc.nat(3),
  content: fc.constantFrom('', 'one', 'two', 'one two'),
  tags: fc.array(fc.tuple(fc.constantFrom('t', 'T', 'd', 'title'), fc.constantFrom('x', 'y')), {
    maxLength: 40,
  }),
});

const aFilter = fc.record(
  {
    ids: fc.subarray(ID),
    authors: fc.subarray(PK),
    kinds: fc.subarray([0, 1, 2, 3]),
    since: fc.nat(5),
    until: fc.nat(5),
    '#t': fc.subarray(['x', 'y']),
    '#T': fc.subarray(['x', 'y']),
    search: fc.constantFrom('one', 'two'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Filter>;

test('it finds the subscriptions that asking each of them would find', () => {
  const subscriptions = fc.array(fc.array(aFilter, { maxLength: 3 }), { maxLength: 8 });
  fc.assert(
    fc.property(subscriptions, anEvent, (all, fields) => {
      const index = new LiveIndex<number>();
      for (const [i, filters] of all.entries()) index.add(i, filters);
      const one = event(fields);
      const expected = [...all.keys()].filter(i => all[i]!.some(filter => compileStored(filter)(one)));
      const found = [...index.matching(one)]
        .filter(([, searches]) => searches.length === 0 || searches.some(search => search.finds(one)))
        .map(([i]) => i);
      assert.deepEqual(
        found.sort((a, b) => a - b),
        expected,
      );
    }),
  );
});

test('a subscription that was removed is found no more, and leaves nothing behind', () => {
  const index = new LiveIndex<string>();
  index.add('one', [{ kinds: [1] }, { authors: PK }]);
  index.add('two', [{ kinds: [1] }]);
  index.remove('one');
  index.remove('one');
  assert.deepEqual([...index.matching(event({})).keys()], ['two']);
  index.remove('two');
  assert.equal(index.matching(event({})).size, 0);
  assert.equal(index.size, 0);
});

test('an event is asked about only where it may match: the others are not looked at', () => {
  const index = new LiveIndex<number>();
  for (let i = 0; i < 1000; i++) index.add(i, [{ authors: [`${i}`.padStart(64, '0')] }]);
  const looked: string[] = [];
  const watched = new Proxy(event({ pubkey: '7'.padStart(64, '0') }), {
    get: (target, key) => {
      looked.push(String(key));
      return Reflect.get(target, key);
    },
  });
  assert.deepEqual([...index.matching(watched).keys()], [7]);
  assert.ok(looked.length < 20, `${looked.length} looks`);
});

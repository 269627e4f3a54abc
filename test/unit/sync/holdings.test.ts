import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import { IdList } from '../../../src/protocol/nip77.ts';
import { Holdings } from '../../../src/sync/holdings.ts';
import { madeUpItems } from '../../support/negentropy.ts';

const ids = madeUpItems(3000, 5).map(([, id]) => id);

function listOf(some: readonly string[]): IdList {
  const list = new IdList();
  for (const id of some) list.add(hexToBytes(id));
  return list;
}

test('who holds what is known of many sides, each id once', () => {
  const holdings = new Holdings();
  const held = [ids.slice(0, 2000), ids.slice(1000), ids.slice(500, 2500)];
  for (const [side, some] of held.entries()) holdings.add(side, listOf([...some, ...some.slice(0, 7)]));
  assert.equal(holdings.size, 3000);
  const all = [0, 1, 2];
  assert.deepEqual(holdings.countsOf(0, all), { events: 2000, onlyHere: 500 });
  assert.deepEqual(holdings.countsOf(1, all), { events: 2000, onlyHere: 500 });
  assert.deepEqual(holdings.countsOf(2, all), { events: 2000, onlyHere: 0 });
  assert.equal(holdings.countLacking(0, 1), 1000);
  assert.equal(holdings.countDiffering(all), 2000);
  const differing = [...holdings.differing(all)];
  assert.deepEqual(differing.map(({ id }) => id).sort(), [...ids.slice(0, 1000), ...ids.slice(2000)].sort());
  const first = differing.find(({ id }) => id === ids[700])!;
  assert.deepEqual(all.filter(first.holds), [0, 2]);
});

test('sides that are not asked about do not count', () => {
  const holdings = new Holdings();
  holdings.add(0, listOf(ids.slice(0, 3)));
  holdings.add(1, listOf(ids.slice(0, 3)));
  holdings.add(2, listOf(ids.slice(3, 9)));
  assert.equal(holdings.sizeAt([0, 1]), 3);
  assert.equal(holdings.countDiffering([0, 1]), 0);
  assert.deepEqual([...holdings.differing([0, 1])], []);
  assert.deepEqual(holdings.countsOf(0, [0, 1]), { events: 3, onlyHere: 0 });
});

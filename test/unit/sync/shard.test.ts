import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import { isInShard, parseShard } from '../../../src/sync/shard.ts';
import { madeUpItems } from '../../support/negentropy.ts';

test('each id is in one part of n, as bytes and as hex digits', () => {
  const ids = [...madeUpItems(500, 1).map(([, id]) => id), '00'.repeat(32), 'ff'.repeat(32)];
  for (const count of [1, 2, 3, 7, 65_536])
    for (const id of ids.slice(count > 100 ? 498 : 0)) {
      const parts = Array.from({ length: count }, (_, index) => ({ index, count }));
      const found = parts.filter(part => isInShard(id, part));
      assert.equal(found.length, 1, `${id} of ${count}`);
      assert.ok(isInShard(hexToBytes(id), found[0]));
    }
});

test('without a part every id is wanted', () => {
  assert.ok(isInShard('ab'.repeat(32), undefined));
});

test('a part is written i/n', () => {
  assert.deepEqual(parseShard('0/3'), { index: 0, count: 3 });
  for (const text of ['3/3', '1', '1/0', '-1/3', '1/3/4', '0/70000', ''])
    assert.throws(() => parseShard(text), /write 0\/3, 1\/3 and 2\/3/, text);
});

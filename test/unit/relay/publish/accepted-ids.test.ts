import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { AcceptedIds, MOST_RELAYS } from '../../../../src/relay/publish/accepted-ids.ts';

const idOf = (n: number) => createHash('sha256').update(String(n)).digest('hex');

describe('what relays have accepted', () => {
  test('is known for each relay by itself, the last one and the id of zeros too', () => {
    const ids = new AcceptedIds();
    const zero = '0'.repeat(64);
    for (const id of [zero, idOf(1)]) {
      assert.equal(ids.has(id, 0), false);
      ids.add(id, MOST_RELAYS - 1);
      ids.add(id, 2);
      for (let relay = 0; relay < MOST_RELAYS; relay++)
        assert.equal(ids.has(id, relay), relay === 2 || relay === MOST_RELAYS - 1);
    }
    assert.equal(ids.size, 2);
  });

  test('stays known while the table grows', () => {
    const ids = new AcceptedIds();
    for (let n = 0; n < 20_000; n++) ids.add(idOf(n), n % 3);
    assert.equal(ids.size, 20_000);
    for (let n = 0; n < 20_000; n++)
      assert.deepEqual(
        [0, 1, 2].map(relay => ids.has(idOf(n), relay)),
        [0, 1, 2].map(relay => relay === n % 3),
      );
    assert.equal(ids.has(idOf(20_001), 0), false);
  });

  test('is found as well when ids differ in few bits only', () => {
    const ids = new AcceptedIds();
    const near = (n: number) => n.toString(16).padStart(32, '0').padEnd(64, '0');
    for (let n = 0; n < 5000; n++) ids.add(near(n), 0);
    for (let n = 0; n < 10_000; n++) assert.equal(ids.has(near(n), 0), n < 5000);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { IdList } from '../../../src/protocol/nip77.ts';
import { NamedIds } from '../../../src/sync/compare.ts';
import { NegotiationRefused, type Negotiator } from '../../../src/sync/negotiator.ts';

function listOf(count: number): IdList {
  const ids = new IdList();
  ids.add(new Uint8Array(32 * count));
  return ids;
}

const RELAYS = ['ws://a', 'ws://b'].map(relay => ({ relay }) as Negotiator);

describe('ids that slices of time name', () => {
  test('add up, without a copy of the first', () => {
    const named = new NamedIds(RELAYS[0], RELAYS[1]);
    const first = listOf(3);
    named.add([first, listOf(0)]);
    assert.equal(named.all[0], first);
    named.add([listOf(4), listOf(5)]);
    assert.deepEqual([named.all[0].length, named.all[1].length], [7, 5]);
  });

  test('are bounded in all, and whoever names too many is blamed', () => {
    const named = new NamedIds(RELAYS[0], RELAYS[1]);
    for (const count of [1_000_000, 999_999]) named.add([listOf(1), listOf(count)]);
    const told = (error: unknown) =>
      error instanceof NegotiationRefused && error.relay === 'ws://b' && !error.isTooLarge;
    assert.throws(() => named.add([listOf(1), listOf(2)]), told);
    const file = new NamedIds(undefined, RELAYS[1]);
    for (const count of [1_000_000, 999_999, 2]) file.add([listOf(count), listOf(0)]); // we ourselves hold them
  });
});

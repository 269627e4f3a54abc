import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fallbackAddress } from '../../../src/protocol/bolt11-address.ts';

describe('a fallback address', () => {
  test('of an unknown version or a wrong length is skipped', () => {
    for (const words of [[], [19, 0], [0, 1, 2], [17, ...Array(16).fill(0)], [31], [1], Array(200).fill(0)])
      assert.equal(fallbackAddress(words, 'bitcoin'), undefined);
  });

  test('of taproot is written as BIP-350 says', () => {
    assert.match(fallbackAddress([1, ...Array(52).fill(0)], 'regtest')!, /^bcrt1p/);
  });
});

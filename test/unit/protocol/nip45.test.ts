import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Filter } from '../../../src/protocol/filter.ts';
import {
  addToHll,
  decodeHll,
  encodeHll,
  estimateHll,
  hllOffset,
  hllOffsetFor,
  mergeHll,
  newHll,
} from '../../../src/protocol/nip45.ts';

const PK = `${'0'.repeat(32)}a${'0'.repeat(31)}`;

test('the offset of an address is its pubkey’s, also when the identifier holds colons', () => {
  assert.equal(hllOffset(PK), 18);
  assert.equal(hllOffset(`30023:${PK}:a:b`), 18);
});

test('a count is eligible with one filter that has a tag condition with a value', () => {
  assert.equal(hllOffsetFor([{ '#p': [PK], kinds: [3] }]), 18);
  const others: Filter[][] = [[], [{}], [{ kinds: [3] }], [{ '#p': [] }], [{ '#p': [PK] }, {}]];
  for (const filters of others) assert.equal(hllOffsetFor(filters), undefined);
});

test('the first tag condition decides', () => {
  assert.equal(hllOffsetFor([{ kinds: [1], '#p': [PK], '#t': ['nostr'] }]), 18);
  assert.equal(hllOffsetFor([{ '#t': ['nostr'], '#p': [PK] }]), 12);
});

test('an author counted twice counts once', () => {
  const once = addToHll(newHll(), PK, 8);
  assert.deepEqual(addToHll(addToHll(newHll(), PK, 8), PK, 8), once);
});

test('merging keeps the greater of each register', () => {
  const [a, b] = [newHll(), newHll()];
  a.set([5, 1, 0]);
  b.set([2, 7, 0]);
  assert.deepEqual([...mergeHll(a, b).subarray(0, 3)], [5, 7, 0]);
});

test('the estimate of thousands is within a fifth', () => {
  const hll = newHll();
  // A linear congruential generator: pubkeys that are the same on every run.
  let seed = 1n;
  for (let i = 0; i < 5000; i++) {
    let hex = '';
    while (hex.length < 64) {
      seed = (seed * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
      hex += (seed >> 32n).toString(16).padStart(8, '0');
    }
    addToHll(hll, hex, 12);
  }
  assert.ok(Math.abs(estimateHll(hll) - 5000) < 1000, String(estimateHll(hll)));
});

test('registers survive the wire, and a stranger’s text is checked', () => {
  const hll = addToHll(newHll(), PK, 8);
  assert.deepEqual(decodeHll(encodeHll(hll)), hll);
  for (const text of ['', '00', 'GG'.repeat(256), 'FF'.repeat(256), '00'.repeat(257)]) {
    assert.equal(decodeHll(text), undefined);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesToHex, hexToBytes } from '../../../src/protocol/hex.ts';
import { compareIds, IdList, SortedIds } from '../../../src/protocol/negentropy-ids.ts';

const [A, B, C] = ['aa', 'bb', 'cc'].map(byte => hexToBytes(byte.repeat(32))) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const row = (...ids: Uint8Array[]) => hexToBytes(ids.map(bytesToHex).join(''));

test('ids are compared byte by byte, wherever they lie', () => {
  assert.ok(compareIds(row(A, B), 1, C, 0) < 0);
  assert.ok(compareIds(row(A, B), 1, A, 0) > 0);
  assert.equal(compareIds(row(A, B), 1, B, 0), 0);
});

test('a list gives back what was added, as text', () => {
  const list = new IdList();
  for (let i = 0; i < 100; i++) list.add(i % 2 === 0 ? A : C);
  assert.equal(list.length, 100);
  assert.deepEqual([...list].slice(0, 3), [A, C, A].map(bytesToHex));
  assert.equal(list.bytes.length, 3200);
});

test('what was taken out of a row is not left', () => {
  const sorted = new SortedIds(row(C, A, B));
  assert.ok(sorted.take(A));
  assert.ok(!sorted.take(hexToBytes('ab'.repeat(32))));
  assert.deepEqual([...sorted.left()].map(bytesToHex), [C, B].map(bytesToHex));
});

test('an id that is there twice is taken out twice', () => {
  const sorted = new SortedIds(row(B, A, B));
  assert.ok(sorted.take(B));
  assert.deepEqual([...sorted.left()].map(bytesToHex), [bytesToHex(A)]);
});

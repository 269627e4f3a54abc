import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as byNode from '../../../src/protocol/crypto.ts';
import * as portable from '../../../src/protocol/portable-crypto.ts';

test('what stands in for Node has the same functions', () => {
  assert.deepEqual(Object.keys(portable).sort(), Object.keys(byNode).sort());
});

test('hashes and keys are those of Node', async () => {
  for (const text of ['', 'abc', 'ä 😀\u0000', 'x'.repeat(1000)]) {
    assert.equal(portable.sha256Hex(text), byNode.sha256Hex(text));
    const bytes = new TextEncoder().encode(text);
    assert.equal(portable.sha256Hex(bytes), byNode.sha256Hex(bytes));
  }
  for (const beginning of ['', 'ä 😀', 'x'.repeat(1000)]) {
    const [a, b] = [portable.sha256HexAfter(beginning), byNode.sha256HexAfter(beginning)];
    for (const rest of ['', 'abc 😀']) assert.equal(a(rest), b(rest));
  }
  const salt = new Uint8Array(16).fill(7);
  const [a, b] = await Promise.all([portable, byNode].map(it => it.scryptKey('påss', salt, { N: 16, r: 8 })));
  assert.deepEqual([...a!], [...b!]);
});

test('random bytes are as many as asked for, and others each time', () => {
  const [a, b] = [portable.randomBytes(32), portable.randomBytes(32)];
  assert.equal(a.length, 32);
  assert.notDeepEqual(a, b);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesToHex, hexToBytes, isHex, isHex32 } from '../../../src/protocol/hex.ts';

test('only lower-case digits of the exact length are hex', () => {
  assert.ok(isHex('0123456789abcdef', 16));
  for (const text of ['AB', 'a', 'abc', 'ag', '/0', ':0', '`a', 'a\n', '0x'])
    assert.ok(!isHex(text, 2), text);
  assert.ok(isHex('', 0));
});

test('what is no string is no hex', () => {
  for (const value of [null, undefined, 7, ['aa'], { length: 64 }]) assert.ok(!isHex32(value));
});

test('bytes survive the way to hex and back', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.deepEqual(hexToBytes(bytesToHex(bytes)), bytes);
  assert.ok(isHex(bytesToHex(bytes), 512));
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { sha256Hex } from '../../../src/protocol/crypto.ts';

test('bytes, and text as UTF-8, are hashed as Node hashes them', () => {
  for (const text of ['', 'abc', 'ä 😀\u0000', 'x'.repeat(100_000)]) {
    const expected = createHash('sha256').update(text).digest('hex');
    assert.equal(sha256Hex(text), expected);
    assert.equal(sha256Hex(Buffer.from(text)), expected);
  }
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { sha256Hex, sha256HexAfter } from '../../../src/protocol/crypto.ts';

test('bytes, and text as UTF-8, are hashed as Node hashes them', () => {
  for (const text of ['', 'abc', 'ä 😀\u0000', 'x'.repeat(100_000)]) {
    const expected = createHash('sha256').update(text).digest('hex');
    assert.equal(sha256Hex(text), expected);
    assert.equal(sha256Hex(Buffer.from(text)), expected);
  }
});

test('what begins alike is hashed as the whole is', () => {
  for (const beginning of ['', 'ä 😀', 'x'.repeat(999), 'ß'.repeat(1000), 'x'.repeat(100_000)]) {
    const hash = sha256HexAfter(beginning);
    for (const rest of ['', 'abc', '😀', 'y'.repeat(200)])
      assert.equal(
        hash(rest),
        createHash('sha256')
          .update(beginning + rest)
          .digest('hex'),
      );
  }
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GatheredBytes } from '../../../src/files/gathered-bytes.ts';

describe('bytes that come in pieces', () => {
  test('are one in the end, however they came', () => {
    const whole = Buffer.from(Array.from({ length: 20_000 }, (_, i) => i % 251));
    for (const size of [1, 7, 4096, 20_000]) {
      const bytes = new GatheredBytes();
      for (let at = 0; at < whole.length; at += size) bytes.add(whole.subarray(at, at + size));
      assert.equal(bytes.size, whole.length);
      assert.ok(bytes.take().equals(whole));
      assert.equal(bytes.size, 0);
    }
  });

  test('what was taken belongs to who took it', () => {
    const bytes = new GatheredBytes();
    bytes.add(Buffer.from('first'));
    const first = bytes.take();
    bytes.add(Buffer.from('other'));
    assert.equal(first.toString(), 'first');
  });

  test('a piece is copied: who gave it may use its memory again', () => {
    const [bytes, piece] = [new GatheredBytes(), Buffer.from('piece')];
    bytes.add(piece);
    piece.fill(0);
    assert.equal(bytes.take().toString(), 'piece');
  });

  test('take room in proportion to what has come, not to what was announced', () => {
    const bytes = new GatheredBytes();
    for (let i = 0; i < 100_000; i++) bytes.add(Buffer.from('x'));
    assert.ok(bytes.take().buffer.byteLength <= 2 * 100_000);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventId, InvalidEvent, type UnsignedEvent } from '../../../src/protocol/event.ts';
import {
  aroundNonce,
  committedDifficulty,
  counterDigits,
  difficultyOf,
  HOT_DIGITS,
  type MinedEvent,
  mineChunk,
} from '../../../src/protocol/nip13.ts';

const draft: UnsignedEvent = {
  pubkey: 'ab'.repeat(32),
  created_at: 1700000000,
  kind: 1,
  tags: [
    ['t', 'a"b'],
    ['nonce', '7', '1'],
    ['d', 'ß'],
  ],
  content: 'mine\n"me" 😀',
};

/** Mines as a command would: chunk after chunk. */
function mine(event: UnsignedEvent, bits: number): MinedEvent {
  for (let from = 0; ; from += 1000) {
    const mined = mineChunk(event, bits, { from, attempts: 1000 });
    if (mined) return mined;
  }
}

describe('mining', () => {
  test('finds an event whose id is the hash of what it returns and holds the target', () => {
    const { id, ...event } = mine(draft, 10);
    assert.equal(id, eventId(event));
    assert.ok(difficultyOf(id) >= 10);
    assert.equal(committedDifficulty({ id, tags: event.tags }), 10);
  });

  test('replaces an old nonce, keeps the other tags and their order, and leaves the draft alone', () => {
    const before = structuredClone(draft);
    const { tags } = mine(draft, 4);
    assert.deepEqual(tags.slice(0, -1), [
      ['t', 'a"b'],
      ['d', 'ß'],
    ]);
    assert.equal(tags.at(-1)![0], 'nonce');
    assert.deepEqual(draft, before);
  });

  test('works without any other tag', () => {
    const { id, ...event } = mine({ ...draft, tags: [] }, 4);
    assert.equal(id, eventId(event));
  });

  test('hashes what stands before the nonce as well when it is long', () => {
    const { id, ...event } = mine(
      { ...draft, tags: Array.from({ length: 100 }, () => ['p', 'ß'.repeat(64)]) },
      6,
    );
    assert.equal(id, eventId(event));
  });

  test('gives up at the end of its chunk', () => {
    assert.equal(mineChunk(draft, 256, { from: 0, attempts: 10 }), undefined);
    assert.equal(mineChunk(draft, 0, { from: 5, attempts: 0 }), undefined);
  });

  test('starts where it is told', () => {
    assert.equal(Number(mineChunk(draft, 0, { from: 42, attempts: 1 })!.tags.at(-1)![1]), 42);
  });

  test('an attempt hashes one block for a note of forty bytes, whatever stands before the nonce', () => {
    for (let length = 0; length < 70; length++) {
      const note = { ...draft, tags: [['t', 'ß'.repeat(length)]], content: 'x'.repeat(40) };
      const [before, after] = aroundNonce(note, 20).map(text => Buffer.byteLength(text));
      const hot = before! + counterDigits(0).length - HOT_DIGITS;
      assert.equal(hot % 64, 0);
      assert.ok(HOT_DIGITS + after! + 9 <= 64); // sha256 adds nine bytes at least
    }
  });

  test('refuses a target that is none, and what cannot be hashed', () => {
    for (const bits of [-1, 257, 1.5, Number.NaN]) {
      assert.throws(() => mineChunk(draft, bits, { from: 0, attempts: 1 }), RangeError);
    }
    assert.throws(
      () => mineChunk({ ...draft, content: '\ud800' }, 1, { from: 0, attempts: 1 }),
      InvalidEvent,
    );
  });
});

describe('commitment', () => {
  test('a claim that is no number is no work', () => {
    const id = '0'.repeat(64);
    for (const target of [undefined, '', '-1', '1e1', ' 9', '1000']) {
      const tag = target === undefined ? ['nonce', '1'] : ['nonce', '1', target];
      assert.equal(committedDifficulty({ id, tags: [tag] }), 0);
    }
  });
});

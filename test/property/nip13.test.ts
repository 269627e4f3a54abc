// NIP-13 beside nostr-tools: the same bits, and what one has mined holds for the other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { getPow, minePow } from 'nostr-tools/nip13';
import { openHasher } from '../../src/mining/hasher.ts';
import { eventId, type UnsignedEvent } from '../../src/protocol/event.ts';
import { committedDifficulty, difficultyOf, mineChunk } from '../../src/protocol/nip13.ts';

const texts = fc.string({ unit: 'grapheme', maxLength: 100 });
const events: fc.Arbitrary<UnsignedEvent> = fc.record({
  pubkey: fc.stringMatching(/^[0-9a-f]{64}$/),
  created_at: fc.nat(2 ** 31),
  kind: fc.nat(65535),
  tags: fc.array(fc.array(texts, { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
  content: texts,
});
const ids = fc
  .tuple(fc.nat(256), fc.stringMatching(/^[0-9a-f]{64}$/))
  .map(([zeros, hex]) => ('0'.repeat(Math.floor(zeros / 4)) + hex).slice(0, 64));

test('an id has the bits that nostr-tools counts', () => {
  fc.assert(fc.property(ids, id => assert.equal(difficultyOf(id), getPow(id))));
});

test('what is mined here has its bits there, by either hasher', () => {
  for (const hasher of [openHasher(), mineChunk])
    fc.assert(
      fc.property(events, fc.nat(9), (event, bits) => {
        const mined = hasher(event, bits, { from: 0, attempts: 100_000 })!;
        const { id, ...unsigned } = mined;
        assert.equal(id, eventId(unsigned));
        assert.ok(getPow(id) >= bits);
        assert.equal(committedDifficulty(mined), bits);
      }),
    );
});

test('what is mined there commits to its bits here', () => {
  fc.assert(
    fc.property(events, fc.integer({ min: 1, max: 6 }), (event, bits) => {
      const { id, ...unsigned } = minePow(
        { ...event, tags: event.tags.filter(([name]) => name !== 'nonce') },
        bits,
      );
      assert.equal(id, eventId(unsigned));
      assert.equal(committedDifficulty({ id, tags: unsigned.tags }), bits);
    }),
    { numRuns: 50 },
  );
});

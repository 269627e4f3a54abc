// NIP-77: any two sets are reconciled to their exact difference, whatever the frame limits; any frame is answered, or
// refused by the typed error.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { bytesToHex } from '../../src/protocol/hex.ts';
import { answerNegentropy, InvalidNegentropy, NegentropyInitiator } from '../../src/protocol/nip77.ts';
import { runs } from '../support/arbitraries.ts';
import { numbers } from '../support/mutations.ts';
import {
  type Item,
  itemsOf,
  madeUpItems,
  missingFrom,
  reconcile,
  reconcileBetween,
  takeDamagedFrames,
} from '../support/negentropy.ts';
import { toolsItems, toolsSession } from '../support/nostr-tools-negentropy.ts';

/** Ids that share their first bytes, so that bounds need long prefixes. */
const likeIds = (items: Item[]): Item[] =>
  items.map(([time, id], i) => (i % 3 === 0 ? [time, `${'ab'.repeat(28)}${id.slice(56)}`] : [time, id]));

const limit = fc.constantFrom(0, 4096, 4500, 10_000);

const twoSets = fc
  .record({
    seed: fc.nat(),
    count: fc.oneof(fc.nat({ max: 70 }), fc.nat({ max: 5000 })),
    seconds: fc.constantFrom(1, 3, 1000, 2 ** 30),
    alike: fc.boolean(),
    /** Of a thousand items, so many are only on one side, or only on the other. */
    onlyA: fc.constantFrom(0, 1, 10, 500, 1000),
    onlyB: fc.constantFrom(0, 1, 10, 500, 1000),
  })
  .map(({ seed, count, seconds, alike, onlyA, onlyB }): [Item[], Item[]] => {
    const items = madeUpItems(count, seed, seconds);
    const all = alike ? likeIds(items) : items;
    const next = numbers(seed);
    const a = all.filter(() => next() % 1000 >= onlyB);
    return [a, all.filter(() => next() % 1000 >= onlyA)];
  });

describe('NIP-77', () => {
  test('two sets are reconciled to their exact difference, each id told once', () => {
    fc.assert(
      fc.property(twoSets, limit, limit, ([a, b], clientLimit, serverLimit) => {
        const { have, need, longest } = reconcile(itemsOf(a), itemsOf(b), [clientLimit, serverLimit]);
        assert.deepEqual(have.sort(), missingFrom(a, b));
        assert.deepEqual(need.sort(), missingFrom(b, a));
        assert.ok(longest.client <= (clientLimit || Number.POSITIVE_INFINITY));
        assert.ok(longest.server <= (serverLimit || Number.POSITIVE_INFINITY));
      }),
      runs(60),
    );
  });

  test('two relays are reconciled to their exact difference by somebody who has no items', () => {
    const to = fc.constantFrom(4096, 4500, 10_000, 500_000);
    fc.assert(
      fc.property(twoSets, fc.tuple(to, to), fc.tuple(limit, limit), ([a, b], limits, answers) => {
        const { only, longest } = reconcileBetween([itemsOf(a), itemsOf(b)], limits, answers);
        assert.deepEqual(only[0].sort(), missingFrom(a, b));
        assert.deepEqual(only[1].sort(), missingFrom(b, a));
        assert.ok(longest[0] <= limits[0] && longest[1] <= limits[1]);
      }),
      runs(60),
    );
  });

  test('the client of nostr-tools learns the same from our answers', () => {
    fc.assert(
      fc.property(twoSets, limit, ([a, b], serverLimit) => {
        fc.pre([...a, ...b].every(([time]) => time < 2 ** 31)); // its numbers have 32 bits
        const server = itemsOf(b);
        const { have, need } = toolsSession(toolsItems(a), 60_000, frame =>
          answerNegentropy(server, frame, serverLimit),
        );
        assert.deepEqual([...have].sort(), missingFrom(a, b));
        assert.deepEqual([...need].sort(), missingFrom(b, a));
      }),
      runs(30),
    );
  });

  test('damaged frames are answered within the limit, or refused by the typed error', () => {
    assert.ok(takeDamagedFrames(runs(5000).numRuns, runs(1).seed).taken > 1000);
  });

  test('any bytes after the version are answered, or refused by the typed error', () => {
    const [items, more] = [itemsOf(madeUpItems(200, 1)), itemsOf([])];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        const frame = Uint8Array.of(0x61, ...bytes);
        for (const set of [items, more]) {
          try {
            answerNegentropy(set, frame, 4096);
            new NegentropyInitiator(set, 4096).next(frame);
          } catch (error) {
            assert.ok(error instanceof InvalidNegentropy, `${bytesToHex(frame)}: ${error}`);
          }
        }
      }),
      runs(500),
    );
  });
});

// Two relays reconciled by somebody who has no items: exactly what differs becomes known, whatever the limits are.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NegentropyBetween } from '../../../src/protocol/negentropy-between.ts';
import { InvalidNegentropy } from '../../../src/protocol/nip77.ts';
import { type Item, itemsOf, madeUpItems, missingFrom, reconcileBetween } from '../../support/negentropy.ts';

function check(
  first: readonly Item[],
  second: readonly Item[],
  limits: [number, number],
  answers?: number[],
) {
  const outcome = reconcileBetween([itemsOf(first), itemsOf(second)], limits, answers);
  assert.ok(
    outcome.longest.every((length, i) => length <= limits[i]!),
    'a frame is longer than its limit',
  );
  assert.deepEqual(outcome.only[0].sort(), missingFrom(first, second));
  assert.deepEqual(outcome.only[1].sort(), missingFrom(second, first));
  return outcome;
}

const WIDE: [number, number] = [500_000, 500_000];

describe('two relays', () => {
  const all = madeUpItems(3000, 1);

  test('that hold the same are found to in a few frames', () => {
    const { frames, bytes } = check(all, all, WIDE);
    assert.ok(frames <= 3, `${frames} frames`);
    assert.ok(bytes < 2000, `${bytes} bytes`);
  });

  for (const [what, first, second] of [
    ['of which one is empty', all, []],
    ['of which the other is empty', [], all],
    ['that are both empty', [], []],
    ['of which one lacks some', all, all.filter((_, i) => i % 20 !== 0)],
    ['that each lack some', all.filter((_, i) => i % 7 !== 0), all.filter((_, i) => i % 11 !== 0)],
    ['that have nothing in common', madeUpItems(500, 2), madeUpItems(700, 3)],
    ['whose items are of one second', madeUpItems(2000, 4, 1), madeUpItems(2000, 4, 1).slice(50)],
  ] as const) {
    test(what, () => {
      check(first, second, WIDE);
    });
    test(`${what}, in short frames`, () => {
      check(first, second, [4096, 4096], [4096, 5000]);
    });
    test(`${what}, where answers are long and requests short`, () => {
      check(first, second, [4096, 8192], [0, 0]);
    });
  }

  test('cost what differs, not what they hold', () => {
    const many = madeUpItems(100_000, 5, 1_000_000);
    const contiguous = many.toSorted(([a], [b]) => a - b).slice(0, 95_000);
    const { bytes } = check(many, contiguous, WIDE);
    assert.ok(bytes < 5000 * 32 * 3, `${bytes} bytes for 5,000 ids that differ`);
  });
});

describe('a side that', () => {
  const session = () => {
    const between = new NegentropyBetween(WIDE);
    between.outgoing();
    return between;
  };

  for (const [what, frame, code] of [
    ['sends nothing', [], 'empty'],
    ['speaks another version', [0x62], 'version'],
    ['ends in the middle', [0x61, 0, 0, 2, 5], 'truncated'],
    ['has another mode', [0x61, 0, 0, 7], 'mode'],
  ] as const) {
    test(`${what} ends the session: ${code}`, () => {
      assert.throws(
        () => session().take(0, Uint8Array.from(frame)),
        (error: Error) => error instanceof InvalidNegentropy && error.code === code,
      );
    });
  }

  test('answers far more than it is asked is left: too_many', () => {
    const flooding = new NegentropyBetween(WIDE);
    const list = [...new Uint8Array(32 * 127).map((_, i) => i * 7)];
    const ranges = Array.from({ length: 2000 }, () => [1 + 1, 0, 2, 127, ...list]).flat();
    const frame = Uint8Array.from([0x61, ...ranges]);
    flooding.outgoing();
    assert.throws(
      () => {
        for (;;) flooding.take(0, frame);
      },
      (error: Error) => error instanceof InvalidNegentropy && error.code === 'too_many',
    );
  });

  test('never comes to an end is left: no_progress', () => {
    const endless = new NegentropyBetween(WIDE);
    const frame = Uint8Array.from([0x61, 0, 0, 1, ...new Uint8Array(16)]);
    assert.throws(
      () => {
        for (;;) endless.take(endless.outgoing()!.to, frame);
      },
      (error: Error) => error instanceof InvalidNegentropy && error.code === 'no_progress',
    );
  });
});

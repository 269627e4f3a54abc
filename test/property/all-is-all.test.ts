// `--all` against a naive relay that only the test knows: what is called complete has everything, and what pages show
// to be whole is called complete.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { runs } from '../support/arbitraries.ts';
import { anyRelay, completeWhereShown, many, neverFalselyComplete, readAll } from '../support/naive-relay.ts';

describe('--all on a relay with a cap nobody knows', () => {
  test('as it was found: cap 128, 60 newer events, 150 in the oldest second', async () => {
    const base = { cap: 128, seconds: [60, 150], kinds: 1, authors: 1, hides: 0, filter: { kinds: [0] } };
    const { missing, gaps } = await readAll({ ...base, counts: false });
    assert.equal(missing, 150 - 128);
    assert.deepEqual(gaps, ['more events than a page can hold at created_at 999']);
  });

  test('is never called complete when something is missing', () =>
    fc.assert(neverFalselyComplete, runs(200)));

  test('is complete when no second holds ten', () => fc.assert(completeWhereShown, runs(100)));

  test('is complete when the relay counts what it gives, however dense', async () => {
    const property = fc.asyncProperty(anyRelay({ dense: many, hides: fc.constant(0) }), async world => {
      const { missing, gaps } = await readAll({ ...world, counts: true, cap: Math.max(world.cap, 701) });
      assert.deepEqual({ missing, gaps }, { missing: 0, gaps: [] });
    });
    await fc.assert(property, runs(50));
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Backoff } from '../../../../../src/relay/link/clocks/backoff.ts';

describe('backoff', () => {
  test('doubles up to its most', () => {
    const backoff = new Backoff({ first: 100, most: 500, random: () => 0.5 });
    assert.deepEqual(
      Array.from({ length: 5 }, () => backoff.next()),
      [50, 100, 200, 250, 250],
    );
  });

  test('takes any wait from nothing to the limit: full jitter', () => {
    assert.equal(new Backoff({ first: 100, random: () => 0 }).next(), 0);
    assert.ok(new Backoff({ first: 100, random: () => 0.999 }).next() > 99);
  });

  test('is short again after a success', () => {
    const backoff = new Backoff({ first: 100, random: () => 0.5 });
    backoff.next();
    backoff.next();
    backoff.reset();
    assert.equal(backoff.next(), 50);
  });
});

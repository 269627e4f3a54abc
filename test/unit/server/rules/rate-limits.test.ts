import assert from 'node:assert/strict';
import test from 'node:test';
import { RateLimits } from '../../../../src/server/rules/rate-limits.ts';

/** Limits with a clock that the test moves; `take` returns how many of so many events came through. */
function limitsOf(count: number, ms: number) {
  const clock = { now: 0 };
  const limits = new RateLimits({ count, ms }, () => clock.now);
  const take = (events: number, pubkey: string, address: string) =>
    Array.from({ length: events }, () => limits.take({ pubkey }, address)).filter(
      refusal => refusal === undefined,
    ).length;
  return { clock, limits, take };
}

test('an address may send as many as the rate at once, and more as time goes by', () => {
  const { clock, limits, take } = limitsOf(10, 1000);
  assert.equal(take(12, 'a', '1.2.3.4'), 10);
  assert.equal(
    limits.take({ pubkey: 'b' }, '1.2.3.4'),
    'rate-limited: at most 10 events in 1 s from one address',
  );
  clock.now = 250;
  assert.equal(take(12, 'b', '1.2.3.4'), 2);
  clock.now = 1_000_000;
  assert.equal(take(12, 'c', '1.2.3.4'), 10);
  assert.equal(take(1, 'd', '::1'), 1);
});

test('a key is limited on all addresses together, but not for what was known already', () => {
  const { limits, take } = limitsOf(2, 60_000);
  assert.deepEqual([take(1, 'a', 'x'), take(1, 'a', 'y'), take(1, 'a', 'z')], [1, 1, 0]);
  assert.equal(limits.take({ pubkey: 'a' }, 'w'), 'rate-limited: at most 2 events in 60 s by one key');
  limits.giveBack({ pubkey: 'a' });
  assert.equal(take(2, 'a', 'v'), 1);
  for (let i = 0; i < 9; i++) limits.giveBack({ pubkey: 'a' });
  assert.equal(take(2, 'a', 'u'), 2);
});

test('what is remembered is bounded', () => {
  const { take } = limitsOf(1, 1000);
  take(1, 'first', 'first');
  for (let i = 0; i < 20_000; i++) take(1, `${i}`, `${i}`);
  assert.equal(take(1, 'first', 'first'), 1);
});

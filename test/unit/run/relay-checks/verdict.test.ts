import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Health } from '../../../../src/run/relay-checks/health.ts';
import { type Bounds, judge, worstStatus } from '../../../../src/run/relay-checks/verdict.ts';

const NOW = 1_800_000_000;
const DAY_S = 86_400;
const DAY = DAY_S * 1000;
const BOUNDS: Bounds = { warn: 1000, crit: 5000, certWarn: 14 * DAY, certCrit: 3 * DAY, fresh: undefined };
const WELL: Health = {
  relay: 'wss://a',
  parts: {},
  certificateEnds: undefined,
  roundTrip: 20,
  auth: 'none',
};

const statusOf = (health: Partial<Health>, bounds: Partial<Bounds> = {}) =>
  judge({ ...WELL, ...health }, { ...BOUNDS, ...bounds }, NOW).status;

describe('a relay is', () => {
  for (const [what, health, bounds, status] of [
    ['well', {}, {}, 'ok'],
    ['well at the bound', { roundTrip: 1000 }, {}, 'ok'],
    ['slow beyond it', { roundTrip: 1000.1 }, {}, 'warning'],
    ['too slow', { roundTrip: 5001 }, {}, 'critical'],
    ['well with a certificate for as many days as wanted', { certificateEnds: NOW + 14 * DAY_S }, {}, 'ok'],
    ['warned of with less than that', { certificateEnds: NOW + 14 * DAY_S - 1 }, {}, 'warning'],
    ['critical with a certificate that ends soon', { certificateEnds: NOW + 3 * DAY_S - 1 }, {}, 'critical'],
    ['critical with one that has ended', { certificateEnds: NOW - 1 }, {}, 'critical'],
    ['fresh enough at the bound', { newest: NOW - 60 }, { fresh: 60_000 }, 'ok'],
    ['stale beyond it', { newest: NOW - 61 }, { fresh: 60_000 }, 'critical'],
    ['empty', { newest: null }, { fresh: 60_000 }, 'critical'],
    ['empty, which nobody minds', { newest: null }, {}, 'ok'],
    ['at work when it asks who we are', { auth: 'required' }, {}, 'ok'],
    ['not known to be fresh then', { auth: 'required' }, { fresh: 60_000 }, 'unknown'],
    ['critical when it does not take the key', { auth: 'refused' }, {}, 'critical'],
  ] as [string, Partial<Health>, Partial<Bounds>, string][])
    test(what, () => assert.equal(statusOf(health, bounds), status));
});

test('a relay that does not answer is critical, and a failure of the kind that its end is', () => {
  for (const [end, kind] of [
    ['unreachable', 'unreachable'],
    ['timeout', 'timeout'],
    ['closed', 'refused'],
    ['disconnect', 'unreachable'],
  ] as const) {
    const { status, kind: found } = judge({ ...WELL, problem: { end, reason: 'x' } }, BOUNDS, NOW);
    assert.deepEqual([status, found], ['critical', kind]);
  }
});

test('an age is no less than nothing', () => {
  assert.equal(judge({ ...WELL, newest: NOW + 60 }, BOUNDS, NOW).age, 0);
});

test('the worst status is the one that is known to be bad', () => {
  assert.equal(worstStatus(['ok', 'unknown', 'critical', 'warning']), 'critical');
  assert.equal(worstStatus(['ok', 'unknown', 'warning']), 'unknown');
  assert.equal(worstStatus(['ok', 'warning']), 'warning');
  assert.equal(worstStatus([]), 'ok');
});

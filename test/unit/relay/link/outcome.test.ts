import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type End,
  endingFailure,
  isTransient,
  okStatus,
  outcomeFailure,
  type PublishStatus,
  readsLikeRefusal,
} from '../../../../src/relay/link/outcome.ts';

const ending = (end: End, complete = false) => ({
  relay: 'ws://a',
  end,
  complete,
  events: 0,
  invalid: 0,
  duplicates: 0,
  reason: '',
  ms: 1,
});

describe('the failure an ending stands for', () => {
  const table: [End, ReturnType<typeof endingFailure>][] = [
    ['eose', undefined],
    ['limit', undefined],
    ['idle', 'timeout'],
    ['timeout', 'timeout'],
    ['closed', 'refused'],
    ['refused', 'refused'],
    ['auth_required', 'auth'],
    ['disconnect', 'unreachable'],
    ['unreachable', 'unreachable'],
    ['gap', 'partial'],
    ['interrupted', undefined],
  ];
  for (const [end, kind] of table)
    test(`${end} → ${kind ?? 'none'}`, () => assert.equal(endingFailure(ending(end)), kind));

  test('a relay that has said EOSE did its part, however the query ended', () => {
    for (const end of ['idle', 'timeout', 'closed', 'disconnect'] as const)
      assert.equal(endingFailure(ending(end, true)), undefined);
  });
});

describe('the status of an OK', () => {
  const table: [accepted: boolean, message: string, status: PublishStatus][] = [
    [true, '', 'accepted'],
    [true, 'pow: difficulty 25>=24', 'accepted'],
    [true, 'duplicate: already have it', 'duplicate'],
    [true, 'duplicate:', 'duplicate'],
    [true, 'rate-limited: slow down, but well', 'accepted'],
    [false, 'duplicate: but no', 'duplicate'],
    [false, 'blocked: you', 'refused'],
    [false, 'pow: difficulty 26 is less than 30', 'refused'],
    [false, 'rate-limited: slow down', 'rate_limited'],
    [false, 'auth-required: who are you', 'auth_required'],
    [false, 'ERROR: auth-required: who are you', 'auth_required'],
    [false, 'restricted: not you', 'refused'],
    [false, 'invalid: bad signature', 'invalid'],
    [false, 'constructor: a prefix nobody knows', 'refused'],
    [false, 'event is expired', 'refused'],
    [false, '', 'refused'],
  ];
  for (const [accepted, message, status] of table)
    test(`${accepted} ${JSON.stringify(message)} → ${status}`, () =>
      assert.equal(okStatus(accepted, message), status));
});

test('an outcome that is ok is no failure, whatever its status; one that is not, is one', () => {
  const outcome = (ok: boolean, status: PublishStatus) =>
    outcomeFailure({ id: '', relay: '', ok, status, message: '', attempts: 1, ms: 1 });
  assert.equal(outcome(true, 'accepted'), undefined);
  assert.equal(outcome(true, 'duplicate'), undefined);
  assert.equal(outcome(false, 'duplicate'), 'refused');
  assert.equal(outcome(false, 'rate_limited'), 'refused');
  assert.equal(outcome(false, 'auth_required'), 'auth');
  assert.equal(outcome(false, 'timeout'), 'timeout');
  assert.equal(outcome(false, 'disconnect'), 'unreachable');
  assert.equal(outcome(false, 'unreachable'), 'unreachable');
});

describe('a notice that stands for a refusal', () => {
  for (const text of [
    'ERROR: bad req: arr too big',
    'invalid: "value" does not match any of the allowed types',
    'Subscription rejected: Too many subscriptions',
    'rate-limited: slow down',
    'could not parse command',
    'restricted: sign up first',
  ])
    test(text, () => assert.ok(readsLikeRefusal(text)));
  for (const text of ['Welcome! Read our rules', 'maintenance at noon', ''])
    test(`but not ${JSON.stringify(text)}`, () => assert.ok(!readsLikeRefusal(text)));
});

describe('worth another attempt', () => {
  const cases: [Parameters<typeof isTransient>[0], boolean][] = [
    [{ end: 'unreachable', reason: 'connection refused' }, true],
    [{ end: 'disconnect', reason: 'connection lost' }, true],
    [{ end: 'timeout', reason: 'no EOSE' }, true],
    [{ end: 'closed', reason: 'rate-limited: slow down' }, true],
    [{ end: 'closed', reason: 'error: could not connect to the database' }, true],
    [{ end: 'closed', reason: 'ERROR: error: disk' }, true],
    [{ end: 'closed', reason: 'ERROR: bad req: unknown field' }, false],
    [{ end: 'closed', reason: 'blocked: error: you' }, false],
    [{ end: 'closed', reason: 'restricted: no' }, false],
    [{ end: 'closed', reason: '' }, false],
    [{ end: 'auth_required', reason: 'auth-required: who are you' }, false],
    [{ end: 'refused', reason: 'ERROR: rate-limited: x' }, false],
    [{ end: 'eose', reason: '' }, false],
    [{ end: 'interrupted', reason: '' }, false],
  ];
  for (const [verdict, expected] of cases)
    test(`${verdict.end} ${verdict.reason}: ${expected ? 'yes' : 'no'}`, () =>
      assert.equal(isTransient(verdict), expected));
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { faultOfAuth, refusalBy, silenceOf } from '../../../../src/relay/publish/fault.ts';

test('a silence is a timeout, unless a notice asked to slow down', () => {
  assert.deepEqual(silenceOf(undefined), { status: 'timeout', message: 'no OK' });
  assert.equal(silenceOf('rate-limited: slow down').status, 'rate_limited');
  assert.deepEqual(silenceOf('hm'), { status: 'timeout', message: 'no OK, but a notice: hm' });
  assert.deepEqual(refusalBy('bad'), { status: 'refused', message: 'no OK, but a notice: bad' });
});

describe('an AUTH', () => {
  const unforeseen = (error: unknown) => assert.fail(String(error));

  test('that the relay accepts is no fault, one that it refuses is in its own words', async () => {
    const fault = (ok: boolean, message = '') =>
      faultOfAuth({ run: () => Promise.resolve({ ok, message }) }, unforeseen);
    assert.equal(await fault(true), undefined);
    assert.deepEqual(await fault(false, 'restricted: no'), {
      status: 'auth_required',
      message: 'restricted: no',
    });
    assert.equal((await fault(false))?.message, 'the relay refused the authentication');
  });

  test('that could not be signed is told as our own fault', async () => {
    const seen: unknown[] = [];
    const locked = new Error('locked');
    const fault = await faultOfAuth({ run: () => Promise.reject(locked) }, error => {
      seen.push(error);
    });
    assert.deepEqual(fault, { status: 'auth_required', message: 'authentication failed here' });
    assert.deepEqual(seen, [locked]);
  });
});

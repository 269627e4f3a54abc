import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { Connection } from '../../../../src/relay/link/connection.ts';
import { askCount } from '../../../../src/relay/link/count.ts';
import { TestClock } from '../../../support/clock.ts';
import { A, T0 } from '../../../support/people.ts';
import { startNost } from '../../../support/relays.ts';
import * as step from '../../../support/scripted-steps.ts';
import { patience, scripted } from '../../../support/wire.ts';

const COUNT = step.expectFrame('COUNT');
const COUNTED = (count: number) => ({ type: 'COUNT', subId: 'nost1', count });

/** What a relay that plays these steps is understood to count. */
async function count({ t, clock }: { t: TestContext; clock?: TestClock }, ...steps: step.Step[]) {
  const relay = await scripted(t, steps);
  const connection = await Connection.open(relay.url, patience());
  t.after(() => connection.close());
  const counting = askCount(connection, [{ kinds: [1] }], 5000);
  await relay.until(({ received }) => received.length === 1);
  await clock?.passUntilSettled(counting);
  return counting;
}

describe('a count', () => {
  test('is the number the relay says, and nothing is sent besides', async t => {
    const relay = await scripted(t, [COUNT, step.send('["COUNT","$sub",{"count":7}]'), step.waitClose()]);
    const connection = await Connection.open(relay.url, patience());
    assert.deepEqual(await askCount(connection, [{ kinds: [1] }], 5000), COUNTED(7));
    await connection.close();
    assert.deepEqual(relay.received, ['["COUNT","nost1",{"kinds":[1]}]']);
  });

  test('that is not exact says so', async t => {
    const answer = await count({ t }, COUNT, step.send('["COUNT","$sub",{"count":7,"approximate":true}]'));
    assert.ok('approximate' in answer && answer.approximate);
  });

  test('that is refused, not answered or lost is told by what came instead', async t => {
    const refused = await count({ t }, COUNT, step.closed('unsupported: COUNT'));
    assert.deepEqual(refused, { type: 'closed', message: 'unsupported: COUNT' });
    const demand = await count({ t }, COUNT, step.closed('auth-required: who'));
    assert.deepEqual(demand, { type: 'auth_required', message: 'auth-required: who' });
    const timed = { t, clock: new TestClock(t) };
    const unknown = 'ERROR: bad msg: unknown cmd';
    assert.deepEqual(await count(timed, COUNT, step.notice(unknown)), { type: 'refused', message: unknown });
    const silent = { type: 'silent' };
    assert.deepEqual(await count(timed, COUNT, step.notice('hello')), silent);
    assert.deepEqual(await count(timed, COUNT, step.send('["COUNT","$sub",{"count":-7}]')), silent);
    const lost = await count(timed, COUNT, step.end());
    assert.ok('type' in lost && lost.type === 'disconnected');
  });

  test('is asked for again after an AUTH, once', async t => {
    const relay = await scripted(t, [
      step.auth('c'),
      COUNT,
      step.closed('auth-required: who'),
      step.expectFrame('AUTH'),
      step.send('["OK","$id",true,""]'),
      COUNT,
      step.send('["COUNT","$sub",{"count":7}]'),
    ]);
    const authenticate = async (url: string, challenge: string) => A.auth(challenge, url, T0);
    const connection = await Connection.open(relay.url, patience({ authenticate }));
    t.after(() => connection.close());
    const answer = await askCount(connection, [{}], 5000);
    assert.equal('count' in answer && answer.count, 7);
  });

  test('ends with the signal, also one from before', async t => {
    const relay = await scripted(t, [COUNT, step.waitClose()]);
    const connection = await Connection.open(relay.url, patience());
    t.after(() => connection.close());
    const end = new AbortController();
    const counting = askCount(connection, [{}], 3_600_000, end.signal);
    await relay.until(({ received }) => received.length === 1);
    end.abort();
    assert.deepEqual(await counting, { type: 'stopped' });
    assert.deepEqual(await askCount(connection, [{}], 3_600_000, end.signal), { type: 'stopped' });
    assert.equal(relay.received.length, 1);
  });

  test('is none on a connection that is gone already', async t => {
    const relay = await scripted(t, [step.end()]);
    const connection = await Connection.open(relay.url, patience());
    await relay.until(({ connections }) => connections[0]!.closed);
    assert.deepEqual(await askCount(connection, [{}], 5000), {
      type: 'disconnected',
      reason: 'connection lost',
    });
  });

  test('is what our own relay holds', async t => {
    const relay = await startNost({ seed: [A.note('one'), A.note('two')] });
    t.after(relay.close);
    const connection = await Connection.open(relay.url, patience());
    t.after(() => connection.close());
    assert.deepEqual(await askCount(connection, [{ kinds: [1] }], 5000), COUNTED(2));
  });
});

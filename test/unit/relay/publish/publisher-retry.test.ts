// What --retry means for one relay: which faults are worth another attempt, and where the attempts end.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  isTransientRefusal,
  type PublishOutcome,
  type PublishStatus,
} from '../../../../src/relay/link/outcome.ts';
import type { BulkPublishOptions } from '../../../../src/relay/publish/bulk-publish.ts';
import { type Answer, startAnsweringRelay } from '../../../support/answering-relay.ts';
import { TestClock, turn } from '../../../support/clock.ts';
import { makeEvent } from '../../../support/made-up-events.ts';
import { A, T0 } from '../../../support/people.ts';
import * as step from '../../../support/scripted-steps.ts';
import { streamed } from '../../../support/streamed.ts';
import { NOBODY, patience, publishAll, publishing, scripted } from '../../../support/wire.ts';

const events = (count: number) => Array.from({ length: count }, (_, i) => makeEvent(i));
const AT_ONCE = { first: 1, most: 4 };
const retrying = (retry: number, options: Partial<BulkPublishOptions> = {}) => ({
  retry,
  backoff: AT_ONCE,
  ...options,
});

/** Status → the attempts of each outcome that had it, sorted. */
function attemptsBy(outcomes: readonly PublishOutcome[]): Partial<Record<PublishStatus, number[]>> {
  const all: Partial<Record<PublishStatus, number[]>> = {};
  for (const { status, attempts } of outcomes) all[status] = [...(all[status] ?? []), attempts].sort();
  return all;
}

describe('a refusal', () => {
  test('that speaks of the relay may pass, one that speaks of the event does not', () => {
    for (const text of ['rate-limited: slow down', 'error: could not connect to the database'])
      assert.ok(isTransientRefusal(text), text);
    for (const word of [
      'invalid',
      'blocked',
      'pow',
      'restricted',
      'duplicate',
      'deleted',
      'auth-required',
      'x',
    ])
      assert.ok(!isTransientRefusal(`${word}: because`), word);
    assert.ok(!isTransientRefusal('event is expired'));
  });

  test('that may pass is followed by so many more attempts, any other by none', async t => {
    const relay = await startAnsweringRelay(t, (id, times) =>
      id === makeEvent(0).id ? 'blocked: no' : times < 3 ? 'rate-limited: slow down' : 'accept',
    );
    const { outcomes } = await publishAll([relay.url], events(3), retrying(2));
    assert.deepEqual(attemptsBy(outcomes), { refused: [1], accepted: [3, 3] });
    const { outcomes: less } = await publishAll([relay.url], [makeEvent(9)], retrying(1));
    assert.deepEqual(attemptsBy(less), { rate_limited: [2] });
  });

  test('by a relay that takes eighteen at a time delays a hundred events, and costs none', async t => {
    let credit = 18;
    const refill = setInterval(() => {
      credit = 18;
    }, 30);
    t.after(() => clearInterval(refill));
    const answer = (): Answer => (credit-- > 0 ? 'accept' : 'rate-limited: slow down');
    const relay = await startAnsweringRelay(t, answer);
    const { outcomes } = await publishAll([relay.url], events(100), {
      retry: 12,
      backoff: { first: 10, most: 60 },
    });
    assert.deepEqual(Object.keys(attemptsBy(outcomes)), ['accepted']);
  });
});

describe('a connection that breaks', () => {
  test('is opened again, and what had no answer is sent again, in its order', async t => {
    const relay = await scripted(t, {
      perConnection: [
        [
          step.expectFrame('EVENT'),
          step.ok(true),
          step.expectFrame('EVENT'),
          step.expectFrame('EVENT'),
          step.reset(),
        ],
        [step.repeat(undefined, step.expectFrame('EVENT'), step.ok(true))],
      ],
    });
    const { outcomes } = await publishAll([relay.url], events(4), retrying(1, { pipeline: 3 }));
    assert.deepEqual(
      outcomes.map(({ id, status }) => [id, status]),
      events(4).map(({ id }) => [id, 'accepted']),
    );
    assert.equal(relay.connections.length, 2);
  });

  test('by one event costs only that one', async t => {
    const poison = makeEvent(20).id;
    const relay = await startAnsweringRelay(t, id => (id === poison ? 'drop' : 'accept'));
    for (const retry of [0, 1, 3]) {
      const { outcomes } = await publishAll([relay.url], events(100), retrying(retry));
      const { accepted, disconnect } = attemptsBy(outcomes);
      assert.equal(accepted!.length, 99);
      assert.equal(disconnect!.length, 1);
      assert.equal(outcomes.find(({ status }) => status === 'disconnect')!.id, poison);
    }
  });

  test('by several in a row costs only those, once the relay has answered', async t => {
    const poison = new Set([20, 21, 22, 23, 24].map(i => makeEvent(i).id));
    const relay = await startAnsweringRelay(t, id => (poison.has(id) ? 'drop' : 'accept'));
    const { outcomes } = await publishAll([relay.url], events(100), retrying(0, { pipeline: 10 }));
    const lost = outcomes.filter(({ status }) => status === 'disconnect');
    assert.deepEqual(new Set(lost.map(({ id }) => id)), poison);
    assert.equal(attemptsBy(outcomes).accepted!.length, 95);
  });

  test('is opened again while answers come, though nothing is to be retried', async t => {
    let answers = 0;
    const relay = await startAnsweringRelay(t, () => (++answers % 11 === 0 ? 'drop' : 'accept'));
    const { outcomes } = await publishAll([relay.url], events(200), retrying(0));
    assert.deepEqual(Object.keys(attemptsBy(outcomes)), ['accepted']);
    assert.ok(relay.connections > 10);
  });

  test('by the only event is not opened again', async t => {
    const relay = await startAnsweringRelay(t, () => 'drop');
    const { outcomes } = await publishAll([relay.url], events(1), retrying(0));
    assert.deepEqual(attemptsBy(outcomes), { disconnect: [1] });
    assert.equal(relay.connections, 1);
  });

  test('every time, ends after a bounded number of connections', async t => {
    const relay = await startAnsweringRelay(t, () => 'drop');
    const { outcomes } = await publishAll([relay.url], events(200), retrying(2));
    assert.deepEqual(Object.keys(attemptsBy(outcomes)), ['disconnect']);
    assert.equal(outcomes.length, 200);
    assert.equal(relay.connections, 6);
  });

  test('while nothing is to be sent is opened again for the next event', async t => {
    const relay = await scripted(t, {
      perConnection: [
        [step.expectFrame('EVENT'), step.ok(true), step.close(1001)],
        [step.expectFrame('EVENT'), step.ok(true), step.waitClose()],
      ],
    });
    const { bulk, outcomes } = publishing([relay.url], retrying(1));
    await bulk.offer(streamed(makeEvent(1)));
    await relay.until(({ connections }) => connections[0]?.closed === true);
    await bulk.offer(streamed(makeEvent(2)));
    await bulk.drain();
    await bulk.close('');
    assert.deepEqual(Object.keys(attemptsBy(outcomes)), ['accepted']);
    assert.equal(relay.connections.length, 2);
  });

  test('is authenticated anew', async t => {
    const connection = [
      step.auth('x'),
      step.expectFrame('EVENT', { as: 'a' }),
      step.ok(false, 'auth-required: who', '$a.id'),
      step.expectFrame('AUTH'),
      step.ok(true),
      step.expectFrame('EVENT'),
    ];
    const relay = await scripted(t, {
      perConnection: [
        [...connection, step.reset()],
        [...connection, step.ok(true), step.waitClose()],
      ],
    });
    const authenticate = async (url: string, challenge: string) => A.auth(challenge, url, T0);
    const connected = patience({ authenticate });
    const { outcomes } = await publishAll([relay.url], events(1), retrying(1, { connection: connected }));
    assert.deepEqual(attemptsBy(outcomes), { accepted: [4] });
  });
});

describe('a relay that is away', () => {
  test('is tried so many times more', async t => {
    const relay = await scripted(t, {
      perConnection: [
        [step.refuse(503)],
        [step.refuse(503)],
        [step.expectFrame('EVENT'), step.ok(true), step.waitClose()],
      ],
    });
    assert.deepEqual(attemptsBy((await publishAll([relay.url], events(1), retrying(2))).outcomes), {
      accepted: [1],
    });
    const away = await scripted(t, [step.refuse(503)]);
    const { outcomes } = await publishAll([away.url], events(3), retrying(2));
    assert.deepEqual(attemptsBy(outcomes), { unreachable: [0, 0, 0] });
    assert.equal(away.connections.length, 3);
  });

  test('does not keep the others, nor the end of the command', { timeout: 60_000 }, async t => {
    const relay = await startAnsweringRelay(t, () => 'accept');
    const { bulk, quorum } = publishing([NOBODY, relay.url], {
      retry: 9,
      backoff: { first: 3_600_000, random: () => 0.99 },
    });
    for (const event of events(5)) await bulk.offer(streamed(event));
    while (quorum.length < 5) await new Promise(resolve => setImmediate(resolve));
    await bulk.close('interrupted');
    await bulk.drain();
  });
});

describe('an answer that is missing', () => {
  test('is asked for again, as often as that', async t => {
    const relay = await startAnsweringRelay(t, (_id, times) => (times === 1 ? 'ignore' : 'accept'));
    const clock = new TestClock(t);
    const connection = patience({ relayTimeout: 1000 });
    const publishing = publishAll([relay.url], events(2), retrying(1, { connection }));
    while (relay.received.size < 2) await turn();
    await clock.passUntilSettled(publishing);
    assert.deepEqual(attemptsBy((await publishing).outcomes), { accepted: [2, 2] });
  });

  test('while others come is given up when something sent a whole patience later has its answer', async t => {
    const mute = makeEvent(0).id;
    const relay = await startAnsweringRelay(t, id => (id === mute ? 'ignore' : 'accept'), { latency: 5 });
    const { bulk, outcomes } = publishing([relay.url], { connection: patience({ relayTimeout: 150 }) });
    const clock = new TestClock(t);
    for (let next = 1; next < 100 && outcomes.every(({ status }) => status === 'accepted'); next++) {
      await bulk.offer(streamed(makeEvent(next - 1)));
      while (relay.received.size < next) await turn();
      while (outcomes.length < next - 1) await clock.pass(1);
    }
    const late = outcomes.filter(({ status }) => status !== 'accepted');
    assert.deepEqual(
      late.map(({ id, status, message }) => [id, status, message]),
      [[mute, 'timeout', 'no OK, though others got theirs']],
    );
    assert.ok(late[0]!.ms > 150 && late[0]!.ms < 200, `${late[0]!.ms} ms`);
    await bulk.close('');
  });

  test('of a relay that has stopped answering leads to a new connection', async t => {
    let isWell = false;
    const relay = await startAnsweringRelay(t, () => (isWell ? 'accept' : 'ignore'));
    const { bulk, outcomes } = publishing(
      [relay.url],
      retrying(9, { connection: patience({ relayTimeout: 50 }) }),
    );
    for (const event of events(3)) await bulk.offer(streamed(event));
    while (relay.connections < 2) await new Promise(resolve => setImmediate(resolve));
    isWell = true;
    await bulk.drain();
    await bulk.close('');
    assert.deepEqual(Object.keys(attemptsBy(outcomes)), ['accepted']);
  });
});

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { parseStreamEvent } from '../../../../src/protocol/parsed-event.ts';
import { Connection, type ConnectionOptions } from '../../../../src/relay/link/connection.ts';
import type { Delivery } from '../../../../src/relay/link/event-queue.ts';
import { NOTICE_GRACE_MS } from '../../../../src/relay/link/outcome.ts';
import { Subscription } from '../../../../src/relay/link/subscription.ts';
import { TestClock, turn } from '../../../support/clock.ts';
import { A, T0 } from '../../../support/people.ts';
import * as step from '../../../support/scripted-steps.ts';
import { patience, scripted } from '../../../support/wire.ts';

async function subscribe(t: TestContext, steps: step.RelayScript, options: Partial<ConnectionOptions> = {}) {
  const relay = await scripted(t, steps);
  const connection = await Connection.open(relay.url, patience(options));
  t.after(() => connection.close());
  const subscription = new Subscription(connection, [{ kinds: [1] }]);
  t.after(() => subscription.close());
  /** Lets the relay play on that stands at `TOLD`. */
  const tell = () => {
    const req = relay.received.find(text => text.startsWith('["REQ"'))!;
    connection.send({ type: 'CLOSE', subId: JSON.parse(req)[1] });
  };
  return { relay, connection, subscription, tell };
}

const TOLD = step.expectFrame('CLOSE');

/** Takes until `count` signals have come, and judges each event to be a sign of life or not; events as a number. */
async function drain(subscription: Subscription, count = 1, isAlive = true) {
  const told: (number | NonNullable<Delivery['signal']>)[] = [];
  for (let signals = 0; signals < count; ) {
    const { events, signal } = await subscription.take(100);
    subscription.judged(events.length, isAlive);
    if (events.length > 0) {
      const before = told.at(-1);
      if (typeof before === 'number') told[told.length - 1] = before + events.length;
      else told.push(events.length);
    }
    if (signal) {
      told.push(signal);
      signals++;
    }
  }
  return told;
}

const EOSE = { type: 'eose', hint: undefined };
const authenticate = async (relay: string, challenge: string) => A.auth(challenge, relay, T0);

describe('a subscription', () => {
  test('gives events in order, then EOSE with its hint, then what comes live', async t => {
    const { subscription } = await subscribe(t, [
      step.expectFrame('REQ'),
      step.flood(3),
      step.send('["EOSE","$sub",["more"]]'),
      step.flood(2),
      step.closed('error: shutting down'),
      step.waitClose(),
    ]);
    assert.deepEqual(await drain(subscription, 2), [
      3,
      { type: 'eose', hint: 'more' },
      2,
      { type: 'closed', message: 'error: shutting down' },
    ]);
  });

  test('takes no more than asked for at once, and keeps the rest', async t => {
    const { subscription } = await subscribe(t, [
      step.expectFrame('REQ'),
      step.flood(5),
      step.eose(),
      step.waitClose(),
    ]);
    const contents: string[] = [];
    for (let signal: unknown; signal === undefined; ) {
      const delivery = await subscription.take(2);
      assert.ok(delivery.events.length <= 2);
      contents.push(...delivery.events.map(event => parseStreamEvent(event).toEvent().content.trimEnd()));
      signal = delivery.signal;
    }
    assert.deepEqual(
      contents.map(content => content.replace(/\.+$/, '')),
      [0, 1, 2, 3, 4].map(i => `event ${i}`),
    );
  });

  test('hears EOSE once, though it be said twice', async t => {
    const { subscription } = await subscribe(t, [
      step.expectFrame('REQ'),
      step.eose(),
      step.eose(),
      step.close(1000),
    ]);
    assert.deepEqual(
      (await drain(subscription, 2)).map(told => (told as { type: string }).type),
      ['eose', 'disconnected'],
    );
  });

  test('after EOSE hears of a notice only that nothing live will come', async t => {
    const { subscription } = await subscribe(t, [
      step.expectFrame('REQ'),
      step.eose(),
      step.notice('ERROR: something else'),
      step.notice('ERROR: too many concurrent REQs'),
      step.waitClose(),
    ]);
    assert.deepEqual(await drain(subscription, 2), [
      EOSE,
      { type: 'refused', message: 'ERROR: too many concurrent REQs' },
    ]);
  });

  test('believes nothing that comes after CLOSED: no event, no EOSE', async t => {
    const { subscription } = await subscribe(t, [
      step.expectFrame('REQ'),
      step.closed('blocked: no'),
      step.flood(2),
      step.eose(),
      step.closed('error: again'),
      step.close(1000),
    ]);
    assert.deepEqual(
      (await drain(subscription, 2)).map(told => (told as { type: string }).type),
      ['closed', 'disconnected'],
    );
  });

  test('calls a relay silent after the relay timeout, and only then', async t => {
    const clock = new TestClock(t);
    const { subscription, tell } = await subscribe(
      t,
      [step.expectFrame('REQ'), step.repeat(6, step.flood(1), TOLD), step.waitClose()],
      { relayTimeout: 120 },
    );
    for (let i = 0; i < 6; i++) {
      assert.equal((await subscription.take(9)).events.length, 1);
      subscription.judged(1, true);
      if (i < 5) await clock.pass(100);
      tell();
    }
    let told: Delivery | undefined;
    const taking = subscription.take(9).then(delivery => {
      told = delivery;
    });
    await clock.pass(119);
    assert.equal(told, undefined);
    await clock.pass(2);
    await taking;
    assert.deepEqual(told, { events: [], signal: { type: 'silent' } });
  });

  test('is not held up by events that are no sign of life, nor by notices without end', async t => {
    const steps = [step.expectFrame('REQ'), step.repeat(undefined, step.flood(1), step.delay(10))];
    const { subscription } = await subscribe(t, steps, { relayTimeout: 100 });
    assert.deepEqual((await drain(subscription, 1, false)).at(-1), { type: 'silent' });
    const refusing = [
      ...[step.expectFrame('REQ'), step.notice('error: no'), step.ping()],
      step.repeat(undefined, step.notice('error: no'), step.delay(10)),
    ];
    const clock = new TestClock(t);
    const { relay, subscription: refused } = await subscribe(t, refusing, { relayTimeout: 100 });
    await relay.until(({ connections }) => connections[0]!.pongs === 1);
    const draining = drain(refused);
    await clock.passUntilSettled(draining);
    assert.deepEqual(await draining, [{ type: 'refused', message: 'error: no' }]);
  });

  test('is not held by events that are no sign of life, however fast they come', async t => {
    const steps = [step.expectFrame('REQ'), step.flood(1), step.waitClose()];
    const { subscription } = await subscribe(t, steps);
    await subscription.take(9);
    subscription.judged(250_000, false);
    subscription.judged(1, true);
    subscription.judged(250_000, false);
    subscription.judged(1, false);
    assert.deepEqual(await drain(subscription), [{ type: 'silent' }]);
  });

  test('judges what came in time before it calls the relay silent', async t => {
    const clock = new TestClock(t);
    const steps = [step.expectFrame('REQ'), step.flood(1), TOLD, step.eose(), step.waitClose()];
    const { subscription, tell } = await subscribe(t, steps, { relayTimeout: 200 });
    const { events } = await subscription.take(9);
    await clock.pass(250);
    subscription.judged(events.length, true);
    tell();
    assert.deepEqual(await drain(subscription), [EOSE]);
  });

  test('is not held up by chatter that is no answer', async t => {
    const { subscription } = await subscribe(
      t,
      [
        step.expectFrame('REQ'),
        step.repeat(undefined, step.notice('still here'), step.auth('x'), step.delay(10)),
      ],
      { relayTimeout: 80 },
    );
    assert.deepEqual(await drain(subscription), [{ type: 'silent' }]);
  });

  test('waits for live events without end', async t => {
    const clock = new TestClock(t);
    const { subscription, tell } = await subscribe(
      t,
      [step.expectFrame('REQ'), step.eose(), TOLD, step.flood(1), step.waitClose()],
      { relayTimeout: 500 },
    );
    assert.deepEqual(await drain(subscription), [EOSE]);
    await clock.pass(1000);
    tell();
    assert.equal((await subscription.take(9)).events.length, 1);
  });

  describe('and a notice that reads like a refusal', () => {
    test('is refused by it when nothing follows', async t => {
      const clock = new TestClock(t);
      const { relay, subscription } = await subscribe(
        t,
        [step.expectFrame('REQ'), step.notice('ERROR: bad req: no'), step.ping(), step.waitClose()],
        { relayTimeout: 60 },
      );
      await relay.until(({ connections }) => connections[0]!.pongs === 1);
      const draining = drain(subscription);
      await clock.passUntilSettled(draining);
      assert.deepEqual(await draining, [{ type: 'refused', message: 'ERROR: bad req: no' }]);
    });

    test('goes on when events follow', async t => {
      const clock = new TestClock(t);
      const steps = [step.notice('error: busy'), step.flood(1), TOLD, step.eose(), step.waitClose()];
      const { subscription, tell } = await subscribe(t, [step.expectFrame('REQ'), ...steps]);
      assert.equal((await subscription.take(9)).events.length, 1);
      subscription.judged(1, true);
      await clock.pass(2 * NOTICE_GRACE_MS);
      tell();
      assert.deepEqual(await drain(subscription), [EOSE]);
    });

    test('is silent, not refused, when it falls silent after that', async t => {
      const clock = new TestClock(t);
      const { subscription } = await subscribe(
        t,
        [step.expectFrame('REQ'), step.notice('error: busy'), step.flood(1), step.waitClose()],
        { relayTimeout: 60 },
      );
      assert.equal((await subscription.take(9)).events.length, 1);
      subscription.judged(1, true);
      const draining = drain(subscription);
      await clock.passUntilSettled(draining);
      assert.deepEqual(await draining, [{ type: 'silent' }]);
    });
  });

  describe('with a slow reader', () => {
    test('pauses the socket: what the relay can send is bounded', async t => {
      const { relay, subscription } = await subscribe(t, [
        step.expectFrame('REQ'),
        step.flood(8000, { size: 4000 }),
        step.eose(),
        step.waitClose(),
      ]);
      let taken = 0;
      await subscription.take(1);
      for (let turn = 0; turn < 200; turn++) await new Promise(resolve => setImmediate(resolve));
      assert.equal(relay.connections[0]!.state, 'playing');
      for (;;) {
        const { events, signal } = await subscription.take(100);
        taken += events.length;
        if (signal) break;
      }
      assert.equal(taken, 7999);
    });

    test('does not count its own slowness as the silence of the relay', async t => {
      const clock = new TestClock(t);
      const { subscription, connection } = await subscribe(
        t,
        [step.expectFrame('REQ'), step.flood(400, { size: 4000 }), step.eose(), step.waitClose()],
        { relayTimeout: 60 },
      );
      const pause = t.mock.method(connection, 'pause').mock;
      let taken = (await subscription.take(1)).events.length;
      while (pause.callCount() === 0) await turn();
      await clock.pass(200);
      for (;;) {
        const { events, signal } = await subscription.take(100);
        taken += events.length;
        if (signal === undefined) continue;
        assert.deepEqual(signal, EOSE);
        break;
      }
      assert.equal(taken, 400);
    });

    test('can be stopped and closed while paused', async t => {
      const { relay, subscription, connection } = await subscribe(t, [
        step.expectFrame('REQ'),
        step.flood(3000, { size: 4000 }),
        step.waitClose(),
      ]);
      await subscription.take(1);
      for (let turn = 0; turn < 100; turn++) await new Promise(resolve => setImmediate(resolve));
      subscription.stop();
      assert.deepEqual(await drain(subscription), [{ type: 'stopped' }]);
      subscription.close();
      await connection.close();
      await relay.until(({ connections }) => connections[0]!.closed);
    });
  });

  describe('that is asked to authenticate', () => {
    const refusal = step.closed('auth-required: who are you');

    test('does so, repeats the REQ under its id, and goes on', async t => {
      const { relay, subscription } = await subscribe(
        t,
        [
          step.expectFrame('REQ'),
          step.auth('x'),
          refusal,
          step.expectFrame('AUTH'),
          step.ok(true),
          step.expectFrame('REQ'),
          step.flood(1),
          step.eose(),
          step.waitClose(),
        ],
        { authenticate },
      );
      assert.deepEqual(await drain(subscription), [1, EOSE]);
      const requests = relay.received.filter(text => text.startsWith('["REQ"'));
      assert.equal(requests.length, 2);
      assert.equal(requests[0], requests[1]);
    });

    test('ignores what belongs to the refused REQ, a second CLOSED and an EOSE among it', async t => {
      const { subscription } = await subscribe(
        t,
        [
          step.expectFrame('REQ', { as: 'a' }),
          step.closed('ERROR: auth-required: who', '$a.sub'),
          step.eose('$a.sub'),
          refusal,
          step.auth('comes after CLOSED'),
          step.expectFrame('AUTH'),
          step.ok(true),
          step.expectFrame('REQ'),
          step.flood(2),
          step.eose(),
          step.waitClose(),
        ],
        { authenticate },
      );
      assert.deepEqual(await drain(subscription), [2, EOSE]);
    });

    test('never loops: the second refusal is final', async t => {
      const { relay, subscription } = await subscribe(
        t,
        [
          step.auth('x'),
          step.expectFrame('REQ'),
          refusal,
          step.expectFrame('AUTH'),
          step.ok(true),
          step.expectFrame('REQ'),
          step.closed('auth-required: still'),
          step.waitClose(),
        ],
        { authenticate },
      );
      assert.deepEqual(await drain(subscription), [
        { type: 'auth_required', message: 'auth-required: still' },
      ]);
      assert.equal(relay.received.filter(text => text.startsWith('["AUTH"')).length, 1);
    });

    test('says so without consent', async t => {
      const { subscription } = await subscribe(t, [step.expectFrame('REQ'), refusal, step.waitClose()]);
      assert.deepEqual(await drain(subscription), [
        { type: 'auth_required', message: 'auth-required: who are you' },
      ]);
    });

    test('says so when it was refused', async t => {
      const { subscription } = await subscribe(
        t,
        [
          step.auth('x'),
          step.expectFrame('REQ'),
          refusal,
          step.expectFrame('AUTH'),
          step.ok(false, 'restricted: no'),
          step.waitClose(),
        ],
        { authenticate },
      );
      assert.deepEqual(await drain(subscription), [{ type: 'auth_required', message: 'restricted: no' }]);
    });

    test('fails when our own key cannot sign', async t => {
      const { subscription } = await subscribe(
        t,
        [step.auth('x'), step.expectFrame('REQ'), refusal, step.waitClose()],
        {
          authenticate: () => Promise.reject(new Error('locked')),
        },
      );
      const [signal] = await drain(subscription);
      assert.equal((signal as { type: string }).type, 'failed');
      assert.match(String((signal as { error: unknown }).error), /locked/);
    });

    test('is not silent while somebody types a passphrase', async t => {
      const clock = new TestClock(t);
      const { subscription } = await subscribe(
        t,
        [
          step.auth('x'),
          step.expectFrame('REQ'),
          refusal,
          step.notice('error: hurry'),
          step.expectFrame('AUTH'),
          step.ok(true),
          step.expectFrame('REQ'),
          step.eose(),
          step.waitClose(),
        ],
        {
          relayTimeout: 60,
          authenticate: async (url, text) => {
            await clock.pass(200);
            return A.auth(text, url, T0);
          },
        },
      );
      assert.deepEqual(await drain(subscription), [EOSE]);
    });

    test('after EOSE, does so and goes on streaming; the repeated EOSE is bounded like the first', async t => {
      const clock = new TestClock(t);
      const { subscription, tell } = await subscribe(
        t,
        [
          step.expectFrame('REQ'),
          step.eose(),
          step.auth('x'),
          refusal,
          step.expectFrame('AUTH'),
          step.ok(true),
          step.expectFrame('REQ'),
          step.eose(),
          TOLD,
          step.flood(1),
          step.waitClose(),
        ],
        { authenticate, relayTimeout: 80 },
      );
      assert.deepEqual(await drain(subscription, 2), [EOSE, EOSE]);
      await clock.pass(150);
      tell();
      assert.equal((await subscription.take(9)).events.length, 1);
    });
  });
});

// One relay's part of a publishing: every event gets exactly one outcome, whatever the relay does.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PublishStatus } from '../../../../src/relay/link/outcome.ts';
import { TestClock } from '../../../support/clock.ts';
import { makeEvent } from '../../../support/made-up-events.ts';
import { A, T0, withBrokenSignature } from '../../../support/people.ts';
import { startIndependent, startNost } from '../../../support/relays.ts';
import * as step from '../../../support/scripted-steps.ts';
import { streamed } from '../../../support/streamed.ts';
import { NOBODY, patience, publishAll, publishing, scripted } from '../../../support/wire.ts';

const EVENT = (as?: string) => step.expectFrame('EVENT', as === undefined ? {} : { as });
const events = (count: number) => Array.from({ length: count }, (_, i) => makeEvent(i));
const authenticate = async (relay: string, challenge: string) => A.auth(challenge, relay, T0);
const sent = (received: readonly string[], verb = 'EVENT') =>
  received.filter(text => text.startsWith(`["${verb}"`)).length;

const AT_ONCE = { first: 1, most: 4 };

/** Status → how many outcomes had it. */
function tally(outcomes: readonly { status: PublishStatus }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of outcomes) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe('the answer to an event', () => {
  const cases: [string, step.Step[], { status: PublishStatus; ok: boolean; message: string | RegExp }][] = [
    ['accepted', [step.ok(true)], { status: 'accepted', ok: true, message: '' }],
    [
      'a duplicate with true',
      [step.ok(true, 'duplicate: have it')],
      { status: 'duplicate', ok: true, message: 'duplicate: have it' },
    ],
    ['refused', [step.ok(false, 'blocked: you')], { status: 'refused', ok: false, message: 'blocked: you' }],
    [
      'rate-limited',
      [step.ok(false, 'rate-limited: slow')],
      { status: 'rate_limited', ok: false, message: 'rate-limited: slow' },
    ],
    [
      'auth-required without consent',
      [step.ok(false, 'auth-required: x')],
      { status: 'auth_required', ok: false, message: 'auth-required: x' },
    ],
    ['no answer', [], { status: 'timeout', ok: false, message: 'no OK' }],
    [
      'an OK that is no boolean',
      [step.send('["OK","$id","true",""]')],
      { status: 'timeout', ok: false, message: 'no OK' },
    ],
    [
      'OK for ids nobody sent',
      [step.ok(true, '', '0'.repeat(64)), step.ok(false, 'blocked: x', 'short')],
      { status: 'timeout', ok: false, message: 'no OK' },
    ],
    [
      'chatter only',
      [step.repeat(undefined, step.notice('hello'), step.delay(20))],
      { status: 'timeout', ok: false, message: 'no OK' },
    ],
    [
      'a notice that reads like a refusal',
      [step.notice('ERROR: bad event')],
      { status: 'refused', ok: false, message: /notice: ERROR: bad event/ },
    ],
    [
      'such a notice, and then the OK',
      [step.notice('error: slow today'), step.delay(30), step.ok(true)],
      { status: 'accepted', ok: true, message: '' },
    ],
    ['a disconnect', [step.close(1008, 'no')], { status: 'disconnect', ok: false, message: /1008: no/ }],
    ['a reset', [step.reset()], { status: 'disconnect', ok: false, message: /connection (lost|reset)/ }],
  ];
  for (const [name, answer, expected] of cases)
    test(name, async t => {
      const relay = await scripted(t, [EVENT(), ...answer, step.waitClose()]);
      const event = makeEvent(1);
      const isSilent = expected.status === 'timeout' || name.startsWith('a notice');
      const clock = isSilent ? new TestClock(t) : undefined;
      const publishing = publishAll([relay.url], [event], { connection: patience({ relayTimeout: 5000 }) });
      if (isSilent) await relay.until(({ received }) => received.length === 1);
      await clock?.passUntilSettled(publishing);
      const { outcomes } = await publishing;
      const { id, status, ok, message, attempts } = outcomes[0]!;
      assert.deepEqual(
        [outcomes.length, id, status, ok, attempts],
        [1, event.id, expected.status, expected.ok, 1],
      );
      if (typeof expected.message === 'string') assert.equal(message, expected.message);
      else assert.match(message, expected.message);
    });

  test('the first OK counts; a second one for the same event is ignored', async t => {
    const relay = await scripted(t, [
      EVENT('a'),
      step.ok(true),
      step.ok(false, 'blocked: no'),
      EVENT(),
      step.ok(true),
      step.waitClose(),
    ]);
    const { outcomes } = await publishAll([relay.url], events(2));
    assert.deepEqual(tally(outcomes), { accepted: 2 });
  });

  test('OKs are matched by id, in whatever order they come', async t => {
    const relay = await scripted(t, [
      EVENT('a'),
      EVENT('b'),
      EVENT('c'),
      step.ok(true, 'c', '$c.id'),
      step.ok(false, 'blocked: a', '$a.id'),
      step.ok(true, 'b', '$b.id'),
      step.waitClose(),
    ]);
    const { outcomes } = await publishAll([relay.url], events(3));
    assert.deepEqual(
      outcomes.map(({ id, message }) => [id, message]),
      [
        [makeEvent(2).id, 'c'],
        [makeEvent(0).id, 'blocked: a'],
        [makeEvent(1).id, 'b'],
      ],
    );
  });
});

describe('the window', () => {
  test('never holds more than the pipeline allows', async t => {
    const once = [EVENT(), EVENT('b'), step.delay(60), step.ok(true, '', '$b.id'), EVENT(), step.close(1000)];
    const relay = await scripted(t, { perConnection: [once, [step.refuse(503)]] });
    const { outcomes } = await publishAll([relay.url], events(5), { pipeline: 2, backoff: AT_ONCE });
    assert.equal(sent(relay.received), 3);
    assert.deepEqual(tally(outcomes), { accepted: 1, unreachable: 4 });
    assert.deepEqual(outcomes.map(({ attempts }) => attempts).sort(), [0, 0, 1, 1, 1]);
  });

  test('sends the same event again only when the first has its answer', async t => {
    const relay = await scripted(t, [
      EVENT(),
      step.delay(50),
      step.ok(true),
      EVENT(),
      step.ok(true, 'duplicate: x'),
      step.waitClose(),
    ]);
    const { outcomes } = await publishAll([relay.url], [makeEvent(1), makeEvent(1)]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['accepted', 'duplicate'],
    );
  });

  test('an event sent while another is waited for gets its own full patience', async t => {
    const relay = await scripted(t, [
      EVENT(),
      EVENT('second'),
      EVENT('third'),
      step.ok(true, '', '$second.id'),
      step.ok(true, '', '$third.id'),
      step.waitClose(),
    ]);
    const clock = new TestClock(t);
    const { bulk, outcomes } = publishing([relay.url], { connection: patience({ relayTimeout: 200 }) });
    for (const i of [1, 2, 3]) {
      await bulk.offer(streamed(makeEvent(i)));
      await relay.until(({ received }) => received.length === i);
      if (i < 3) await clock.pass(150);
    }
    await bulk.drain();
    await bulk.close('');
    assert.deepEqual(
      outcomes.map(({ id, status }) => [id, status]),
      [
        [makeEvent(1).id, 'timeout'],
        [makeEvent(2).id, 'accepted'],
        [makeEvent(3).id, 'accepted'],
      ],
    );
  });

  test('a relay silent twice in a row is given up; what waits is told so', async t => {
    const relay = await scripted(t, [step.waitClose()]);
    const { outcomes } = await publishAll([relay.url], events(500), {
      pipeline: 10,
      connection: patience({ relayTimeout: 60 }),
    });
    assert.deepEqual(tally(outcomes), { timeout: 500 });
    assert.equal(sent(relay.received), 20);
    assert.equal(outcomes.at(-1)!.message, 'the relay has stopped answering');
  });
});

describe('a relay that cannot be used', () => {
  test('gives every event its outcome, those that come later at once', async () => {
    const { bulk, outcomes } = publishing([NOBODY]);
    for (const event of events(3)) await bulk.offer(streamed(event));
    await bulk.drain();
    await bulk.offer(streamed(makeEvent(9)));
    assert.deepEqual(tally(outcomes), { unreachable: 4 });
    assert.deepEqual(outcomes.at(-1), {
      id: makeEvent(9).id,
      relay: NOBODY,
      ok: false,
      status: 'unreachable',
      message: 'connection refused',
      attempts: 0,
      ms: 0,
    });
    await bulk.close('');
  });

  test('closed while connecting leaves nothing open, and nobody without an answer', async t => {
    const relay = await scripted(t, [step.delay(100), step.upgrade(), step.waitClose()]);
    const hanging = await scripted(t, [step.hang()]);
    const { bulk, outcomes } = publishing([relay.url, hanging.url]);
    await bulk.offer(streamed(makeEvent(1)));
    await relay.until(({ connections }) => connections.length === 1);
    await bulk.close('the deadline passed'); // before the time to connect is up: that would be another outcome
    assert.deepEqual(
      outcomes.map(({ status, message }) => [status, message]),
      [
        ['timeout', 'the deadline passed'],
        ['timeout', 'the deadline passed'],
      ],
    );
    await relay.until(({ connections }) => connections[0]!.closed);
    await hanging.until(({ connections }) => connections[0]!.closed);
  });
});

describe('authentication', () => {
  const refusal = (name: string) => step.ok(false, 'auth-required: who', `$${name}.id`);

  test('once for the connection; what was refused is sent once more, what waits only then', async t => {
    const relay = await scripted(t, [
      step.auth('x'),
      EVENT('a'),
      EVENT('b'),
      refusal('a'),
      refusal('b'),
      step.expectFrame('AUTH'),
      step.ok(true),
      step.repeat(3, EVENT(), step.ok(true)),
      step.waitClose(),
    ]);
    const { outcomes } = await publishAll([relay.url], events(3), {
      pipeline: 2,
      connection: patience({ authenticate }),
    });
    assert.deepEqual(tally(outcomes), { accepted: 3 });
    assert.deepEqual(
      outcomes.map(({ attempts }) => attempts),
      [2, 2, 1],
    );
    assert.equal(sent(relay.received, 'AUTH'), 1);
  });

  test('never loops', async t => {
    const relay = await scripted(t, [
      step.auth('x'),
      EVENT('a'),
      refusal('a'),
      step.expectFrame('AUTH'),
      step.ok(true),
      EVENT(),
      refusal('a'),
      step.waitClose(),
    ]);
    const { outcomes } = await publishAll([relay.url], events(1), { connection: patience({ authenticate }) });
    assert.deepEqual(
      outcomes.map(({ status, attempts }) => [status, attempts]),
      [['auth_required', 2]],
    );
  });

  test('refused, is the answer to every event that asked for it', async t => {
    const relay = await scripted(t, [
      step.auth('x'),
      EVENT('a'),
      refusal('a'),
      step.expectFrame('AUTH'),
      step.ok(false, 'restricted: not you'),
      EVENT('b'),
      refusal('b'),
      step.waitClose(),
    ]);
    const { outcomes } = await publishAll([relay.url], events(2), {
      pipeline: 1,
      connection: patience({ authenticate }),
    });
    assert.deepEqual(
      outcomes.map(({ status, message }) => [status, message]),
      [
        ['auth_required', 'restricted: not you'],
        ['auth_required', 'restricted: not you'],
      ],
    );
  });

  test('by a key that cannot sign stops the whole publishing', async t => {
    const relay = await scripted(t, [step.auth('x'), EVENT('a'), refusal('a'), step.waitClose()]);
    const { bulk, outcomes } = publishing([relay.url], {
      connection: patience({ authenticate: () => Promise.reject(new Error('locked')) }),
    });
    await bulk.offer(streamed(makeEvent(1)));
    await assert.rejects(bulk.drain(), /locked/);
    await bulk.close('');
    assert.deepEqual(tally(outcomes), { auth_required: 1 });
  });

  test('does not outlast the publishing: closed or disconnected meanwhile, each event has one outcome', async t => {
    for (const how of ['close', 'leave']) {
      const once = [
        step.auth('x'),
        EVENT('a'),
        EVENT('b'),
        refusal('a'),
        ...(how === 'leave' ? [step.delay(50), step.close(1001)] : []),
        step.waitClose(),
      ];
      const relay = await scripted(t, { perConnection: [once, [step.refuse(503)]] });
      const { bulk, outcomes } = publishing([relay.url], {
        backoff: AT_ONCE,
        connection: patience({ authenticate: () => new Promise(() => {}) }),
      });
      for (const event of events(3)) await bulk.offer(streamed(event));
      await relay.until(({ received }) => sent(received) === 3);
      if (how === 'close') setTimeout(() => bulk.close('the deadline passed'), 50);
      await bulk.drain();
      assert.deepEqual(tally(outcomes), how === 'close' ? { timeout: 3 } : { unreachable: 3 });
      await bulk.close('');
    }
  });
});

test('real relays accept, recognise and refuse', async t => {
  const relays = [await startNost(), await startIndependent()];
  t.after(() => Promise.all(relays.map(relay => relay.close())));
  const event = A.note('once');
  for (const { url } of relays) {
    const { outcomes } = await publishAll([url], [event, event, withBrokenSignature(A.note('bad'))], {
      pipeline: 1,
    });
    assert.deepEqual(
      outcomes.map(({ ok }) => ok),
      [true, true, false],
      url,
    );
    assert.equal(outcomes[1]!.status, 'duplicate');
  }
});

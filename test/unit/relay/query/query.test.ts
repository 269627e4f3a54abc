import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RelayEnding } from '../../../../src/relay/link/outcome.ts';
import type { Verifier } from '../../../../src/verify/verifier.ts';
import { TestClock } from '../../../support/clock.ts';
import { startHeld } from '../../../support/held-relay.ts';
import { makeEvent } from '../../../support/made-up-events.ts';
import { noble } from '../../../support/noble.ts';
import { A, T0 } from '../../../support/people.ts';
import { startIndependent, startNost } from '../../../support/relays.ts';
import * as step from '../../../support/scripted-steps.ts';
import { ask, NOBODY, patience, queryOf, scripted } from '../../../support/wire.ts';

const REQ = step.expectFrame('REQ');
/** Far more than a test may take: what waits for it, hangs. */
const HOUR = 3_600_000;
const endsOf = (endings: readonly RelayEnding[]) =>
  Object.fromEntries(endings.map(({ relay, end }) => [relay, end]));

describe('many relays', () => {
  test('are one stream: every event once, each relay its own ending', async t => {
    const events = [3, 2, 1].map(i => A.note(String(i), T0 + i));
    const ours = await startNost({ seed: events.slice(0, 2) });
    const theirs = await startIndependent();
    t.after(() => Promise.all([ours.close(), theirs.close()]));
    const { events: found, endings } = await ask([ours.url, theirs.url, NOBODY], { verifier: noble });
    assert.deepEqual(found, events.slice(0, 2));
    assert.deepEqual(endsOf(endings), { [ours.url]: 'eose', [theirs.url]: 'eose', [NOBODY]: 'unreachable' });
  });

  test('do not wait for each other: the good one is heard while others hang', async t => {
    const good = await scripted(t, [REQ, step.flood(1), step.eose(), step.waitClose()]);
    const hanging = await scripted(t, [step.hang()]);
    const mute = await scripted(t, [REQ, step.waitClose()]);
    const query = queryOf([hanging.url, mute.url, good.url]);
    const batches = query.batches();
    const { value } = await batches.next();
    assert.equal(value!.relay, good.url);
    await batches.return(undefined);
    assert.equal(query.endings.length, 3);
  });

  test('a forgery with a true id does not hide the true event', async t => {
    const event = A.note('true');
    const liar = await scripted(t, [REQ, step.forged(event), step.eose(), step.waitClose()]);
    const query = queryOf([liar.url], { verifier: noble });
    for await (const _ of query.batches()) assert.fail('printed a lie');
    const honest = await scripted(t, [
      REQ,
      step.delay(60),
      step.sendEvent(event),
      step.eose(),
      step.waitClose(),
    ]);
    const { events, endings } = await ask([liar.url, honest.url], { verifier: noble });
    assert.deepEqual(events, [event]);
    assert.equal(endings.find(({ relay }) => relay === liar.url)!.invalid, 1);
  });

  test('without deduplication each relay prints an event once, however often it sends it', async t => {
    const twice = [REQ, step.flood(2), step.flood(2), step.eose(), step.waitClose()];
    const relays = [await scripted(t, twice), await scripted(t, twice)];
    const { events, endings } = await ask(
      relays.map(({ url }) => url),
      { dedupe: false },
    );
    assert.equal(events.length, 4);
    assert.deepEqual(
      endings.map(({ events, duplicates }) => [events, duplicates]),
      [
        [2, 2],
        [2, 2],
      ],
    );
  });

  test('keep the order of each relay', async t => {
    const relays = [7, 9].map(kind =>
      scripted(t, [REQ, step.flood(600, { kind }), step.eose(), step.waitClose()]),
    );
    const urls = (await Promise.all(relays)).map(({ url }) => url);
    const { events } = await ask(urls);
    for (const kind of [7, 9]) {
      const numbers = events
        .filter(event => event.kind === kind)
        .map(({ content }) => Number(content.slice(6).replace(/\.*$/, '')));
      assert.deepEqual(
        numbers,
        Array.from({ length: 600 }, (_, i) => i),
      );
    }
  });
});

describe('the end of a query', () => {
  test('comes after so many events, exactly, whichever relay they are of', async t => {
    const relays = await Promise.all(
      [1, 2].map(kind => scripted(t, [REQ, step.flood(700, { kind }), step.waitClose()])),
    );
    const { events, endings } = await ask(
      relays.map(({ url }) => url),
      { maxEvents: 650 },
    );
    assert.equal(events.length, 650);
    assert.deepEqual(
      endings.map(({ end }) => end),
      ['limit', 'limit'],
    );
    assert.equal(
      endings.reduce((sum, { events }) => sum + events, 0),
      650,
    );
    for (const relay of relays)
      await relay.until(({ received }) => received.some(text => text.startsWith('["CLOSE"')));
  });

  test('comes when the consumer leaves; sockets are closed by then', async t => {
    const relay = await scripted(t, [REQ, step.flood(5000, { size: 2000 }), step.waitClose()]);
    const query = queryOf(relay.url);
    for await (const _ of query.batches()) break;
    assert.deepEqual(endsOf(query.endings), { [relay.url]: 'interrupted' });
    await relay.until(({ connections }) => connections[0]!.closed);
  });

  test('is timely wherever it is: connecting, waiting for a challenge, signing, verifying', {
    timeout: 60_000,
  }, async t => {
    const never = new Promise<never>(() => {});
    const demand = [REQ, step.closed('auth-required: x'), step.waitClose()];
    const scripts: [step.Step[], Parameters<typeof queryOf>[1]][] = [
      [[step.hang()], { connection: patience({ connectTimeout: HOUR }) }],
      [demand, { connection: patience({ authenticate: () => never, relayTimeout: HOUR }) }],
      [
        [step.auth('x'), ...demand],
        { connection: patience({ authenticate: () => never, relayTimeout: HOUR }) },
      ],
      [
        [step.auth('x'), ...demand],
        {
          connection: patience({
            authenticate: async (url, text) => A.auth(text, url, T0),
            relayTimeout: HOUR,
          }),
        },
      ],
      [[REQ, step.waitClose()], { connection: patience({ relayTimeout: HOUR }) }],
    ];
    for (const [steps, options] of scripts) {
      const relay = await scripted(t, steps);
      const query = queryOf(relay.url, options);
      setTimeout(() => query.stop('timeout'), 60);
      for await (const _ of query.batches());
      assert.deepEqual(endsOf(query.endings), { [relay.url]: 'timeout' });
    }
  });

  test('during a verification: its events are not printed any more', async t => {
    let begun: () => void = () => {};
    let finish: () => void = () => {};
    const verifying = new Promise<void>(resolve => {
      begun = resolve;
    });
    const done = new Promise<void>(resolve => {
      finish = resolve;
    });
    const verifier: Verifier = {
      engine: 'slow',
      batchSize: 4,
      verify: async events => {
        begun();
        await done;
        return events.map(() => 'valid');
      },
    };
    const relay = await scripted(t, [REQ, step.flood(2), step.eose(), step.waitClose()]);
    const query = queryOf(relay.url, { verifier });
    void verifying.then(() => {
      query.stop('timeout');
      finish();
    });
    for await (const _ of query.batches()) assert.fail('printed after the end');
    assert.deepEqual(endsOf(query.endings), { [relay.url]: 'timeout' });
  });

  test('by the idle clock: only when nothing came for so long', async t => {
    const relay = await scripted(t, [
      REQ,
      step.repeat(5, step.flood(1, { created_at: 1 }), step.ping()),
      step.eose(),
      step.sendEvent(makeEvent(1)),
      step.ping(),
      step.waitClose(),
    ]);
    const clock = new TestClock(t);
    const query = queryOf(relay.url, { stream: true, idle: 400 });
    let events = 0;
    const over = (async () => {
      for await (const batch of query.batches()) events += batch.events.length;
    })();
    await relay.until(({ connections }) => connections[0]?.pongs === 6 && events === 2);
    await clock.pass(399);
    assert.equal(query.endings.length, 0);
    await clock.passUntilSettled(over);
    assert.deepEqual([query.endings[0]!.end, query.endings[0]!.complete, events], ['idle', true, 2]);
  });

  test('the idle clock waits for the connections, and stands still while the consumer writes', async t => {
    const clock = new TestClock(t);
    const slow = await startHeld(t, answer => (answer === 'upgrade' ? clock.pass(150) : undefined));
    assert.deepEqual(endsOf((await ask(slow.url, { idle: 60 })).endings), { [slow.url]: 'eose' });
    const two = await scripted(t, [
      REQ,
      step.flood(1),
      step.delay(20),
      step.flood(2),
      step.eose(),
      step.waitClose(),
    ]);
    const late = await scripted(t, [step.delay(30), step.upgrade(), REQ, step.eose(), step.waitClose()]);
    const query = queryOf([two.url, late.url], { idle: 60 });
    let printed = 0;
    for await (const { events } of query.batches()) {
      printed += events.length;
      await clock.pass(150);
    }
    assert.equal(printed, 2);
    assert.deepEqual(endsOf(query.endings), { [two.url]: 'eose', [late.url]: 'eose' });
  });

  test('patience is lost with some relays, and not while the consumer is busy', async t => {
    const slow = await scripted(t, [
      REQ,
      step.flood(1),
      step.delay(60),
      step.flood(1, { created_at: T0 + 9 }),
      step.eose(),
      step.ping(),
      step.waitClose(),
    ]);
    const clock = new TestClock(t);
    const mute = await scripted(t, [REQ, step.waitClose()]);
    const limit = (ms: number, relay: string) => ({
      patience: { ms, isFor: (url: string) => url === relay },
    });
    const query = queryOf([slow.url], limit(500, slow.url));
    let printed = 0;
    for await (const { events } of query.batches()) {
      printed += events.length;
      await clock.pass(800);
    }
    assert.deepEqual([printed, endsOf(query.endings)], [2, { [slow.url]: 'eose' }]);
    const asking = ask([slow.url, mute.url], limit(300, mute.url));
    await slow.until(({ connections }) => connections[1]?.pongs === 1);
    await clock.passUntilSettled(asking);
    const { endings } = await asking;
    assert.deepEqual(endsOf(endings), { [slow.url]: 'eose', [mute.url]: 'timeout' });
  });

  test('ready is told once, when every relay has said EOSE or ended', async t => {
    const relay = await scripted(t, [REQ, step.eose(), step.eose(), step.flood(1), step.waitClose()]);
    let ready = 0;
    const { events } = await ask([relay.url, NOBODY], { stream: true, maxEvents: 1, onReady: () => ready++ });
    assert.deepEqual([ready, events.length], [1, 1]);
  });

  test('ready is not told where no relay has answered', async () => {
    let ready = 0;
    await ask([NOBODY], { onReady: () => ready++ });
    assert.equal(ready, 0);
  });
});

describe('a fault of our own', () => {
  test('a key that cannot sign stops the whole query and is thrown', async t => {
    const relay = await scripted(t, [REQ, step.auth('x'), step.closed('auth-required: x'), step.waitClose()]);
    const other = await scripted(t, [REQ, step.waitClose()]);
    const authenticate = () => Promise.reject(new Error('locked'));
    const query = queryOf([relay.url, other.url], { connection: patience({ authenticate }) });
    await assert.rejects(async () => {
      for await (const _ of query.batches());
    }, /locked/);
    assert.deepEqual(endsOf(query.endings), { [relay.url]: 'interrupted', [other.url]: 'interrupted' });
  });

  test('a verifier that fails is thrown, after every socket was closed', async t => {
    const relay = await scripted(t, [REQ, step.flood(1), step.waitClose()]);
    const other = await scripted(t, [REQ, step.waitClose()]);
    const verifier: Verifier = {
      engine: 'broken',
      batchSize: 1,
      verify: () => Promise.reject(new Error('engine')),
    };
    const query = queryOf([relay.url, other.url], { verifier });
    await assert.rejects(async () => {
      for await (const _ of query.batches());
    }, /engine/);
    for (const one of [relay, other]) await one.until(({ connections }) => connections[0]!.closed);
  });
});

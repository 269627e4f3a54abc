import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Authenticate } from '../../../../src/relay/link/authentication.ts';
import { Connection, type ConnectionOptions } from '../../../../src/relay/link/connection.ts';
import type { SubscriptionListener } from '../../../../src/relay/link/listeners.ts';
import { ConnectError } from '../../../../src/relay/wire/socket.ts';
import { eventually } from '../../../support/fake-transport.ts';
import { A, T0 } from '../../../support/people.ts';
import type { ScriptedRelay } from '../../../support/scripted-relay.ts';
import * as step from '../../../support/scripted-steps.ts';
import { NOBODY, patience, scripted } from '../../../support/wire.ts';

/** Notes everything it is told, one line each. */
class Notes implements SubscriptionListener {
  readonly lines: string[] = [];
  #look: () => void = () => {};

  events(events: unknown[], size: number): void {
    for (const event of events) this.#note(`event ${JSON.stringify(event)} ${size}`);
  }
  eose(hint: unknown): void {
    this.#note(`eose ${hint}`);
  }
  count({ count }: { count: number }): void {
    this.#note(`count ${count}`);
  }
  closed(message: string): void {
    this.#note(`closed ${message}`);
  }
  notice(text: string): void {
    this.#note(`notice ${text}`);
  }
  disconnected(reason: string): void {
    this.#note(`disconnected ${reason}`);
  }
  ok(id: string, accepted: boolean, message: string): void {
    this.#note(`ok ${id} ${accepted} ${message}`);
  }

  #note(line: string): void {
    this.lines.push(line);
    this.#look();
  }

  async has(count: number): Promise<string[]> {
    while (this.lines.length < count) {
      await new Promise<void>(resolve => {
        this.#look = resolve;
      });
    }
    return this.lines;
  }
}

async function connect(t: TestContext, relay: ScriptedRelay, options: Partial<ConnectionOptions> = {}) {
  const log: string[] = [];
  const connection = await Connection.open(
    relay.url,
    patience({ log: (_relay, news, text) => log.push(`${news} ${text}`.trim()), ...options }),
  );
  t.after(() => connection.close());
  return { connection, log };
}

const signing: Authenticate = async (relay, challenge) => A.auth(challenge, relay, T0);

describe('frames find whoever asked', () => {
  test('each subscription hears of its own id alone', async t => {
    const relay = await scripted(t, [
      step.expectFrame('REQ', { as: 'a' }),
      step.expectFrame('REQ', { as: 'b' }),
      step.send('["EVENT","$b.sub",{"b":1}]'),
      step.send('["EOSE","$b.sub",["finish"]]'),
      step.send('["CLOSED","$a.sub","error: no"]'),
      step.send('["COUNT","$a.sub",{"count":3}]'),
      step.waitClose(),
    ]);
    const { connection, log } = await connect(t, relay);
    const [a, b] = [new Notes(), new Notes()];
    connection.subscribe([{ kinds: [1] }], a);
    connection.subscribe([{ kinds: [2] }, { limit: 0 }], b);
    assert.deepEqual(await b.has(2), ['event {"b":1} 25', 'eose finish']);
    assert.deepEqual(await a.has(2), ['closed error: no', 'count 3']);
    assert.deepEqual(
      relay.received.map(text => JSON.parse(text).slice(2)),
      [[{ kinds: [1] }], [{ kinds: [2] }, { limit: 0 }]],
    );
    assert.equal(connection.garbage, 0);
    assert.deepEqual(log.slice(0, 2), ['open', 'eose nost2']);
  });

  test('what nobody asked for is counted; what crossed our CLOSE is not', async t => {
    const relay = await scripted(t, [
      step.expectFrame('REQ'),
      step.expectFrame('CLOSE'),
      step.send('["EVENT","nost1",{}]'),
      step.send('["EVENT","nost2",{}]'),
      step.send('["EVENT","nostalgia",{}]'),
      step.send('["EOSE",""]'),
      step.send('{"no":"frame"}'),
      step.send('[]'),
      step.send('not JSON'),
      step.send('["WHAT","ever"]'),
      step.binary('00'),
      step.send(['OK', '0'.repeat(64), true, '']),
      step.notice('done'),
      step.waitClose(),
    ]);
    const { connection, log } = await connect(t, relay);
    const id = connection.subscribe([{}], new Notes());
    connection.unsubscribe(id);
    connection.unsubscribe(id);
    const notes = new Notes();
    connection.publishTo(notes);
    await notes.has(2);
    assert.equal(connection.garbage, 8);
    assert.equal(log.filter(line => line.startsWith('invalid')).length, 8);
    assert.deepEqual(notes.lines, [`ok ${'0'.repeat(64)} true `, 'notice done']);
    assert.equal(relay.received.filter(text => text.startsWith('["CLOSE"')).length, 1);
  });

  test('a notice is told to everyone, a lost connection too, once', async t => {
    const relay = await scripted(t, [step.expectFrame('REQ'), step.notice('hm'), step.close(1001, 'bye')]);
    const { connection } = await connect(t, relay);
    const [a, p] = [new Notes(), new Notes()];
    connection.publishTo(p);
    connection.subscribe([{}], a);
    const told = ['notice hm', 'disconnected closed by the relay (code 1001: bye)'];
    assert.deepEqual(await a.has(2), told);
    assert.deepEqual(await p.has(2), told);
  });

  test('who comes after the connection was lost is told so at once', async t => {
    const relay = await scripted(t, [step.close(1000)]);
    const { connection } = await connect(t, relay);
    const first = new Notes();
    connection.publishTo(first);
    await first.has(1);
    const [late, publisher] = [new Notes(), new Notes()];
    connection.subscribe([{}], late);
    connection.publishTo(publisher);
    assert.match(late.lines.join(), /^disconnected closed by the relay/);
    assert.match(publisher.lines.join(), /^disconnected closed by the relay/);
  });

  test('closing sends CLOSE for what is open, and nobody is told anything any more', async t => {
    const relay = await scripted(t, [step.expectFrame('CLOSE'), step.eose('nost1'), step.waitClose()]);
    const { connection } = await connect(t, relay);
    const notes = new Notes();
    connection.subscribe([{}], notes);
    connection.publishTo(notes);
    await connection.close();
    await relay.until(({ received }) => received.some(text => text.startsWith('["CLOSE"')));
    assert.deepEqual(notes.lines, []);
  });

  test('a connection that cannot be opened is a ConnectError', () =>
    assert.rejects(Connection.open(NOBODY, patience()), ConnectError));
});

describe('authentication', () => {
  test('answers the challenge, once for the connection, and shares the outcome', async t => {
    const relay = await scripted(t, [
      step.auth('old'),
      step.auth('new'),
      step.notice('ready'),
      step.expectFrame('AUTH', { match: 'new' }),
      step.ok(true),
      step.waitClose(),
    ]);
    const { connection, log } = await connect(t, relay, { authenticate: signing });
    await eventually(() => log.includes('notice ready'));
    const outcomes = await Promise.all([connection.authentication.run(), connection.authentication.run()]);
    assert.deepEqual(outcomes, [
      { ok: true, message: '' },
      { ok: true, message: '' },
    ]);
    assert.deepEqual(await connection.authentication.run(), { ok: true, message: '' });
    assert.equal(relay.received.length, 1);
    const [, event] = JSON.parse(relay.received[0]!);
    assert.deepEqual(event.tags, [
      ['relay', relay.url],
      ['challenge', 'new'],
    ]);
    assert.ok(log.includes(`auth authenticated as ${A.publicKey}`));
  });

  test('waits for a challenge that comes later', async t => {
    const relay = await scripted(t, [
      step.expectFrame('REQ'),
      step.auth('late'),
      step.expectFrame('AUTH'),
      step.ok(true, 'welcome'),
      step.waitClose(),
    ]);
    const { connection } = await connect(t, relay, { authenticate: signing });
    const outcome = connection.authentication.run();
    connection.subscribe([{}], new Notes());
    assert.deepEqual(await outcome, { ok: true, message: 'welcome' });
  });

  test('an OK for another id is not the answer', async t => {
    const relay = await scripted(t, [
      step.auth('x'),
      step.expectFrame('AUTH'),
      step.ok(true, 'other', '0'.repeat(64)),
      step.ok(false, 'restricted: not you'),
      step.waitClose(),
    ]);
    const { connection } = await connect(t, relay, { authenticate: signing });
    assert.deepEqual(await connection.authentication.run(), { ok: false, message: 'restricted: not you' });
  });

  test('ends in time without a challenge, without an answer, without consent', async t => {
    const silent = await scripted(t, [step.waitClose()]);
    const first = await connect(t, silent, { authenticate: signing, relayTimeout: 40 });
    assert.match((await first.connection.authentication.run()).message, /sent no challenge/);
    const deaf = await scripted(t, [step.auth('x'), step.notice('ready'), step.waitClose()]);
    const second = await connect(t, deaf, { authenticate: signing, relayTimeout: 40 });
    await eventually(() => second.log.includes('notice ready'));
    assert.match((await second.connection.authentication.run()).message, /did not answer AUTH/);
    const third = await connect(t, deaf);
    assert.equal(third.connection.authentication.isAllowed, false);
    assert.match((await third.connection.authentication.run()).message, /not allowed/);
  });

  test('another challenge is answered when it is wanted, and one that came while the first was answered', async t => {
    const answer = (challenge: string) => step.expectFrame('AUTH', { match: challenge });
    const relay = await scripted(t, [
      ...[
        step.auth('one'),
        step.notice('ready'),
        answer('one'),
        step.auth('two'),
        step.ok(false, 'restricted: stale'),
      ],
      ...[
        answer('two'),
        step.ok(true),
        step.auth('three'),
        step.notice('more'),
        answer('three'),
        step.ok(true),
      ],
      step.waitClose(),
    ]);
    const { connection, log } = await connect(t, relay, { authenticate: signing });
    await eventually(() => log.includes('notice ready'));
    assert.equal((await connection.authentication.run()).ok, true);
    await eventually(() => log.includes('notice more'));
    assert.equal((await connection.authentication.run()).ok, true);
    assert.equal((await connection.authentication.run()).ok, true);
    assert.equal(relay.received.length, 3);
  });

  test('a relay with a new challenge after each answer gets five', async t => {
    const again = [...Array(9).keys()].flatMap(n => [
      step.expectFrame('AUTH'),
      step.auth(`more ${n}`),
      step.ok(false, 'restricted: once more'),
    ]);
    const relay = await scripted(t, [step.auth('first'), ...again]);
    const { connection } = await connect(t, relay, { authenticate: signing });
    assert.deepEqual(await connection.authentication.run(), { ok: false, message: 'restricted: once more' });
    assert.deepEqual(await connection.authentication.run(), { ok: false, message: 'restricted: once more' });
    assert.equal(relay.received.length, 5);
  });

  test('who may authenticate is called when a challenge comes; without consent it is told that there was one', async t => {
    const relay = await scripted(t, [step.expectFrame('REQ'), step.auth('x'), step.waitClose()]);
    const untold: string[] = [];
    const onUntold = (url: string) => void untold.push(url);
    for (const authenticate of [signing, undefined]) {
      const { connection } = await connect(t, relay, { authenticate, onUntold });
      let calls = 0;
      connection.authentication.onDue(() => calls++);
      connection.subscribe([{}], new Notes());
      await eventually(() => calls + untold.length > 0);
      assert.deepEqual([calls, untold], authenticate ? [1, []] : [0, [relay.url]]);
      connection.authentication.onDue(() => calls++);
      assert.equal(calls, authenticate ? 2 : 0);
    }
  });

  test('a key that cannot sign rejects', async t => {
    const relay = await scripted(t, [step.auth('x'), step.waitClose()]);
    const authenticate = () => Promise.reject(new Error('locked'));
    const { connection } = await connect(t, relay, { authenticate });
    await assert.rejects(connection.authentication.run(), /locked/);
  });

  for (const moment of ['awaiting the challenge', 'signing', 'awaiting the answer'] as const) {
    for (const cause of ['we close', 'the relay leaves'] as const)
      test(`is over at once when ${cause} while ${moment}`, async t => {
        const leaving = cause === 'the relay leaves' ? [step.expectFrame('REQ'), step.close(1000)] : [];
        const challenge = moment === 'awaiting the challenge' ? [] : [step.auth('x')];
        const relay = await scripted(t, [...challenge, step.notice('ready'), ...leaving, step.waitClose()]);
        let sign = () => {};
        const signed = new Promise<void>(resolve => {
          sign = resolve;
        });
        const authenticate: Authenticate = async (url, text) => {
          if (moment === 'signing') await signed;
          return A.auth(text, url, T0);
        };
        const { connection, log } = await connect(t, relay, { authenticate, relayTimeout: 60_000 });
        await eventually(() => log.includes('notice ready'));
        const outcome = connection.authentication.run();
        if (moment === 'awaiting the answer')
          await relay.until(({ received }) => received.some(text => text.startsWith('["AUTH"')));
        if (cause === 'we close') await connection.close();
        else {
          const notes = new Notes();
          connection.subscribe([{}], notes);
          await notes.has(1);
        }
        sign();
        assert.deepEqual([(await outcome).ok, (await outcome).lack], [false, 'lost']);
      });
  }
});

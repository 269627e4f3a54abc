// Every fault, as a client sees it: real sockets, and bare TCP for what is no WebSocket any more. No test waits for a time:
// what is held back comes when the fault is cleared, or when a short time is over.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Event } from '../../../../src/protocol/event.ts';
import { hasValidSignature as verify } from '../../../../src/protocol/signature.ts';
import { FAULT_NAMES, type FaultName } from '../../../../src/server/faults/fault.ts';
import { eventually } from '../../../support/fake-transport.ts';
import { startFaulty } from '../../../support/faulty-relay.ts';
import { A, B, T0 } from '../../../support/people.ts';
import type { Frame, RawClient } from '../../../support/raw-client.ts';

/** Newest first, as a relay sends them. */
const notes = Array.from({ length: 12 }, (_, i) => A.note(`note ${i}`, T0 + i)).reverse();
const reaction = B.sign({ kind: 7, content: '+', created_at: T0 - 1 });

const isEnd = ([type]: Frame) => type === 'EOSE' || type === 'CLOSED';
const isEvent = ([type]: Frame) => type === 'EVENT';
const eventsOf = (frames: readonly Frame[]): Event[] => frames.filter(isEvent).map(([, , event]) => event);

/** Everything up to the end of a REQ. */
async function ask(client: RawClient, ...filters: object[]): Promise<Frame[]> {
  const before = client.received.length;
  client.send(['REQ', `s${before}`, ...filters]);
  await client.next(frame => isEnd(frame) && frame[1] === `s${before}`);
  return client.received.slice(before);
}

/** Everything the client has got, once the relay has done what was asked before. */
async function settled(client: RawClient): Promise<Frame[]> {
  client.send(['COUNT', 'settled', { ids: [A.publicKey] }]);
  await client.nextLike('COUNT', 'settled');
  return client.received.filter(([, name]) => name !== 'settled');
}

const FAULTS: Readonly<Record<FaultName, () => void>> = {
  'eose-delay': () => {
    test('EOSE comes later, and live events behind it; other answers do not wait', async t => {
      const relay = await startFaulty(t, ['eose-delay=1h@kind=1'], { events: notes });
      const client = await relay.connect();
      client.send(['REQ', 's', { kinds: [1], limit: 2 }]);
      const live = A.note('live', T0 + 50);
      assert.equal((await client.publish(live))[2], true);
      assert.deepEqual(await client.query({ kinds: [7] }), []);
      const early = await settled(client);
      assert.deepEqual(
        early.filter(([, name]) => name === 's'),
        [
          ['EVENT', 's', notes[0]],
          ['EVENT', 's', notes[1]],
        ],
      );
      relay.plan.change('clear');
      assert.deepEqual((await settled(client)).slice(early.length), [
        ['EOSE', 's'],
        ['EVENT', 's', live],
      ]);
    });

    test('it comes when the time is over', async t => {
      const client = await (await startFaulty(t, ['eose-delay=20ms'], { events: notes })).connect();
      assert.equal((await ask(client, { limit: 3 })).length, 4);
    });

    test('it is only for the first connections, counted from when it was set', async t => {
      const relay = await startFaulty(t, ['eose-delay=1h@2'], { events: notes });
      const slow = [await relay.connect(), await relay.connect()];
      const quick = await relay.connect();
      assert.equal((await ask(quick, { limit: 1 })).length, 2);
      for (const client of slow) {
        client.send(['REQ', 's', { limit: 1 }]);
        assert.deepEqual(eventsOf(await settled(client)), [notes[0]]);
      }
      relay.plan.change('set no-eose@1');
      assert.equal((await ask(quick, { limit: 1 })).length, 2);
      const next = await relay.connect();
      next.send(['REQ', 's', { limit: 1 }]);
      assert.deepEqual(eventsOf(await settled(next)), [notes[0]]);
      assert.equal((await ask(await relay.connect(), { limit: 1 })).length, 2);
    });

    test('a CLOSE, and another REQ with the same id, forget what is held back', async t => {
      const relay = await startFaulty(t, ['eose-delay=1h'], { events: notes });
      const client = await relay.connect();
      client.send(['REQ', 'a', { limit: 1 }]);
      client.send(['CLOSE', 'a']);
      client.send(['REQ', 'b', { limit: 1 }]);
      client.send(['REQ', 'b', { limit: 2 }]);
      await settled(client);
      relay.plan.change('clear');
      assert.deepEqual((await settled(client)).filter(isEnd), [['EOSE', 'b']]);
    });
  },

  'no-eose': () =>
    test('EOSE never comes; live events do', async t => {
      const client = await (await startFaulty(t, ['no-eose'], { events: notes })).connect();
      client.send(['REQ', 's', { limit: 1 }]);
      const live = A.note('live', T0 + 50);
      await client.publish(live);
      assert.deepEqual(
        (await settled(client)).filter(([, name]) => name === 's'),
        [
          ['EVENT', 's', notes[0]],
          ['EVENT', 's', live],
        ],
      );
    }),

  closed: () => {
    test('a REQ and a COUNT are closed, and no event is sent', async t => {
      const client = await (
        await startFaulty(t, ['closed=error: out of order'], { events: notes })
      ).connect();
      const told = 'error: out of order';
      assert.deepEqual(await ask(client, {}), [['CLOSED', 's0', told]]);
      client.send(['COUNT', 'c', {}]);
      assert.deepEqual(await client.nextLike('CLOSED', 'c'), ['CLOSED', 'c', told]);
      assert.equal((await client.publish(A.note('x')))[2], true);
    });

    test('auth-required comes behind a challenge, and stays after AUTH', async t => {
      const relay = await startFaulty(t, ['closed=auth-required']);
      const client = await relay.connect();
      const [[type, challenge], closed] = (await ask(client, {})) as [Frame, Frame];
      assert.deepEqual([type, closed[0]], ['AUTH', 'CLOSED']);
      assert.match(closed[2], /^auth-required: ./);
      client.send(['AUTH', A.auth(challenge, relay.url, Math.floor(Date.now() / 1000))]);
      assert.equal((await client.nextLike('OK'))[2], true);
      assert.equal((await ask(client, {}))[0]![0], 'CLOSED');
    });

    test('it is only for requests within its scope', async t => {
      const relay = await startFaulty(t, [
        'closed=restricted@kind=4',
        `closed=blocked@author=${B.publicKey}`,
      ]);
      const client = await relay.connect();
      assert.match(
        (await ask(client, { kinds: [1, 4], authors: [A.publicKey] })).at(-1)![2],
        /^restricted: /,
      );
      assert.match((await ask(client, { kinds: [1], authors: [B.publicKey] })).at(-1)![2], /^blocked: /);
      assert.equal((await ask(client, { kinds: [1], authors: [A.publicKey] })).at(-1)![0], 'EOSE');
    });
  },

  'drop-after': () => {
    test('after so many events the connection ends without a goodbye', async t => {
      const client = await (await startFaulty(t, ['drop-after=3'], { events: notes })).connect();
      client.send(['REQ', 's', {}]);
      assert.equal((await client.closed).code, 1006);
      assert.deepEqual(eventsOf(client.received), notes.slice(0, 3));
      assert.equal(client.received.length, 3);
    });

    test('it ends, and is not reset; those out of scope do not count; each connection counts for itself', async t => {
      const events = [...notes.slice(0, 4), reaction];
      const relay = await startFaulty(t, ['drop-after=1@kind=7'], { events });
      for (let round = 0; round < 2; round++) {
        const bare = await relay.bare();
        bare.send(['REQ', 's', {}]);
        assert.equal(await bare.over, 'end');
        assert.equal(bare.bytes.toString('latin1').split('["EVENT"').length - 1, 5);
      }
    });

    test('set again while it runs, it counts from there; 0 is in place of the first answer', async t => {
      const relay = await startFaulty(t, ['drop-after=5'], { events: notes });
      const client = await relay.connect();
      await ask(client, { limit: 4 });
      relay.plan.change('set drop-after=3');
      await ask(client, { limit: 2 });
      relay.plan.change('set drop-after=0');
      client.send(['COUNT', 'c', {}]);
      await client.closed;
      assert.equal(eventsOf(client.received).length, 6);
      assert.deepEqual(client.received.at(-1)![0], 'EOSE');
    });
  },

  'ok-delay': () => {
    test('OKs come later, in order; the events are stored and sent', async t => {
      const relay = await startFaulty(t, ['ok-delay=1h']);
      const client = await relay.connect();
      for (const note of notes.slice(0, 3)) client.send(['EVENT', note]);
      client.send(['REQ', 's', {}]);
      await client.nextLike('EOSE', 's');
      assert.equal((await settled(client)).length, 4);
      relay.plan.change('clear');
      const oks = (await settled(client)).filter(([type]) => type === 'OK');
      assert.deepEqual(
        oks,
        notes.slice(0, 3).map(({ id }) => ['OK', id, true, '']),
      );
    });

    test('they come when the time is over, and those out of scope at once', async t => {
      const relay = await startFaulty(t, ['ok-delay=20ms', 'ok-delay=1h@kind=7']);
      const client = await relay.connect();
      client.send(['EVENT', reaction]);
      assert.equal((await client.publish(notes[0]!))[2], true);
      assert.equal(client.received.length, 1);
    });
  },

  'ok-never': () =>
    test('OK never comes, though the event is stored', async t => {
      const client = await (await startFaulty(t, ['ok-never@kind=1'])).connect();
      client.send(['EVENT', notes[0]]);
      assert.equal((await client.publish(reaction))[2], true);
      assert.deepEqual(await client.query({}), [notes[0], reaction]);
      assert.deepEqual(
        client.received.filter(([type]) => type === 'OK').map(([, id]) => id),
        [reaction.id],
      );
    }),

  reject: () =>
    test('an event is refused and not stored; one that is forged is still invalid', async t => {
      const relay = await startFaulty(t, ['reject=blocked: not you', `reject=pow@author=${B.publicKey}`]);
      const client = await relay.connect();
      assert.deepEqual(await client.publish(notes[0]!), ['OK', notes[0]!.id, false, 'blocked: not you']);
      assert.match((await client.publish(reaction))[3], /^pow: /);
      assert.match((await client.publish({ ...notes[1]!, sig: notes[2]!.sig }))[3], /^invalid: /);
      assert.deepEqual(await client.query({}), []);
    }),

  'bad-sig': () => {
    test('the signature is altered, nothing else is', async t => {
      const client = await (await startFaulty(t, ['bad-sig'], { events: notes })).connect();
      const got = eventsOf(await ask(client, {}));
      for (const [i, event] of got.entries()) {
        assert.ok(!verify(event), `${event.sig} verifies`);
        assert.match(event.sig, /^[0-9a-f]{128}$/);
        assert.deepEqual({ ...event, sig: '' }, { ...notes[i], sig: '' });
      }
    });

    test('it happens by chance, and in live events too', async t => {
      const relay = await startFaulty(t, ['bad-sig=0.5', 'bad-sig=1@kind=7'], { events: notes });
      const client = await relay.connect();
      const bad = eventsOf(await ask(client, { kinds: [1] })).filter(event => !verify(event));
      assert.ok(bad.length > 0 && bad.length < notes.length, `${bad.length} of ${notes.length}`);
      client.send(['REQ', 'live', { kinds: [7], limit: 0 }]);
      client.send(['EVENT', reaction]);
      assert.ok(!verify((await client.nextLike('EVENT', 'live'))[2]));
    });
  },

  dup: () =>
    test('events are sent twice', async t => {
      const relay = await startFaulty(t, ['dup'], { events: notes });
      const twice = eventsOf(await ask(await relay.connect(), {}));
      assert.deepEqual(
        twice,
        notes.flatMap(note => [note, note]),
      );
      relay.plan.change('set dup=0.5');
      const some = eventsOf(await ask(await relay.connect(), {})).length;
      assert.ok(some > notes.length && some < 2 * notes.length, `${some}`);
    }),

  reorder: () => {
    test('stored events come in another order, all of them before EOSE', async t => {
      const client = await (await startFaulty(t, ['reorder'], { events: notes })).connect();
      const got = eventsOf(await ask(client, {}));
      const idsOf = (events: readonly Event[]) => events.map(({ id }) => id);
      assert.notDeepEqual(idsOf(got), idsOf(notes));
      assert.deepEqual(idsOf(got).sort(), idsOf(notes).sort());
    });

    test('many and long ones, too', async t => {
      const many = Array.from({ length: 90 }, (_, i) => A.note('x'.repeat(i % 9 ? 10 : 60_000), T0 + i));
      const client = await (await startFaulty(t, ['reorder'], { events: many })).connect();
      const got = eventsOf(await ask(client, {}));
      assert.equal(new Set(got.map(({ id }) => id)).size, 90);
    });
  },

  garbage: () => {
    test('what is no message comes before an answer', async t => {
      const relay = await startFaulty(t, ['garbage'], { events: notes });
      const bare = await relay.bare();
      bare.send(['REQ', 's', {}]);
      await eventually(() => bare.bytes.includes('["EOSE","s"]'));
      const texts = textsOf(bare.bytes);
      assert.equal(texts.length, 2 * (notes.length + 1));
      const answers = texts.filter((_, i) => i % 2 === 1).map(text => JSON.parse(text));
      assert.deepEqual(eventsOf(answers), notes);
      const messages = texts.filter((_, i) => i % 2 === 0).filter(isMessage);
      assert.deepEqual(messages, []);
    });

    test('a text of your own is sent as it is', async t => {
      const client = await (
        await startFaulty(t, ['garbage=["EOSE","s0"]@kind=7'], { events: notes })
      ).connect();
      client.send(['REQ', 's0', { kinds: [7] }]);
      await client.nextLike('EOSE');
      await client.nextLike('EOSE');
      assert.equal((await ask(client, { kinds: [1], limit: 1 })).length, 2);
    });
  },

  'half-frame': () =>
    test('half of a frame, its length announced, and then the end', async t => {
      const long = A.note('x'.repeat(70_000), T0 + 99);
      for (const [events, size] of [
        [notes, 126],
        [[long], 127],
      ] as const) {
        const relay = await startFaulty(t, ['half-frame'], { events: [...events] });
        const bare = await relay.bare();
        bare.send(['REQ', 's', {}]);
        assert.equal(await bare.over, 'end');
        const whole = JSON.stringify(['EVENT', 's', events[0]]);
        const head = size === 126 ? 4 : 10;
        assert.deepEqual([...bare.bytes.subarray(0, 2)], [0x81, size]);
        const announced = size === 126 ? bare.bytes.readUInt16BE(2) : Number(bare.bytes.readBigUInt64BE(2));
        assert.equal(announced, whole.length);
        assert.equal(bare.bytes.length, Math.ceil((head + whole.length) / 2));
        assert.ok(whole.startsWith(bare.bytes.toString('utf8', head)));
      }
      const relay = await startFaulty(t, ['half-frame=2'], { events: notes });
      const client = await relay.connect();
      client.send(['REQ', 's', {}]);
      assert.equal((await client.closed).code, 1006);
      assert.deepEqual(eventsOf(client.received), notes.slice(0, 2));
    }),

  rst: () => {
    test('the connection is reset behind what was sent', async t => {
      const relay = await startFaulty(t, ['rst=2'], { events: notes });
      const bare = await relay.bare();
      bare.send(['REQ', 's', {}]);
      assert.match(await bare.over, /^(?:ECONNRESET|end)$/); // a client that is busy reads both at once
      assert.equal(textsOf(bare.bytes).length, 2);
    });

    test('in place of an OK, and the event is stored', async t => {
      const relay = await startFaulty(t, ['rst@1']);
      const bare = await relay.bare();
      bare.send(['EVENT', notes[0]]);
      assert.equal(await bare.over, 'ECONNRESET');
      assert.equal(bare.bytes.length, 0);
      assert.deepEqual(await (await relay.connect()).query({}), [notes[0]]);
    });
  },

  slow: () => {
    test('frames wait for their turn', async t => {
      const relay = await startFaulty(t, ['slow=1/h'], { events: notes });
      const client = await relay.connect();
      client.send(['REQ', 's', {}]);
      assert.deepEqual(await client.nextLike('EVENT'), ['EVENT', 's', notes[0]]);
      client.send(['COUNT', 'c', {}]);
      await client.delivered();
      assert.equal(client.received.length, 1);
      relay.plan.change('clear');
      await client.nextLike('COUNT');
      assert.deepEqual(eventsOf(client.received), notes);
    });

    test('each gets it', async t => {
      const client = await (await startFaulty(t, ['slow=500/s'], { events: notes })).connect();
      assert.deepEqual(eventsOf(await ask(client, {})), notes);
    });
  },

  'ignore-limit': () =>
    test('more is sent than was asked for', async t => {
      const client = await (await startFaulty(t, ['ignore-limit@kind=1'], { events: notes })).connect();
      assert.equal((await ask(client, { kinds: [1], limit: 2 })).length, notes.length + 1);
      assert.equal((await ask(client, { kinds: [1], limit: 0 })).length, notes.length + 1);
    }),

  cut: () =>
    test('no more than so many for a filter, and nothing says so', async t => {
      const relay = await startFaulty(t, ['cut=5'], { events: [...notes, reaction], eoseHint: true });
      const client = await relay.connect();
      assert.deepEqual((await ask(client, { kinds: [1] })).slice(-1), [['EOSE', 's0']]);
      assert.equal(eventsOf(client.received).length, 5);
      assert.equal((await ask(client, { kinds: [1], limit: 3 })).length, 4);
      assert.equal((await ask(client, { kinds: [1] }, { kinds: [7] })).length, 7);
      client.send(['COUNT', 'c', {}]);
      assert.deepEqual((await client.nextLike('COUNT'))[2].count, notes.length + 1);
    }),

  notice: () =>
    test('a NOTICE before the answer to each REQ, COUNT and EVENT; or in its place', async t => {
      const relay = await startFaulty(t, ['notice=ERROR: too many requests']);
      const client = await relay.connect();
      const notice = ['NOTICE', 'ERROR: too many requests'];
      assert.deepEqual(await ask(client, {}), [notice, ['EOSE', 's0']]);
      await client.publish(notes[0]!);
      client.send(['COUNT', 'c', {}]);
      await client.nextLike('COUNT');
      assert.deepEqual(
        client.received.slice(2).map(([type]) => type),
        ['NOTICE', 'OK', 'EVENT', 'NOTICE', 'COUNT'],
      );
      relay.plan.change('set no-eose');
      relay.plan.change('set ok-never');
      const other = await relay.connect();
      other.send(['REQ', 's', { kinds: [7] }]);
      other.send(['EVENT', notes[1]]);
      await settled(other);
      assert.deepEqual(other.received.slice(0, 3), [notice, notice, notice]);
    }),
};

for (const name of FAULT_NAMES) describe(name, FAULTS[name]);

/** Whether a client has to take it for a message of a relay. */
function isMessage(text: string): boolean {
  try {
    const [type, subId, event] = JSON.parse(text);
    if (type === 'EVENT') return subId === 's' && typeof event === 'object' && event !== null;
    return ['EOSE', 'CLOSED', 'OK', 'NOTICE', 'AUTH', 'COUNT'].includes(type) && subId === 's';
  } catch {
    return false;
  }
}

/** The texts of the frames in these bytes, as far as they are whole. */
function textsOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const short = bytes[at + 1]!;
    const head = short < 126 ? 2 : 4;
    const length = short < 126 ? short : bytes.readUInt16BE(at + 2);
    texts.push(bytes.toString('utf8', at + head, at + head + length));
    at += head + length;
  }
  return texts;
}

describe('the same seed and the same dialogue', () => {
  const FAULTS_BY_CHANCE = [
    'bad-sig=0.4',
    'dup=0.3',
    'reorder',
    'garbage=0.3',
    'closed=auth-required@kind=4',
    'reject=blocked@kind=7',
    'notice=slow down@kind=7',
    'half-frame=60',
  ];

  async function dialogue(t: TestContext, faultSeed: number): Promise<string> {
    const relay = await startFaulty(t, FAULTS_BY_CHANCE, { events: notes, faultSeed });
    const other = await relay.bare(); // another connection draws for itself
    other.send(['REQ', 'a', { kinds: [1] }]);
    const bare = await relay.bare();
    const say = async (message: unknown, answer: string) => {
      const from = bare.bytes.length;
      bare.send(message);
      await eventually(() => bare.bytes.includes(answer, from));
    };
    await say(['REQ', 'a', { kinds: [1] }], '["EOSE","a"]');
    await say(['REQ', 'b', { kinds: [4] }], '["CLOSED","b"');
    await say(['EVENT', reaction], `["OK","${reaction.id}",false`);
    await say(['EVENT', A.note('live', T0 + 70)], '"live"');
    await say(['COUNT', 'c', { kinds: [1] }], '["COUNT","c"');
    await say(['REQ', 'a', { kinds: [1] }], '["EOSE","a"]');
    bare.send(['REQ', 'e', { kinds: [1] }]);
    bare.send(['REQ', 'f', { kinds: [1] }]);
    bare.send(['REQ', 'g', { kinds: [1] }]);
    assert.equal(await bare.over, 'end');
    return bare.bytes.toString('latin1');
  }

  test('show the same bytes; another seed shows others', async t => {
    const first = await dialogue(t, 7);
    assert.match(first, /\["AUTH","[0-9a-f]{32}"\]/);
    assert.equal(await dialogue(t, 7), first);
    assert.notEqual(await dialogue(t, 8), first);
  });

  test('draw no other chances because there is one more fault', async t => {
    const forged = async (...faults: string[]) => {
      const relay = await startFaulty(t, ['bad-sig=0.5', ...faults], { events: notes, faultSeed: 3 });
      const got = eventsOf(await ask(await relay.connect(), {}));
      return got.filter(event => !verify(event)).map(({ sig }) => sig);
    };
    assert.deepEqual(await forged('ok-never', 'drop-after=100'), await forged());
  });
});

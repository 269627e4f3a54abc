import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { bytesToHex, hexToBytes } from '../../../../src/protocol/hex.ts';
import { NegentropyInitiator, NegentropyItems } from '../../../../src/protocol/nip77.ts';
import { Connection, type ConnectionOptions } from '../../../../src/relay/link/connection.ts';
import { frameLimitFor, isTooLarge, Negotiation } from '../../../../src/relay/link/negotiation.ts';
import { itemsOf, madeUpItems } from '../../../support/negentropy.ts';
import { A, T0 } from '../../../support/people.ts';
import { startNost } from '../../../support/relays.ts';
import * as step from '../../../support/scripted-steps.ts';
import { patience, scripted } from '../../../support/wire.ts';

const OPEN = step.expectFrame('NEG-OPEN');
const MSG = step.expectFrame('NEG-MSG');
const NOTHING = hexToBytes('6100000200');
const answer = (hex: string) => step.send(['NEG-MSG', '$sub', hex]);

/** A negotiation with a relay that plays these steps. */
async function negotiation(t: TestContext, steps: step.Step[], options: Partial<ConnectionOptions> = {}) {
  const relay = await scripted(t, steps);
  const connection = await Connection.open(relay.url, patience(options));
  t.after(() => connection.close());
  return { relay, connection, talk: new Negotiation(connection, { kinds: [1] }) };
}

/** What a relay that plays these steps after the NEG-OPEN is understood to say. */
async function said(t: TestContext, ...steps: step.Step[]) {
  const { talk } = await negotiation(t, [OPEN, ...steps, step.waitClose()]);
  return talk.exchange(NOTHING);
}

describe('a negotiation', () => {
  test('is opened, goes on frame by frame, and is closed', async t => {
    const { relay, talk } = await negotiation(t, [
      OPEN,
      answer('6100'),
      MSG,
      answer('6101'),
      step.waitClose(),
    ]);
    assert.deepEqual(await talk.exchange(NOTHING), { type: 'frame', frame: hexToBytes('6100') });
    assert.deepEqual(await talk.exchange(hexToBytes('61')), { type: 'frame', frame: hexToBytes('6101') });
    talk.close();
    await relay.until(({ received }) => received.length === 3);
    assert.deepEqual(relay.received, [
      '["NEG-OPEN","nost1",{"kinds":[1]},"6100000200"]',
      '["NEG-MSG","nost1","61"]',
      '["NEG-CLOSE","nost1"]',
    ]);
  });

  test('takes a frame of a million characters', async t => {
    const hex = `61${'ab'.repeat(499_999)}`;
    const whole = await said(t, answer(hex));
    assert.equal(whole.type === 'frame' && bytesToHex(whole.frame), hex);
  });

  for (const [what, sent, message] of [
    [
      'NEG-ERR',
      ['NEG-ERR', '$sub', 'blocked: too many query results', 100],
      'blocked: too many query results',
    ],
    ['CLOSED', ['CLOSED', '$sub', 'unsupported: NEG-OPEN'], 'unsupported: NEG-OPEN'],
  ] as const) {
    test(`ends with ${what}, and is not closed again`, async t => {
      const { relay, talk, connection } = await negotiation(t, [OPEN, step.send(sent), step.waitClose()]);
      assert.deepEqual(await talk.exchange(NOTHING), { type: 'closed', message });
      talk.close();
      await connection.close();
      assert.equal(relay.received.length, 1);
    });
  }

  for (const [frame, why] of [
    ['["NEG-MSG","$sub","zz"]', /NEG-MSG must hold bytes as hex digits, not "zz"/],
    ['["NEG-MSG","$sub","612"]', /hex digits/],
    ['["NEG-MSG","$sub",61]', /NEG-MSG/],
    ['["NEG-MSG"]', /NEG-MSG/],
    ['["NEG-MSG","$sub","61', /not JSON/],
    ['["NEG-YES","$sub","61"]', /NEG-YES/],
    [`["NEG-MSG","$sub",[${'[],'.repeat(3e5)}[]]]`, /too many values/],
  ] as const) {
    test(`ends at once with a frame that cannot be read: ${frame.slice(0, 30)}`, async t => {
      const { relay, talk } = await negotiation(t, [OPEN, step.send(frame), step.waitClose()], {
        relayTimeout: 60_000,
      });
      const end = await talk.exchange(NOTHING);
      assert.equal(end.type, 'refused');
      assert.match('message' in end ? end.message : '', why);
      await relay.until(({ received }) => received.length === 2); // NEG-CLOSE: it may think that this goes on
    });
  }

  for (const text of [
    'ERROR: bad msg: unknown cmd',
    'invalid: "value" does not match any of the allowed types',
    'could not parse command',
    'unknown message type NEG-OPEN',
  ]) {
    test(`ends with a notice that reads like a refusal: ${text}`, async t => {
      assert.deepEqual(await said(t, step.notice(text)), { type: 'refused', message: text });
    });
  }

  test('goes on after a notice that is chatter, or asks to slow down', async t => {
    for (const text of ['welcome', 'rate-limited: slow down'])
      assert.deepEqual(await said(t, step.notice(text), answer('61')), {
        type: 'frame',
        frame: hexToBytes('61'),
      });
  });

  test('that is not answered, or lost, ends', async t => {
    const { talk } = await negotiation(t, [OPEN, step.waitClose()], { relayTimeout: 100 });
    assert.deepEqual(await talk.exchange(NOTHING), { type: 'silent' });
    const lost = await said(t, step.end());
    assert.equal(lost.type, 'disconnected');
  });

  const demanding = [
    step.auth('c'),
    OPEN,
    step.send(['NEG-ERR', '$sub', 'auth-required: who are you']),
    step.expectFrame('AUTH'),
    step.ok(true),
    OPEN,
    answer('61'),
  ];

  test('is opened again after an AUTH, once', async t => {
    const authenticate = async (url: string, challenge: string) => A.auth(challenge, url, T0);
    const { talk } = await negotiation(t, demanding, { authenticate });
    assert.deepEqual(await talk.exchange(NOTHING), { type: 'frame', frame: hexToBytes('61') });
  });

  test('says that AUTH is wanted where that is not allowed', async t => {
    const { talk } = await negotiation(t, demanding);
    assert.deepEqual(await talk.exchange(NOTHING), {
      type: 'auth_required',
      message: 'auth-required: who are you',
    });
  });

  test('can be gone on with on another connection: a relay keeps nothing between two frames', async t => {
    const events = Array.from({ length: 200 }, (_, i) => A.note(`note ${i}`, T0 + i));
    const relay = await startNost({ seed: events });
    t.after(relay.close);
    const held = [...madeUpItems(40, 1), ...events.slice(20).map(e => [e.created_at, e.id] as const)];
    const initiator = new NegentropyInitiator(itemsOf(held));
    const need: string[] = [];
    for (let frame: Uint8Array | undefined = initiator.open(); frame; ) {
      const connection = await Connection.open(relay.url, patience());
      const step = await new Negotiation(connection, {}).exchange(frame);
      assert.ok(step.type === 'frame');
      const next = initiator.next(step.frame);
      need.push(...next.need);
      frame = next.reply;
      await connection.close();
    }
    assert.deepEqual(
      need.sort(),
      events
        .slice(0, 20)
        .map(({ id }) => id)
        .sort(),
    );
  });

  test('is none on a connection that is gone already', async t => {
    const { relay, talk } = await negotiation(t, [step.end()]);
    await relay.until(({ connections }) => connections[0]!.closed);
    assert.deepEqual(await talk.exchange(NOTHING), { type: 'disconnected', reason: 'connection lost' });
  });
});

test('a frame is as long as the relay bears, as hex and beside its filter', () => {
  assert.equal(frameLimitFor(undefined, {}), 30_000);
  assert.equal(frameLimitFor(131_072, {}), 65_485);
  assert.equal(frameLimitFor(131_072, { authors: ['a'.repeat(64)] }), 65_446);
  assert.equal(frameLimitFor(100, {}), 4096);
  assert.equal(frameLimitFor(10_000_000, {}), 500_000);
});

test('a refusal that says too much is told from others', () => {
  for (const text of [
    'blocked: too many events match; ask for less time',
    'ERROR: blocked: x',
    'error: query too big',
  ])
    assert.ok(isTooLarge(text), text);
  for (const text of [
    'restricted: no',
    'rate-limited: too many requests',
    'ERROR: too many concurrent NEG requests',
    'unsupported: NEG-OPEN',
  ])
    assert.ok(!isTooLarge(text), text);
});

test('an initiator without items learns what a relay holds', async t => {
  const relay = await startNost({ seed: [A.note('one'), A.note('two')] });
  t.after(relay.close);
  const connection = await Connection.open(relay.url, patience());
  t.after(() => connection.close());
  const initiator = new NegentropyInitiator(new NegentropyItems().seal());
  const step = await new Negotiation(connection, {}).exchange(initiator.open());
  assert.equal(step.type === 'frame' && initiator.next(step.frame).need.length, 2);
});

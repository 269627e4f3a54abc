import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Hub, type Settings } from '../../../../src/server/hub.ts';
import { Session } from '../../../../src/server/session/session.ts';
import { memoryStore } from '../../../../src/server/store/table-store.ts';
import { FakeTransport } from '../../../support/fake-transport.ts';
import { noble } from '../../../support/noble.ts';
import { A, B, C, T0, withBrokenSignature } from '../../../support/people.ts';
import type { Frame } from '../../../support/raw-client.ts';

const URL = 'ws://relay.test:7447';

function hubOf(settings: Partial<Settings> = {}): Hub {
  return new Hub({
    store: memoryStore(),
    verifier: noble,
    authRequired: false,
    maxLimit: 5000,
    eoseHint: false,
    now: () => T0 * 1000,
    log: line => assert.fail(line),
    warn: line => assert.fail(line),
    ...settings,
  });
}

/** A client of a hub: `say` sends frames and returns what came since the last time, once all are handled. */
function connect(hub = hubOf(), tell?: (line: string) => void) {
  const transport = new FakeTransport();
  const session = new Session(hub, transport, [URL, 'ws://localhost:7447'], () => 'challenge', tell);
  let seen = 0;
  const heard = (): Frame[] => {
    const frames = transport.frames.slice(seen);
    seen += frames.length;
    return frames;
  };
  const say = async (...frames: (readonly unknown[] | string | undefined)[]): Promise<Frame[]> => {
    for (const frame of frames)
      session.receive(Array.isArray(frame) ? JSON.stringify(frame) : (frame as string));
    await session.idle();
    for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve)); // stored events of a REQ
    return heard();
  };
  return { session, transport, say, heard };
}

test('an event is stored, answered and found; a second time it is a duplicate', async () => {
  const { say } = connect();
  const note = A.note('hello');
  assert.deepEqual(await say(['EVENT', note]), [['OK', note.id, true, '']]);
  assert.deepEqual(await say(['EVENT', note]), [['OK', note.id, true, 'duplicate: it is here already']]);
  assert.deepEqual(await say(['REQ', 's', {}]), [
    ['EVENT', 's', note],
    ['EOSE', 's'],
  ]);
});

test('each frame of a client is told as it comes, and what was refused', async () => {
  const lines: string[] = [];
  const { say } = connect(hubOf(), line => lines.push(line));
  const note = A.note('hello \u001b[2J');
  const head = `${note.id.slice(0, 8)} by ${note.pubkey.slice(0, 8)}, kind 1 (note) "hello \\u001b[2J"`;
  await say(
    ['EVENT', note],
    ['REQ', 's', { kinds: [1], limit: 2 }],
    ['COUNT', 'c', { ids: [] }],
    ['CLOSE', 's'],
  );
  await say(['AUTH', note], ['EVENT', withBrokenSignature(note)], ['EVENT', 7], 'x');
  assert.deepEqual(lines.slice(0, 9), [
    `EVENT ${head}`,
    'REQ "s" {"kinds":[1],"limit":2}',
    'COUNT "c" {"ids":[]}',
    'CLOSE "s"',
    `AUTH ${head}`,
    `refused ${note.id.slice(0, 8)}: invalid: no challenge was sent on this connection`,
    `EVENT ${head}`,
    `refused ${note.id.slice(0, 8)}: invalid: the signature does not verify`,
    'EVENT 7',
  ]);
  assert.match(lines[9]!, /^refused a frame: invalid: /);
  assert.match(lines[10]!, /^refused a frame: invalid: not JSON/);
});

test('unknown fields of an event are dropped', async () => {
  const { say } = connect();
  const note = A.note('x');
  await say(['EVENT', { ...note, seen_on: ['wss://x'] }]);
  assert.deepEqual((await say(['REQ', 's', {}]))[0], ['EVENT', 's', note]);
});

test('an event with a readable id that is not valid gets OK false "invalid: …"', async () => {
  const { say } = connect();
  const note = A.note('x');
  for (const bad of [
    withBrokenSignature(note),
    { ...note, content: 'y' },
    { ...note, kind: -1 },
    { id: note.id },
  ]) {
    const [[verb, id, accepted, message]] = (await say(['EVENT', bad])) as [Frame];
    assert.deepEqual([verb, id, accepted], ['OK', note.id, false]);
    assert.match(message, /^invalid: /);
  }
});

test('what has no readable id or is no frame at all gets a NOTICE', async () => {
  const { say } = connect();
  const frames = [
    ['EVENT', { ...A.note('x'), id: 'ABC' }],
    ['EVENT', 7],
    ['EVENT'],
    ['FOO', 1],
    ['REQ'],
    ['REQ', '', {}],
    ['REQ', 7, {}],
    ['CLOSE'],
    'not JSON',
    '',
    '{}',
    '[]',
    undefined, // a binary frame
  ];
  for (const frame of frames) {
    const answer = await say(frame);
    assert.equal(answer.length, 1, JSON.stringify(frame));
    assert.equal(answer[0]![0], 'NOTICE');
    assert.match(answer[0]![1], /^invalid: /);
  }
});

test('answers come in the order of the frames, whatever they are', async () => {
  const { say } = connect();
  const [one, two] = [A.note('1', 1), A.note('2', 2)];
  const answers = await say(['EVENT', one], ['COUNT', 'c', {}], 'x', ['EVENT', two], ['COUNT', 'd', {}]);
  assert.deepEqual(
    answers.map(([verb, id, body]) => [verb, verb === 'COUNT' ? body.count : id]),
    [
      ['OK', one.id],
      ['COUNT', 1],
      ['NOTICE', answers[2]![1]],
      ['OK', two.id],
      ['COUNT', 2],
    ],
  );
});

test('a subscription gets what matches, after its OK, also when the client itself publishes it', async () => {
  const hub = hubOf();
  const [reader, writer] = [connect(hub), connect(hub)];
  assert.deepEqual(await reader.say(['REQ', 's', { kinds: [1] }]), [['EOSE', 's']]);
  const [note, reaction] = [A.note('x'), A.sign({ kind: 7 })];
  await writer.say(['EVENT', note], ['EVENT', reaction], ['EVENT', note]);
  assert.deepEqual(reader.heard(), [['EVENT', 's', note]]);
  const own = A.note('mine');
  assert.deepEqual(await reader.say(['EVENT', own]), [
    ['OK', own.id, true, ''],
    ['EVENT', 's', own],
  ]);
});

test('several filters bring each event once, stored and live', async () => {
  const { say } = connect();
  const [stored, live] = [A.note('stored'), A.note('live')];
  await say(['EVENT', stored]);
  const filters = [{ kinds: [1] }, { authors: [A.publicKey] }, { ids: [stored.id, live.id] }];
  assert.deepEqual(await say(['REQ', 's', ...filters]), [
    ['EVENT', 's', stored],
    ['EOSE', 's'],
  ]);
  assert.equal((await say(['EVENT', live])).filter(([verb]) => verb === 'EVENT').length, 1);
});

test('limit counts for stored events only; limit 0 means live ones only', async () => {
  const { say } = connect();
  await say(...[1, 2, 3].map(second => ['EVENT', A.note('x', second)]));
  const stored = await say(['REQ', 'two', { limit: 2 }], ['REQ', 'none', { limit: 0 }]);
  assert.deepEqual(
    stored.map(([verb, id, event]) => [verb, id, event?.created_at]),
    [
      ['EVENT', 'two', 3],
      ['EVENT', 'two', 2],
      ['EOSE', 'two', undefined],
      ['EOSE', 'none', undefined],
    ],
  );
  const live = await say(...[4, 5, 6].map(second => ['EVENT', A.note('x', second)]));
  assert.equal(live.filter(([, id]) => id === 'two').length, 3);
  assert.equal(live.filter(([, id]) => id === 'none').length, 3);
});

test('an ephemeral event is delivered and not stored', async () => {
  const { say } = connect();
  const ping = A.sign({ kind: 20001 });
  await say(['REQ', 's', { kinds: [20001] }]);
  assert.deepEqual(await say(['EVENT', ping]), [
    ['OK', ping.id, true, ''],
    ['EVENT', 's', ping],
  ]);
  assert.deepEqual(await say(['REQ', 'later', {}]), [['EOSE', 'later']]);
});

test('a REQ with the same id replaces; after CLOSE nothing comes; a CLOSE of nothing is no error', async () => {
  const { say } = connect();
  await say(['REQ', 's', { kinds: [1] }]);
  assert.deepEqual(await say(['REQ', 's', { kinds: [7] }]), [['EOSE', 's']]);
  assert.equal((await say(['EVENT', A.note('x')])).length, 1);
  assert.equal((await say(['EVENT', A.sign({ kind: 7 })])).length, 2);
  assert.deepEqual(await say(['CLOSE', 's'], ['CLOSE', 'never opened']), []);
  assert.equal((await say(['EVENT', A.sign({ kind: 7, content: '+' })])).length, 1);
});

test('the same subscription id on two connections are two subscriptions', async () => {
  const hub = hubOf();
  const [one, other] = [connect(hub), connect(hub)];
  await one.say(['REQ', 's', { kinds: [1] }]);
  await other.say(['REQ', 's', { kinds: [7] }]);
  await other.say(['CLOSE', 's']);
  const note = A.note('x');
  await other.say(['EVENT', note]);
  assert.deepEqual(one.heard(), [['EVENT', 's', note]]);
});

test('an id of 64 characters is fine; a longer one, no filter and a bad filter are CLOSED', async () => {
  const { say } = connect();
  const long = 'x'.repeat(64);
  assert.deepEqual(await say(['REQ', long, { limit: 0 }]), [['EOSE', long]]);
  for (const frame of [
    ['REQ', `${long}x`, {}],
    ['COUNT', `${long}x`, {}],
    ['REQ', 's'],
    ['REQ', 's', { ids: ['abc'] }],
    ['REQ', 's', {}, { nope: 1 }],
    ['COUNT', 's', { kinds: ['1'] }],
  ]) {
    const [[verb, id, message]] = (await say(frame)) as [Frame];
    assert.deepEqual([verb, id], ['CLOSED', frame[1]]);
    assert.match(message, /^invalid: /);
  }
});

test('a refused REQ ends the one it was to replace', async () => {
  const { say } = connect();
  await say(['REQ', 's', {}]);
  assert.match((await say(['REQ', 's', ...Array(101).fill({})]))[0]![2], /^invalid: at most 100 filters/);
  assert.equal((await say(['EVENT', A.note('x')])).length, 1);
});

test('search finds words in any order, stored and live (NIP-50)', async () => {
  const { say } = connect();
  const [stored, live] = [A.note('The best of Nostr'), A.note('nostr is best')];
  await say(['EVENT', stored], ['EVENT', A.note('the best')]);
  assert.deepEqual((await say(['REQ', 's', { search: 'nostr best' }]))[0], ['EVENT', 's', stored]);
  assert.deepEqual((await say(['EVENT', live], ['EVENT', A.note('nostr')])).slice(1, 2), [
    ['EVENT', 's', live],
  ]);
});

test('`ids: []` matches nothing, stored or live', async () => {
  const { say } = connect();
  await say(['EVENT', A.note('1')]);
  assert.deepEqual(await say(['REQ', 's', { ids: [] }]), [['EOSE', 's']]);
  assert.equal((await say(['EVENT', A.note('2')])).length, 1);
});

test('one connection has at most 200 subscriptions; replacing one is always possible', async () => {
  const { say } = connect();
  const frames = await say(...Array.from({ length: 201 }, (_, i) => ['REQ', `s${i}`, { limit: 0 }]));
  assert.equal(frames.filter(([verb]) => verb === 'EOSE').length, 200);
  const [, id, message] = frames.find(([verb]) => verb === 'CLOSED')!;
  assert.equal(id, 's200');
  assert.match(message, /^rate-limited: at most 200/);
  assert.deepEqual(await say(['REQ', 's7', { limit: 0 }]), [['EOSE', 's7']]);
});

test('a filter without limit and a larger one get at most maxLimit; the hint tells', async () => {
  const { say } = connect(hubOf({ maxLimit: 2, eoseHint: true }));
  await say(...[1, 2, 3].map(second => ['EVENT', A.note('x', second)]));
  for (const filter of [{}, { limit: 1000 }]) {
    const frames = await say(['REQ', 's', filter]);
    assert.equal(frames.length, 3);
    assert.deepEqual(frames[2], ['EOSE', 's', ['more']]);
  }
  assert.deepEqual((await say(['REQ', 's', { since: 2 }]))[2], ['EOSE', 's', ['finish']]);
});

test('COUNT counts distinct events over all filters, beyond any limit', async () => {
  const { say } = connect(hubOf({ maxLimit: 1 }));
  await say(...[1, 2, 3].map(second => ['EVENT', A.note('x', second)]));
  const answer = await say(['COUNT', 'c', { since: 2 }, { until: 2, limit: 1 }]);
  assert.deepEqual(answer, [['COUNT', 'c', { count: 3 }]]);
});

test('a COUNT with a tag condition brings HyperLogLog registers', async () => {
  const { say } = connect();
  const target = 'f'.repeat(64);
  await say(...[A, B, C].map(one => ['EVENT', one.sign({ kind: 7, tags: [['e', target]] })]));
  const [[, , { count, hll }]] = (await say(['COUNT', 'c', { kinds: [7], '#e': [target] }])) as [Frame];
  assert.equal(count, 3);
  assert.match(hll, /^[0-9a-f]{512}$/);
  assert.equal(hll.match(/../g).filter((register: string) => register !== '00').length, 3);
});

test('an event that has expired since is neither found nor counted', async () => {
  let now = T0;
  const { say } = connect(hubOf({ now: () => now * 1000 }));
  await say(['EVENT', A.note('x', T0, [['expiration', `${T0 + 10}`]])]);
  assert.equal((await say(['REQ', 's', {}])).length, 2);
  now += 10;
  assert.deepEqual(await say(['REQ', 's', {}], ['COUNT', 'c', {}]), [
    ['EOSE', 's'],
    ['COUNT', 'c', { count: 0 }],
  ]);
});

test('a challenge comes once, before the first auth-required; the author then publishes what is protected', async () => {
  const { say } = connect();
  const locked = A.note('x', T0, [['-']]);
  const first = await say(['EVENT', locked], ['EVENT', locked]);
  assert.deepEqual(
    first.map(([verb]) => verb),
    ['AUTH', 'OK', 'OK'],
  );
  assert.match(first[1]![3], /^auth-required: /);
  const [wrong, right] = [B.auth('challenge', URL, T0), A.auth('challenge', URL, T0)];
  assert.deepEqual(await say(['AUTH', wrong]), [['OK', wrong.id, true, '']]);
  assert.match((await say(['EVENT', locked]))[0]![3], /^restricted: /);
  assert.deepEqual(await say(['AUTH', right], ['EVENT', locked]), [
    ['OK', right.id, true, ''],
    ['OK', locked.id, true, ''],
  ]);
});

test('AUTH is checked: a challenge must have been sent, and challenge, relay, time, kind and signature must be right', async () => {
  const early = connect();
  const [[, , accepted, message]] = (await early.say(['AUTH', A.auth('challenge', URL, T0)])) as [Frame];
  assert.deepEqual([accepted, message], [false, 'invalid: no challenge was sent on this connection']);

  const { say } = connect(hubOf({ authRequired: true }));
  for (const bad of [
    A.auth('other', URL, T0),
    A.auth('challenge', 'ws://evil.test:7447', T0),
    A.auth('challenge', URL, T0 - 601),
    A.auth('challenge', URL, T0 + 601),
    A.sign({ kind: 1, tags: A.auth('challenge', URL, T0).tags }),
    withBrokenSignature(A.auth('challenge', URL, T0)),
  ]) {
    const answer = (await say(['AUTH', bad])).find(([verb]) => verb === 'OK')!;
    assert.deepEqual([answer[1], answer[2]], [bad.id, false]);
    assert.match(answer[3], /^invalid: /);
  }
  assert.equal((await say(['AUTH', 7]))[0]![0], 'NOTICE');
  assert.equal((await say(['AUTH', A.auth('challenge', 'ws://LOCALHOST:7447/', T0)]))[0]![2], true);
});

test('AUTH sent again is verified once, and a connection has a bounded number of keys', async () => {
  let verified = 0;
  const verify = (events: readonly never[]) => {
    verified += events.length;
    return events.map(() => 'valid' as const);
  };
  const { say } = connect(hubOf({ authRequired: true, verifier: { ...noble, verify } }));
  const again = ['AUTH', A.auth('challenge', URL, T0)];
  const answers = await say(...Array.from({ length: 50 }, () => again));
  assert.equal(answers.filter(([verb, , accepted]) => verb === 'OK' && accepted).length, 50);
  assert.equal(verified, 1);
  const others = Array.from({ length: 101 }, (_, i) => ['AUTH', B.auth('challenge', URL, T0 - i)]);
  const last = (await say(...others)).slice(-2);
  assert.deepEqual(
    last.map(([, , accepted]) => accepted),
    [false, false],
  );
  assert.match(`${last[0]![3]}`, /^rate-limited: at most 100/);
});

test('under authentication everything waits for AUTH, and gift wraps go to their reader alone', async () => {
  const hub = hubOf({ authRequired: true });
  const [a, b] = [connect(hub), connect(hub)];
  assert.deepEqual(a.heard(), [['AUTH', 'challenge']]);
  const note = A.note('x');
  const refused = await a.say(['REQ', 's', {}], ['COUNT', 's', {}], ['EVENT', note]);
  assert.deepEqual(
    refused.map(([verb]) => verb),
    ['CLOSED', 'CLOSED', 'OK'],
  );
  for (const frame of refused) assert.match(frame.at(-1), /^auth-required: /);

  await a.say(['AUTH', A.auth('challenge', URL, T0)]);
  await b.say(['AUTH', B.auth('challenge', URL, T0)]);
  await a.say(['REQ', 's', { limit: 0 }]);
  await b.say(['REQ', 's', { limit: 0 }]);
  for (const kind of [1059, 21059]) {
    const wrap = C.sign({ kind, tags: [['p', B.publicKey]] });
    assert.deepEqual(await a.say(['EVENT', wrap]), [['OK', wrap.id, true, '']]);
    assert.deepEqual(b.heard(), [['EVENT', 's', wrap]]);
  }
  assert.deepEqual(await a.say(['REQ', 't', { kinds: [1059] }], ['COUNT', 'c', { kinds: [1059] }]), [
    ['EOSE', 't'],
    ['COUNT', 'c', { count: 0 }],
  ]);
  assert.deepEqual((await b.say(['COUNT', 'c', { kinds: [1059] }]))[0]![2].count, 1);
});

test('an AUTH event sent as EVENT is refused and reaches nobody', async () => {
  const { say } = connect();
  await say(['REQ', 's', {}]);
  const auth = A.auth('c', URL, T0);
  const answers = await say(['EVENT', auth]);
  assert.equal(answers.length, 1);
  assert.deepEqual(answers[0]!.slice(0, 3), ['OK', auth.id, false]);
});

test('a reader too slow for live events loses the subscription and is told', async () => {
  const hub = hubOf();
  const [slow, writer] = [connect(hub), connect(hub)];
  await slow.say(['REQ', 's', {}]);
  slow.heard();
  slow.transport.backlog = 17 * 1024 * 1024;
  await writer.say(['EVENT', A.note('1')], ['EVENT', A.note('2')]);
  const frames = slow.heard();
  assert.deepEqual(
    frames.map(([verb]) => verb),
    ['EVENT', 'CLOSED'],
  );
  assert.match(frames[1]![2], /^error: too slow/);
});

test('events sent just before the client left are still taken', async () => {
  const hub = hubOf();
  const { session } = connect(hub);
  session.receive(JSON.stringify(['EVENT', A.note('last words')]));
  session.close();
  await session.idle();
  assert.equal(hub.settings.store.size, 1);
});

test('when the verifier breaks, the event is answered with an error and the dialogue goes on', async () => {
  const lines: string[] = [];
  const verifier = { ...noble, verify: () => Promise.reject(new Error('the worker died')) };
  const { say } = connect(hubOf({ verifier, log: line => lines.push(line) }));
  const note = A.note('x');
  const answers = await say(['EVENT', note], ['COUNT', 'c', {}]);
  assert.deepEqual(
    answers.map(frame => frame[0]),
    ['OK', 'COUNT'],
  );
  assert.match(answers[0]![3], /^error: /);
  assert.deepEqual(lines, ['events could not be verified: the worker died']);
});

test('a store that breaks costs one refusal, not the relay', async () => {
  const lines: string[] = [];
  const store = memoryStore();
  store.add =
    store.query =
    store.count =
      () => {
        throw new Error('disk full');
      };
  const { say } = connect(hubOf({ store, log: line => lines.push(line) }));
  const note = A.note('x');
  const failure = 'error: the relay failed on this';
  assert.deepEqual(await say(['EVENT', note], ['REQ', 's', {}], ['COUNT', 'c', {}]), [
    ['OK', note.id, false, failure],
    ['CLOSED', 's', failure],
    ['CLOSED', 'c', failure],
  ]);
  assert.equal(lines.length, 3);
  assert.match(lines[0]!, /disk full/);
});

test('signatures are checked in batches, and no more at once than the verifier likes', async () => {
  const sizes: number[] = [];
  const verifier = {
    ...noble,
    batchSize: 4,
    verify: (events: readonly never[]) => {
      sizes.push(events.length);
      return noble.verify(events);
    },
  };
  const { say } = connect(hubOf({ verifier }));
  await say(...Array.from({ length: 6 }, (_, i) => ['EVENT', A.note(`${i}`)]));
  assert.deepEqual(sizes, [4, 2]);
});

test('frames of any shape are answered at most once each, and never bring the relay down', async () => {
  const verb = fc.constantFrom('EVENT', 'REQ', 'CLOSE', 'AUTH', 'COUNT', 'FOO');
  const part = fc.oneof(
    fc.jsonValue(),
    fc.constant('s'),
    fc.record({ ids: fc.jsonValue(), limit: fc.jsonValue() }),
  );
  const frame = fc.oneof(
    fc.tuple(verb, part, part).map(parts => JSON.stringify(parts)),
    fc.json(),
    fc.string(),
    fc.constant('['.repeat(9_000)),
    fc.constant(`["EVENT",${'['.repeat(9_000)}${']'.repeat(9_000)}]`),
  );
  const property = fc.asyncProperty(fc.array(frame, { maxLength: 20 }), async frames => {
    const { say } = connect();
    assert.ok((await say(...frames)).length <= frames.length);
    assert.deepEqual(await say(['COUNT', 'alive', {}]), [['COUNT', 'alive', { count: 0 }]]);
  });
  await fc.assert(property, { numRuns: 50 });
});

test('a frame nested as deeply as a frame can be is answered', async () => {
  const { say } = connect();
  const nest = `${'['.repeat(500_000)}${']'.repeat(500_000)}`;
  for (const frame of [nest, `["EVENT",${nest}]`, `["AUTH",${nest}]`]) {
    assert.deepEqual(
      (await say(frame)).map(([verb]) => verb),
      ['NOTICE'],
    );
  }
  assert.equal((await say(`["REQ","s",${nest}]`))[0]![0], 'CLOSED');
  assert.equal((await say(`["REQ","s",{"ids":${nest}}]`))[0]![0], 'CLOSED');
});

test('an event that is refused unparsed is answered with OK, for its id can be read', async () => {
  const { say } = connect();
  const id = 'ab'.repeat(32);
  const [answer] = await say(`["EVENT",{"tags":[${'["a"],'.repeat(31_000)}["a"]],"id":"${id}"}]`);
  assert.deepEqual(answer?.slice(0, 3), ['OK', id, false]);
  assert.match(`${answer?.[3]}`, /^invalid: too many tags: at most 10000/);
});

// What was done to the relay to hurt it, and what it must still do: answer others, keep its memory small, and end with 0
// when it is told to.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Event } from '../../src/protocol/event.ts';
import { encodeHttpAuth, httpAuthTemplate } from '../../src/protocol/nip98.ts';
import { A, B, withBrokenSignature } from '../support/people.ts';
import { RawClient } from '../support/raw-client.ts';
import { handshake, Served, until } from '../support/served.ts';
import { encodeFrame } from '../support/websocket-bytes.ts';

const MB = 1024 * 1024;

/** `npm run soak` tries everything with both stores, and with more of it; what is bounded is the same. */
const thorough = process.env['NOST_SOAK'] !== undefined;

/** What another client's answer may take, in processor time of the relay: on an idle machine it is the time itself. */
const MOST_MS = 500;

/** The flags of a store: nothing, or one of its own in a folder. */
async function storeFlags(t: TestContext, store: string): Promise<string[]> {
  if (store === 'memory') return [];
  const folder = await mkdtemp(join(tmpdir(), 'nost-attack-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return ['--store', folder];
}

const clientFrame = (text: string) => encodeFrame(Buffer.from(text), { masked: true });

test('300 clients that never read are dropped; who reads gets every event', { timeout: 600_000 }, async t => {
  const relay = await Served.start(t);
  const question = clientFrame('["REQ","s",{"kinds":[20001]}]');
  for (let i = 0; i < 300; i++) {
    const socket = await relay.dial(handshake());
    await once(socket, 'readable');
    socket.read();
    socket.write(question);
    await once(socket, 'readable'); // the EOSE; from here on it reads nothing
  }
  const reader = await RawClient.connect(relay.url);
  reader.send(['REQ', 's', { kinds: [20001] }]);
  await reader.nextLike('EOSE', 's');
  const writer = await RawClient.connect(relay.url);
  const content = 'x'.repeat(64 * 1024);
  for (let i = 0; i < 320; i++)
    writer.send(['EVENT', A.sign({ kind: 20001, content, created_at: 1_700_000_000 + i })]);
  const other = await RawClient.connect(relay.url);
  assert.deepEqual(await other.query({}), []);
  for (let i = 0; i < 320; i++) await reader.nextLike('EVENT', 's');
  for (let i = 0; i < 320; i++) assert.equal((await writer.nextLike('OK'))[2], true);
  assert.match(relay.log, /dropped: it does not read/);
  assert.ok(relay.peakMemory < 300 * MB, `${relay.peakMemory / MB} MB`);
  assert.equal((await other.publish(B.note('still here')))[2], true);
  assert.equal(await relay.terminate(), 0);
});

const many = (count: number, frame: (i: number) => Buffer) =>
  Buffer.concat(Array.from({ length: count }, (_, i) => frame(i)));
const text = (words: string) => encodeFrame(Buffer.from(words), { masked: true });

/** What one connection sends. */
const FLOODS: Record<string, () => Buffer> = {
  'a million tags': () =>
    many(6, () => text(`["EVENT",{"id":"${'0'.repeat(64)}","tags":[${'["a"],'.repeat(170_000)}["a"]]}]`)),
  'ten thousand filters': () => many(20, i => text(`["REQ","s${i}"${',{}'.repeat(10_000)}]`)),
  'a hundred filters of many tag conditions, counted': () =>
    many(20, i =>
      text(
        `["COUNT","c${i}"${`,{${'abcdefghijklmnopqrstuvwxyz'.replace(/./g, t => `"#${t}":["x","y"],`)}"limit":1}`.repeat(100)}]`,
      ),
    ),
  'subscription ids': () => many(20_000, i => text(`["REQ","s${i}",{}]`)),
  'heavy filters': () =>
    many(20, i => text(`["REQ","s${i}",{"ids":["${Array(15_000).fill('0'.repeat(64)).join('","')}"]}]`)),
  'deep nesting': () => many(8, () => text('['.repeat(1_000_000))),
  'binary frames': () => many(20_000, () => encodeFrame(Buffer.from([1, 2, 3]), { masked: true, opcode: 2 })),
  pings: () => many(50_000, () => encodeFrame(Buffer.alloc(100), { masked: true, opcode: 9 })),
  fragments: () =>
    many(100_000, i => encodeFrame(Buffer.from('['), { masked: true, opcode: i === 0 ? 1 : 0, fin: false })),
  'a frame that announces too much': () => encodeFrame(Buffer.from('['), { masked: true, length: 2 ** 40 }),
  'text that is not UTF-8': () => encodeFrame(Buffer.from([0x5b, 0xff, 0xfe]), { masked: true }),
  'a compressed frame': () => encodeFrame(Buffer.alloc(1000), { masked: true, rsv: 4 }),
};

test('floods of one client each', { timeout: 600_000 }, async t => {
  const relay = await Served.start(t);
  const other = await RawClient.connect(relay.url);
  await other.publish(B.note('here'));
  const before = relay.descriptors;
  for (const [name, flood] of Object.entries(FLOODS)) {
    const attackers = await Promise.all([1, 2, 3].map(() => relay.dial(handshake())));
    await Promise.all(attackers.map(attacker => once(attacker, 'data')));
    const bytes = flood();
    const worst = await relay.watched(t);
    for (const attacker of attackers) attacker.pause().write(bytes);
    for (let i = 0; i < 20; i++) assert.equal((await other.query({ limit: 1 })).length, 1, name);
    const slowest = await worst();
    t.diagnostic(`${name}: ${Math.round(slowest)} ms, ${Math.round(relay.peakMemory / MB)} MB at most`);
    assert.ok(slowest < MOST_MS, `${name}: another client waited ${slowest} ms`);
    for (const attacker of attackers) attacker.destroy();
    await until(() => relay.descriptors <= before);
  }
  assert.ok(relay.peakMemory < 300 * MB, `${relay.peakMemory / MB} MB`);
  assert.equal(await relay.terminate(), 0);
});

test('messages that never end, from many clients', { timeout: 600_000 }, async t => {
  const relay = await Served.start(t);
  const half = encodeFrame(Buffer.alloc(1_000_000, '['), { masked: true, length: 1_000_001 });
  for (let i = 0; i < 150; i++) {
    const attacker = await relay.dial(handshake());
    await once(attacker, 'data');
    attacker.write(half);
  }
  await until(() => relay.log.includes('dropped: it sends too much'));
  const other = await RawClient.connect(relay.url);
  assert.deepEqual(await other.query({}), []);
  assert.ok(relay.peakMemory < 300 * MB, `${relay.peakMemory / MB} MB`);
  assert.equal(await relay.terminate(), 0);
});

test('SIGTERM ends it with 0 while 200 sockets of every kind hang', { timeout: 600_000 }, async t => {
  const relay = await Served.start(t);
  const before = relay.descriptors;
  for (let i = 0; i < 40; i++) {
    await relay.dial(handshake('/wrong'));
    await relay.dial(handshake().replace('localhost', 'evil.test'));
  }
  await until(() => relay.descriptors <= before); // though none of these clients ends its connection
  for (let i = 0; i < 40; i++) {
    await relay.dial();
    await relay.dial('GET / HTTP/1.1\r\nhost: loc');
    await relay.dial(handshake());
    (await relay.dial(handshake())).end();
    await relay.dial(handshake() + text('["REQ","s",{}]').toString('latin1').slice(0, 9));
  }
  assert.deepEqual(await (await RawClient.connect(relay.url)).query({}), []);
  assert.equal(await relay.terminate(), 0);
});

test('SIGTERM ends it with 0 while a policy program is silent, and the event is refused', async t => {
  const relay = await Served.start(t, '--policy', 'sleep 100');
  const writer = await RawClient.connect(relay.url);
  writer.send(['EVENT', A.note('x')]);
  await until(() => relay.log.includes('EVENT'));
  assert.equal(await relay.terminate(), 0);
  assert.deepEqual((await writer.nextLike('OK')).slice(2, 3), [false]);
});

for (const store of ['memory', 'a database'])
  test(`long searches, and searches for what is published: ${store}`, { timeout: 600_000 }, async t => {
    const relay = await Served.start(t, ...(await storeFlags(t, store)));
    const attacker = await RawClient.connect(relay.url);
    const hard = `${'a'.repeat(60)}b`;
    assert.equal((await attacker.publish(A.note('a'.repeat(900_000))))[2], true);
    const worst = await relay.watched(t);
    attacker.send(['REQ', 'long', { search: hard + 'a'.repeat(20_000) }]);
    assert.match((await attacker.nextLike('CLOSED', 'long'))[2], /too expensive: a search/);
    const searches = Array.from({ length: 100 }, (_, i) => ({ search: `${hard}${i}` }));
    for (let i = 0; i < 20; i++) attacker.send(['REQ', `s${i}`, ...searches]);
    await attacker.next(([verb, id]) => (verb === 'CLOSED' || verb === 'EOSE') && id === 's19');
    for (const kind of [1, 20_001])
      assert.equal((await attacker.publish(A.sign({ kind, content: `${'a'.repeat(900_000)}!` })))[2], true);
    const waited = await worst();
    assert.ok(waited < MOST_MS, `${waited} ms`);
    assert.equal(await relay.terminate(), 0);
  });

let requests: Event[] | undefined;

/** 3,000 of them, signed once. */
function requestsToVanish(): Event[] {
  requests ??= Array.from({ length: 3000 }, (_, i) =>
    A.sign({ kind: 62, tags: [['relay', 'ALL_RELAYS']], created_at: 1_700_000_000 + i }),
  );
  return requests;
}

for (const store of ['memory', 'a database'])
  test(`3,000 requests to vanish, from 30 clients at once: ${store}`, { timeout: 600_000 }, async t => {
    const relay = await Served.start(t, ...(await storeFlags(t, store)));
    const requests = requestsToVanish();
    const clients = await Promise.all(Array.from({ length: 30 }, () => RawClient.connect(relay.url)));
    const worst = await relay.watched(t);
    for (const [i, client] of clients.entries())
      for (const request of requests.slice(100 * i, 100 * i + 100)) client.send(['EVENT', request]);
    for (const client of clients)
      for (let i = 0; i < 100; i++) await client.next(([verb]) => verb === 'OK', 60_000);
    const waited = await worst();
    assert.ok(waited < MOST_MS, `${waited} ms`);
    assert.equal(await relay.terminate(), 0);
  });

const LARGE = 60;

/** Events of up to 0.9 MB and as many tags as there may be, made of `tag`. */
function largeEvents(kind: number, tag: (text: string) => string[]): Event[] {
  return Array.from({ length: LARGE }, (_, i) => {
    const tags = Array.from({ length: 10_000 }, (_, j) => tag(`${i}000${j}`));
    return A.sign({ kind, tags, content: '', created_at: 1_700_000_000 + i });
  });
}

let large: Event[] | undefined;

/** Of what the largest events are; those of kind 1 are signed once. */
const LARGEST = {
  events: () => (large ??= largeEvents(1, text => ['t', text.padEnd(80, 'x')])),
  deletions: () => largeEvents(5, text => ['e', text.padStart(64, 'a')]),
};

const TIMES = thorough ? 5 : 2;

async function dialled(relay: Served): Promise<Socket> {
  const socket = await relay.dial(handshake());
  await once(socket, 'data');
  return socket;
}

/** Whoever waits long is asked whether it is still there. */
const PING = Buffer.of(0x89, 0);
const PONG = Buffer.of(0x8a, 0x80, 0, 0, 0, 0);

/** What each of many clients does with a large event. */
const WAYS: Record<string, (relay: Served, frame: Buffer) => Promise<void>> = {
  'that wait for the answer': async (relay, frame) => {
    const socket = await dialled(relay);
    socket.write(frame);
    const next = async () =>
      (await Promise.race(['data', 'end', 'close'].map(event => once(socket, event))))[0];
    let answer = await next();
    for (; Buffer.isBuffer(answer) && PING.equals(answer); answer = await next()) socket.write(PONG);
    assert.match(`${answer}`, /\["OK","[0-9a-f]{64}",true/);
  },
  'that leave when they have sent it, again and again': async (relay, frame) => {
    for (let i = 0; i < TIMES; i++) {
      const socket = await dialled(relay);
      await new Promise(resolve => socket.write(frame, resolve));
      socket.destroy();
    }
  },
};

for (const store of ['memory', 'a database'])
  for (const [what, way, usually] of [
    ['events', 'that wait for the answer', 'a database'],
    ['events', 'that leave when they have sent it, again and again', 'memory'],
    ['deletions', 'that wait for the answer', 'memory'],
  ] as const) {
    if (store !== usually && !thorough) continue;
    test(`${LARGE} clients with the largest ${what}, ${way}: ${store}`, { timeout: 600_000 }, async t => {
      const frames = LARGEST[what]().map(event => clientFrame(JSON.stringify(['EVENT', event])));
      const relay = await Served.start(t, ...(await storeFlags(t, store)));
      await (await RawClient.connect(relay.url)).publish(B.note('the newest', 1_800_000_000));
      const worst = await relay.watched(t);
      const most = relay.mostMemory(t);
      await Promise.all(frames.map(frame => WAYS[way]!(relay, frame)));
      const [waited, memory] = [await worst(), most()];
      t.diagnostic(`${Math.round(waited)} ms, ${Math.round(memory / MB)} MB at most`);
      assert.ok(waited < MOST_MS, `${waited} ms`);
      assert.ok(memory < 300 * MB, `${memory / MB} MB`);
      assert.equal(await relay.terminate(), 0);
    });
  }

for (const [store, count] of [
  ['memory', 40],
  ['a database', thorough ? 40 : 20],
] as const)
  test(`a deletion of ${count} of the largest events: ${store}`, { timeout: 600_000 }, async t => {
    const relay = await Served.start(t, ...(await storeFlags(t, store)));
    const [author, other] = [await RawClient.connect(relay.url), await RawClient.connect(relay.url)];
    const events = LARGEST.events().slice(0, count);
    for (const event of events) assert.equal((await author.publish(event))[2], true);
    const request = A.deletion(
      events.map(({ id }) => ['e', id]),
      1_800_000_000,
    );
    const worst = await relay.watched(t);
    author.send(['EVENT', request]);
    assert.equal((await author.next(([verb]) => verb === 'OK', 60_000))[2], true);
    assert.deepEqual(await other.query({}), [request]);
    const waited = await worst();
    t.diagnostic(`${Math.round(waited)} ms`);
    assert.ok(waited < MOST_MS, `${waited} ms`);
    assert.equal(await relay.terminate(), 0);
  });

/** Connections whose client sends the same bytes at once, and reads every answer. */
async function readingClients(relay: Served, count: number, bytes: Buffer): Promise<Socket[]> {
  const sockets = await Promise.all(Array.from({ length: count }, () => relay.dial(handshake())));
  await Promise.all(sockets.map(socket => once(socket, 'data')));
  for (const socket of sockets) socket.write(bytes);
  return sockets;
}

/** Resolves when the answer to a question named "last" has come, or the connection has ended. */
async function saysLast(socket: Socket): Promise<void> {
  let tail = '';
  for await (const data of socket) {
    tail = (tail + data.toString('latin1')).slice(-4000);
    if (tail.includes('"last"')) return;
  }
}

/** What many clients send at once: each a little. */
const CROWDS: Record<string, { clients: number; bytes: () => Buffer }> = {
  'events whose signatures do not verify': {
    clients: 200,
    bytes: () => many(128, () => text(JSON.stringify(['EVENT', withBrokenSignature(A.note('x'))]))),
  },
  'short questions': {
    clients: thorough ? 300 : 100,
    bytes: () => many(300, i => text(`["REQ","s${i % 150}",{"kinds":[1],"limit":3,"#t":["${i}"]}]`)),
  },
};

for (const [name, { clients, bytes }] of Object.entries(CROWDS))
  test(`${clients} clients at once: ${name}`, { timeout: 600_000 }, async t => {
    const relay = await Served.start(t);
    const worst = await relay.watched(t);
    const sockets = await readingClients(relay, clients, Buffer.concat([bytes(), text('["REQ","last"]')]));
    await Promise.all(sockets.map(saysLast));
    const waited = await worst();
    t.diagnostic(`${name}: ${Math.round(waited)} ms, ${Math.round(relay.peakMemory / MB)} MB`);
    assert.ok(waited < MOST_MS, `${waited} ms`);
    assert.ok(relay.peakMemory < 300 * MB, `${relay.peakMemory / MB} MB`);
    assert.equal(await relay.terminate(), 0);
  });

/** Of each connection; all of them at once would take seconds. */
const CALLS = thorough ? 20 : 8;

test('calls of management whose signatures do not verify, from 100 connections', {
  timeout: 600_000,
}, async t => {
  const relay = await Served.start(t, '--admin', A.publicKey);
  const body = '{"method":"supportedmethods","params":[]}';
  const url = relay.url.replace('ws', 'http');
  const now = Math.floor(Date.now() / 1000);
  const template = httpAuthTemplate({ method: 'POST', url, body: Buffer.from(body) }, now);
  const authorization = encodeHttpAuth(withBrokenSignature(A.sign(template)));
  const call = `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/nostr+json+rpc\r\nauthorization: ${authorization}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const worst = await relay.watched(t);
  const sockets = await Promise.all(Array.from({ length: 100 }, () => relay.dial()));
  let answers = 0;
  for (const socket of sockets) {
    socket.on('data', data => {
      answers += data.toString('latin1').split('401 Unauthorized').length - 1;
    });
    socket.write(call.repeat(CALLS));
  }
  await until(() => answers >= 100 * CALLS, 60_000);
  const waited = await worst();
  assert.ok(waited < MOST_MS, `${waited} ms`);
  assert.equal(await relay.terminate(), 0);
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import test, { type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { IoError } from '../../../src/errors.ts';
import type { Verifier } from '../../../src/verify/verifier.ts';
import { noble } from '../../support/noble.ts';
import { A, B } from '../../support/people.ts';
import { RawClient } from '../../support/raw-client.ts';
import { type NostOptions, startNost } from '../../support/relays.ts';

/** A relay that ends with its test. */
async function relayFor(t: TestContext, options: NostOptions = {}) {
  const { relay } = await startNost(options);
  t.after(() => relay.close(1000));
  return relay;
}

const httpUrl = (url: string) => url.replace('ws:', 'http:');

test('it listens on a free port of the loopback and says where', async t => {
  const relay = await relayFor(t);
  assert.equal(relay.host, '127.0.0.1');
  assert.ok(relay.port > 0);
  assert.equal(relay.url, `ws://127.0.0.1:${relay.port}`);
});

test('an IPv6 host stands in brackets', async t => {
  const relay = await relayFor(t, { host: '::1' }).catch(() => undefined);
  if (!relay) return t.skip('this machine has no IPv6 loopback');
  assert.equal(relay.url, `ws://[::1]:${relay.port}`);
  const client = await RawClient.connect(relay.url);
  assert.deepEqual(await client.query({}), []);
});

test('a port in use and a host that is not ours are I/O errors with a hint', async t => {
  const { port } = await relayFor(t);
  const failure = (code: string) => (error: unknown) =>
    error instanceof IoError && error.code === code && error.hint !== undefined;
  await assert.rejects(startNost({ port }), failure('port_in_use'));
  await assert.rejects(startNost({ host: '192.0.2.1' }), failure('bad_host'));
});

test('the NIP-11 document is served on the same URL, with CORS; other paths are 404', async t => {
  const relay = await relayFor(t, { maxLimit: 77, version: '9.9.9' });
  const headers = { accept: 'application/nostr+json' };
  const answer = await fetch(httpUrl(relay.url), { headers });
  assert.equal(answer.headers.get('content-type'), 'application/nostr+json');
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  const document = (await answer.json()) as { version: string; limitation: { max_limit: number } };
  assert.deepEqual([document.version, document.limitation.max_limit], ['9.9.9', 77]);
  assert.equal((await fetch(httpUrl(relay.url), { method: 'OPTIONS' })).status, 204);
  assert.equal((await fetch(`${httpUrl(relay.url)}/other`, { headers })).status, 404);
  assert.match(await (await fetch(httpUrl(relay.url))).text(), /Nostr relay/);
});

test('a WebSocket on another path is answered 404; a query is no other path', async t => {
  const relay = await relayFor(t);
  await assert.rejects(RawClient.connect(`${relay.url}/chat`), /404/);
  const client = await RawClient.connect(`${relay.url}/?key=1`);
  assert.deepEqual(await client.query({}), []);
});

test('an upgrade to something else is refused without harm', async t => {
  const relay = await relayFor(t);
  const question = request(httpUrl(relay.url), { headers: { connection: 'upgrade', upgrade: 'h2c' } });
  question.end();
  const [answer] = await once(question, 'response');
  assert.equal(answer.statusCode, 400);
  answer.resume();
});

test('garbage instead of HTTP ends that connection only', async t => {
  const relay = await relayFor(t);
  const socket = connect(relay.port, '127.0.0.1');
  socket.end('\u0000\u0001garbage\r\n\r\n');
  socket.resume();
  await once(socket, 'close');
  assert.deepEqual(await (await RawClient.connect(relay.url)).query({}), []);
});

test('a binary frame gets a NOTICE and the dialogue goes on', async t => {
  const client = await RawClient.connect((await relayFor(t)).url);
  client.send(new Uint8Array([0, 255, 1]));
  assert.match((await client.nextLike('NOTICE'))[1], /binary/);
  assert.deepEqual(await client.query({}), []);
});

test('text that is not UTF-8 closes with 1007', async t => {
  const relay = await relayFor(t);
  const socket = new WebSocket(relay.url);
  await once(socket, 'open');
  socket.send(Buffer.from([0x5b, 0xff, 0xfe]), { binary: false });
  const [code] = await once(socket, 'close');
  assert.equal(code, 1007);
});

test('a frame up to the advertised length is read, a longer one closes with 1009', async t => {
  const relay = await relayFor(t);
  const client = await RawClient.connect(relay.url);
  const room = 1024 * 1024 - Buffer.byteLength(JSON.stringify(['EVENT', A.note('')]));
  const big = A.note('x'.repeat(room));
  assert.equal((await client.publish(big))[2], true);
  assert.deepEqual(await client.query({ ids: [big.id] }), [big]);
  client.send(`["NOTICE","${'x'.repeat(1024 * 1024)}"]`);
  assert.equal((await client.closed).code, 1009);
});

test('compression is not offered', async t => {
  const relay = await relayFor(t);
  const socket = new WebSocket(relay.url, { perMessageDeflate: true });
  await once(socket, 'open');
  assert.equal(socket.extensions, '');
  socket.close();
});

test('each connection gets its own challenge, and localhost is a name of the loopback', async t => {
  const relay = await relayFor(t, { auth: true });
  const clients = await Promise.all([RawClient.connect(relay.url), RawClient.connect(relay.url)]);
  const challenges = await Promise.all(clients.map(async client => (await client.nextLike('AUTH'))[1]));
  assert.notEqual(challenges[0], challenges[1]);
  const now = Math.floor(Date.now() / 1000);
  const authenticate = async (i: 0 | 1, url: string) => {
    const auth = A.auth(challenges[i], url, now);
    clients[i].send(['AUTH', auth]);
    return (await clients[i].nextLike('OK', auth.id))[2];
  };
  assert.equal(await authenticate(0, relay.url), true);
  assert.equal(await authenticate(1, `ws://elsewhere.test:${relay.port}`), false);
  assert.equal(await authenticate(1, `ws://localhost:${relay.port}`), true);
});

test('with a service URL no other name will do', async t => {
  const relay = await relayFor(t, { auth: true, serviceUrl: 'wss://relay.test' });
  const client = await RawClient.connect(relay.url);
  const [, challenge] = await client.nextLike('AUTH');
  const now = Math.floor(Date.now() / 1000);
  for (const [url, accepted] of [
    [relay.url, false],
    ['wss://relay.test/', true],
  ] as const) {
    const auth = A.auth(challenge, url, now);
    client.send(['AUTH', auth]);
    assert.equal((await client.nextLike('OK', auth.id))[2], accepted);
  }
});

test('what the store holds is there from the start, and the counters count', async t => {
  const relay = await relayFor(t, { seed: [A.note('1'), B.note('2')] });
  const client = await RawClient.connect(relay.url);
  client.send(['REQ', 's', {}]);
  await client.nextLike('EOSE', 's');
  assert.deepEqual(relay.stats(), { events: 2, connections: 1, subscriptions: 1 });
});

test('a reader that stops gets its stored events when it goes on; meanwhile they are not all in memory', async t => {
  const seed = Array.from({ length: 300 }, (_, i) => A.note('x'.repeat(100_000), i));
  const relay = await relayFor(t, {
    seed,
    verifier: { engine: 'none', batchSize: 300, verify: events => events.map(() => 'valid') },
  });
  const client = await RawClient.connect(relay.url);
  client.send(['REQ', 's', {}]);
  await client.nextLike('EVENT', 's');
  client.pause();
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
  const other = await RawClient.connect(relay.url);
  await other.publish(B.note('live', 500));
  await other.settled();
  const grown = process.memoryUsage().arrayBuffers + process.memoryUsage().external - before;
  assert.ok(grown < 15_000_000, `${grown} bytes more`);
  client.resume();
  assert.equal((await client.next(frame => frame[2]?.content === 'live'))[2].created_at, 500);
  const events = client.received.filter(([verb]) => verb === 'EVENT').map(frame => frame[2].created_at);
  assert.equal(events.length, 301);
  assert.deepEqual(client.received.at(-2), ['EOSE', 's']);
});

test('closing answers what was received, says goodbye with 1001 and frees the port', async () => {
  let verify = (): void => {};
  const released = new Promise<void>(resolve => {
    verify = resolve;
  });
  const verifier: Verifier = { ...noble, verify: events => released.then(() => noble.verify(events)) };
  const { relay } = await startNost({ verifier });
  const client = await RawClient.connect(relay.url);
  for (let i = 0; i < 20; i++) client.send(['EVENT', A.note(`${i}`)]);
  await client.delivered();
  const closed = relay.close(5000);
  verify();
  await closed;
  assert.equal((await client.closed).code, 1001);
  assert.equal(client.received.filter(([verb]) => verb === 'OK').length, 20);
  const again = await startNost({ port: relay.port });
  await again.close();
});

test('a client that does not answer the goodbye is cut at the deadline', async () => {
  const { relay } = await startNost();
  const socket = connect(relay.port, '127.0.0.1');
  socket.write(
    'GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await once(socket, 'data');
  socket.on('error', () => {});
  const gone = once(socket, 'close');
  socket.resume();
  await relay.close(100); // it would wait for ever
  await gone;
});

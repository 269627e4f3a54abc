// Clients that begin something and never end it: each of their connections ends by itself, and none of them holds up the
// end of the relay.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import type { Relay } from '../../../src/server/server.ts';
import { RawClient } from '../../support/raw-client.ts';
import { type NostOptions, startNost } from '../../support/relays.ts';
import { handshake } from '../../support/served.ts';
import { encodeFrame } from '../../support/websocket-bytes.ts';

async function relayFor(t: TestContext, options: NostOptions): Promise<Relay> {
  const { relay } = await startNost(options);
  t.after(() => relay.close(1000));
  return relay;
}

/** A TCP connection that stays open on its side until the test ends. */
async function dial(t: TestContext, { port }: Relay, text = ''): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  t.after(() => socket.destroy());
  socket.on('error', () => {}); // being cut is what it is for
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  return socket;
}

/** What the relay says until it ends the connection. */
async function untilEnd(socket: Socket): Promise<string> {
  let told = '';
  socket.on('data', text => {
    told += text;
  });
  await new Promise<void>(resolve => {
    if (socket.closed || socket.readableEnded) resolve();
    socket.once('end', resolve);
    socket.once('close', resolve);
  });
  return told;
}

/** Each begins something. */
const BEGINNINGS: Record<string, string> = {
  nothing: '',
  'half a line': 'GET / HT',
  'half a head': 'GET / HTTP/1.1\r\nhost: localhost\r\n',
  'half a body': 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nabc',
  'half a call':
    'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/nostr+json+rpc\r\ncontent-length: 100\r\n\r\nabc',
  'a request and no next one': 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'an upgrade on a wrong path': handshake('/wrong'),
  'an upgrade with a wrong host': handshake().replace('localhost', 'evil.test'),
  'an upgrade without a key': handshake().replace(/sec-websocket-key.*\r\n/, ''),
};

for (const [name, beginning] of Object.entries(BEGINNINGS)) {
  test(`the relay ends a connection: ${name}`, async t => {
    const relay = await relayFor(t, { handshakeMs: 100 });
    await untilEnd(await dial(t, relay, beginning));
  });
}

test('slow headers do not buy time', async t => {
  const relay = await relayFor(t, { handshakeMs: 100 });
  const socket = await dial(t, relay, 'GET / HTTP/1.1\r\nhost: localhost\r\n');
  const timer = setInterval(() => socket.write('x-more: 1\r\n'), 10);
  t.after(() => clearInterval(timer));
  await untilEnd(socket);
});

test('all of them at once, and half-open sockets, do not hold up the end', async t => {
  const { relay } = await startNost();
  const sockets = await Promise.all(
    Object.values(BEGINNINGS).flatMap(text => [dial(t, relay, text), dial(t, relay, text)]),
  );
  for (let i = 0; i < 5; i++) {
    const socket = await dial(t, relay, handshake());
    await once(socket, 'data');
    socket.end(i % 2 ? encodeFrame(Buffer.from('["REQ'), { masked: true, fin: false }) : '');
    sockets.push(socket);
  }
  const ends = sockets.map(untilEnd);
  await relay.close(200);
  await Promise.all(ends);
});

test('a client that does not answer a ping is dropped; one that does stays', async t => {
  const relay = await relayFor(t, { heartbeatMs: 500 });
  const alive = await RawClient.connect(relay.url);
  const silent = await dial(t, relay, handshake());
  await once(silent, 'data');
  await untilEnd(silent);
  assert.deepEqual(await alive.query({}), []);
  assert.equal(relay.stats().connections, 1);
});

test('a client whose frames wait because it does not read is dropped, too', async t => {
  const relay = await relayFor(t, { heartbeatMs: 100, seed: [] });
  const socket = await dial(t, relay, handshake());
  await once(socket, 'data');
  socket.pause();
  const question = encodeFrame(Buffer.from(`["REQ","${'x'.repeat(10_000)}",{}]`), { masked: true });
  const timer = setInterval(() => socket.write(Buffer.concat(Array(100).fill(question))), 5);
  t.after(() => clearInterval(timer));
  while (relay.stats().connections > 0) await new Promise(resolve => setTimeout(resolve, 10));
});

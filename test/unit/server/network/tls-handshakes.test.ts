// TLS handshakes that begin and never end: each is ended in bounded time, and none holds up the end of the relay.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { startNost } from '../../../support/relays.ts';
import { RELAY_CERTIFICATE, RELAY_KEY } from '../../../support/tls-front.ts';

const tls = { cert: Buffer.from(RELAY_CERTIFICATE), key: Buffer.from(RELAY_KEY) };

/** The first bytes that a real client sends. */
async function clientHello(): Promise<Buffer> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const client = connectTls({ port: (listener.address() as AddressInfo).port, host: '127.0.0.1' });
  client.on('error', () => {}); // nobody answers it
  const [socket] = (await once(listener, 'connection')) as [Socket];
  const [hello] = await once(socket, 'data');
  client.destroy();
  socket.destroy();
  listener.close();
  return hello;
}

/** Resolves when the relay has ended a connection whose client says so much, and reads. */
async function ended(t: TestContext, port: number, bytes: Buffer): Promise<{ over: Promise<unknown> }> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  t.after(() => socket.destroy());
  socket.on('error', () => {}); // to be cut is what it is for
  await once(socket, 'connect');
  socket.write(bytes);
  socket.resume();
  const over = new Promise<void>(resolve => {
    socket.once('end', resolve);
    socket.once('close', () => resolve());
  });
  return { over };
}

const PARTS = { nothing: () => 0, 'half a hello': (n: number) => n >> 1, 'a hello': (n: number) => n };

for (const [name, length] of Object.entries(PARTS)) {
  test(`${name}, and then silence`, async t => {
    const { url, relay, close } = await startNost({ tls, handshakeMs: 100 });
    t.after(close);
    assert.match(url, /^wss:/);
    const hello = await clientHello();
    const { over } = await ended(t, relay.port, hello.subarray(0, length(hello.length)));
    await over;
  });
}

test('handshakes in every state do not hold up the end', async t => {
  const { relay } = await startNost({ tls });
  const hello = await clientHello();
  const parts = Object.values(PARTS).map(length => hello.subarray(0, length(hello.length)));
  const sockets = await Promise.all([...parts, ...parts].map(bytes => ended(t, relay.port, bytes)));
  await relay.close(200);
  await Promise.all(sockets.map(({ over }) => over));
});

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { parseProxy } from '../../../../src/relay/wire/proxy.ts';
import { PLAIN_ROUTE } from '../../../../src/relay/wire/route.ts';
import { ConnectError, RelaySocket } from '../../../../src/relay/wire/socket.ts';
import { tunnelTo } from '../../../../src/relay/wire/tunnel.ts';
import { TestClock } from '../../../support/clock.ts';

/** A proxy that answers whatever it is told with these bytes. `asked` resolves then, `gone` when the client has left. */
async function proxyThatSays(t: TestContext, answer: string | Buffer) {
  const told = new EventEmitter();
  const [asked, gone] = [once(told, 'asked'), once(told, 'gone')];
  const clients: Socket[] = [];
  const server = createServer(client => {
    clients.push(client);
    client.on('error', () => {});
    client.once('data', () => {
      client.write(answer);
      told.emit('asked');
    });
    client.on('close', () => told.emit('gone'));
    client.resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const client of clients) client.destroy();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked, gone };
}

const openThrough = (proxy: string, options: { connectTimeout?: number; signal?: AbortSignal } = {}) =>
  RelaySocket.open(
    'ws://relay.test',
    {
      connectTimeout: 60_000,
      signal: new AbortController().signal,
      ...options,
      route: { ...PLAIN_ROUTE, proxyFor: () => parseProxy(proxy) },
    },
    () => assert.fail('it opened'),
  );

const isConnectError = (message: RegExp) => (error: unknown) =>
  error instanceof ConnectError && message.test(error.message);

describe('a tunnel through a proxy that is none', () => {
  for (const [name, answer, reason] of [
    ['garbage', 'hello\r\n\r\n', /^proxy http:\/\/127\.0\.0\.1:\d+: ./],
    ['a refusal', 'HTTP/1.1 403 Forbidden\r\n\r\n', /: HTTP 403 Forbidden$/],
    ['a page', 'HTTP/1.1 204 No Content\r\n\r\n', /: HTTP 204 No Content$/],
    ['words before the relay could speak', 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 101', /spoke before the relay/],
  ] as const)
    test(`fails at ${name}, and closes`, async t => {
      const { address, gone } = await proxyThatSays(t, answer);
      await assert.rejects(openThrough(`http://${address}`), isConnectError(reason));
      await gone;
    });

  for (const [name, answer] of [
    ['garbage', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a login nobody knows', Buffer.from([5, 255])],
    ['a refusal', Buffer.from([5, 0, 5, 4, 0, 1, 0, 0, 0, 0, 0, 0])],
  ] as const)
    test(`fails at ${name} of SOCKS, and closes`, async t => {
      const { address, gone } = await proxyThatSays(t, answer);
      await assert.rejects(openThrough(`socks5h://${address}`), isConnectError(/^proxy socks5h:\/\/127/));
      await gone;
    });
});

describe('a tunnel that is given up', () => {
  for (const scheme of ['http', 'socks5h'])
    test(`at the deadline names the ${scheme} proxy and leaves no socket`, async t => {
      const { address, asked, gone } = await proxyThatSays(t, '');
      const clock = new TestClock(t);
      const opening = openThrough(`${scheme}://${address}`, { connectTimeout: 60 });
      void asked.then(() => clock.passUntilSettled(opening));
      await assert.rejects(opening, isConnectError(/^no answer from the proxy \S+ within 0.06 s$/));
      await gone;
    });

  test('by the signal leaves none either', async t => {
    const { address, asked, gone } = await proxyThatSays(t, '');
    const controller = new AbortController();
    const opening = openThrough(`http://${address}`, { signal: controller.signal });
    void asked.then(() => controller.abort());
    await assert.rejects(opening, isConnectError(/interrupted/));
    await gone;
  });
});

test('a name that SOCKS5 wants resolved here is looked up as its caller says, before the proxy is asked', async () => {
  const route = { ...PLAIN_ROUTE, proxyFor: () => parseProxy('socks5://127.0.0.1:1') };
  const names: string[] = [];
  const tunnel = tunnelTo('ws://relay.test', route, (name, _, done) => {
    names.push(name);
    done(new Error('not a public address'), '', 0);
  });
  const opened = new Promise((resolve, reject) => {
    tunnel!.createConnection(undefined, (error, socket) => (error ? reject(error) : resolve(socket)));
  });
  await assert.rejects(opened, /^Error: not a public address$/);
  assert.deepEqual(names, ['relay.test']);
});

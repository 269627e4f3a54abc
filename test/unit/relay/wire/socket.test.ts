import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { PLAIN_ROUTE } from '../../../../src/relay/wire/route.ts';
import { ConnectError, RelaySocket, type SocketOptions } from '../../../../src/relay/wire/socket.ts';
import { TestClock } from '../../../support/clock.ts';
import { startDeflatingRelay } from '../../../support/deflating-relay.ts';
import * as step from '../../../support/scripted-steps.ts';
import { NOBODY, scripted } from '../../../support/wire.ts';

/** An open socket and what its listener was told. */
async function open(url: string, options: Partial<SocketOptions> = {}) {
  const texts: string[] = [];
  const binaries: number[] = [];
  let socket: RelaySocket | undefined;
  let tell: (reason: string) => void = () => {};
  let goodbyes = 0;
  const closed = new Promise<string>(resolve => {
    tell = resolve;
  });
  const arrivals = new EventTarget();
  await RelaySocket.open(
    url,
    { connectTimeout: 60_000, signal: new AbortController().signal, ...options },
    opened => {
      socket = opened;
      return {
        texts: (bytes, ranges) => {
          for (let i = 0; i < ranges.length; i += 2)
            texts.push(bytes.toString('utf8', ranges[i], ranges[i + 1]));
          arrivals.dispatchEvent(new Event('text'));
        },
        binary: bytes => binaries.push(bytes),
        closed: reason => {
          goodbyes++;
          tell(reason);
        },
      };
    },
  );
  const received = async (count: number) => {
    while (texts.length < count) await once(arrivals, 'text');
    return texts;
  };
  return { socket: socket!, texts, binaries, closed, received, goodbyes: () => goodbyes };
}

/** A TCP server that takes connections and says nothing. */
async function mute(t: TestContext): Promise<string> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer(socket => {
    socket.on('error', () => {});
    sockets.add(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const isConnectError = (message: RegExp) => (error: unknown) =>
  error instanceof ConnectError && message.test(error.message);

describe('opening a socket', () => {
  test('hears frames that come in one segment with the handshake', async t => {
    const relay = await scripted(t, [step.auth('early'), step.notice('x'), step.waitClose()]);
    const { socket, received } = await open(relay.url);
    assert.deepEqual(await received(2), ['["AUTH","early"]', '["NOTICE","x"]']);
    await socket.close();
  });

  test('says who it is, and offers no compression', async t => {
    const relay = await scripted(t, [step.waitClose()]);
    const { socket } = await open(relay.url);
    const { headers } = relay.connections[0]!.request;
    assert.equal(headers['user-agent'], 'nost');
    assert.equal(headers['sec-websocket-extensions'], undefined);
    await socket.close();
  });

  test('fails plainly when nobody listens', () =>
    assert.rejects(open(NOBODY), isConnectError(/^connection refused$/)));

  test('fails at its deadline when the server never upgrades', async t => {
    const url = await mute(t);
    const clock = new TestClock(t);
    const opening = open(url, { connectTimeout: 60 });
    void clock.passUntilSettled(opening);
    await assert.rejects(opening, isConnectError(/no WebSocket handshake within 0.06 s/));
  });

  test('fails when the server refuses, redirects, or answers with a wrong key', async t => {
    const refusing = await scripted(t, [step.refuse(429, { 'Retry-After': '1' })]);
    await assert.rejects(open(refusing.url), isConnectError(/no WebSocket here: HTTP 429/));
    const redirecting = await scripted(t, [step.refuse(301, { Location: NOBODY })]);
    await assert.rejects(open(redirecting.url), isConnectError(/HTTP 301/));
    const lying = await scripted(t, [step.badUpgrade()]);
    await assert.rejects(open(lying.url), isConnectError(/Sec-WebSocket-Accept/i));
  });

  test('is given up when the signal aborts, before or meanwhile, and leaves no listener behind', async t => {
    await assert.rejects(open(NOBODY, { signal: AbortSignal.abort() }), isConnectError(/interrupted/));
    const controller = new AbortController();
    const opening = open(await mute(t), { signal: controller.signal });
    setImmediate(() => controller.abort());
    await assert.rejects(opening, isConnectError(/interrupted/));
  });
});

describe('the route', () => {
  test('brings its headers, and lets them replace our own', async t => {
    const relay = await scripted(t, [step.waitClose()]);
    const headers = { 'user-agent': ['mine'], 'x-a': ['1'] };
    const { socket } = await open(relay.url, { route: { ...PLAIN_ROUTE, headers } });
    const { headers: received } = relay.connections[0]!.request;
    assert.equal(received['user-agent'], 'mine');
    assert.equal(received['x-a'], '1');
    await socket.close();
  });

  test('offers compression when it is wanted, and takes compressed frames', async t => {
    const relay = await startDeflatingRelay('{"kind":1}');
    t.after(relay.close);
    const { socket, received } = await open(relay.url, { route: { ...PLAIN_ROUTE, deflate: true } });
    assert.match(relay.extensions, /permessage-deflate/);
    socket.send('["REQ","a",{}]');
    assert.deepEqual(await received(2), ['["EVENT","a",{"kind":1}]', '["EOSE","a"]']);
    await socket.close();
  });

  test('refuses a frame that inflates to a gigabyte, with flat memory', async t => {
    const relay = await startDeflatingRelay();
    t.after(relay.close);
    const { socket, closed } = await open(relay.url, { route: { ...PLAIN_ROUTE, deflate: true } });
    const before = process.memoryUsage().rss;
    socket.send('["REQ","a",{}]');
    assert.equal(await closed, 'a frame over 16 MiB');
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    assert.ok(grown < 128, `${grown} MiB`);
  });
});

describe('an open socket', () => {
  test('tells how the relay closed: code and reason, once, after the last text', async t => {
    const relay = await scripted(t, [step.notice('last'), step.close(1008, 'go away')]);
    const { closed, texts, goodbyes } = await open(relay.url);
    assert.equal(await closed, 'closed by the relay (code 1008: go away)');
    assert.deepEqual(texts, ['["NOTICE","last"]']);
    assert.equal(goodbyes(), 1);
  });

  test('tells a lost connection from a closed one', async t => {
    const ended = await open((await scripted(t, [step.end()])).url);
    assert.equal(await ended.closed, 'connection lost');
    const reset = await open((await scripted(t, [step.expectFrame('GO'), step.reset()])).url);
    reset.socket.send('["GO"]');
    assert.match(await reset.closed, /connection (lost|reset)/);
  });

  test('does not wait for a relay that says goodbye and stays', { timeout: 60_000 }, async t => {
    const relay = await scripted(t, [step.halfClose(1001, 'soon'), step.waitClose(), step.delay(60_000)]);
    new TestClock(t); // time stands still
    const { closed } = await open(relay.url);
    assert.equal(await closed, 'closed by the relay (code 1001: soon)');
  });

  for (const [name, frames, reason] of [
    ['a masked frame', [step.masked('["NOTICE","x"]')], /MASK/],
    ['a reserved bit', [step.rsv('["NOTICE","x"]')], /RSV/],
    ['an unknown opcode', [step.opcode(3, 'x')], /opcode/],
    ['text that is not UTF-8', [step.invalidUtf8()], /not UTF-8/],
    ['a frame over 16 MiB', [step.raw('817f0000000001000001')], /over 16 MiB/],
  ] as const)
    test(`is closed at once by ${name}, whatever the relay does then`, { timeout: 60_000 }, async t => {
      const relay = await scripted(t, [step.ignoreClose(), ...frames, step.delay(60_000)]);
      new TestClock(t); // time stands still
      const { closed } = await open(relay.url);
      assert.match(await closed, reason);
    });

  test('joins fragments, waits for slow bytes, and reports a binary frame as such', async t => {
    const relay = await scripted(t, [
      step.fragments(3, '["NOTICE","whole"]'),
      step.drip(1, '["NOTICE","slow"]'),
      step.binary('00ff'),
      step.notice('end'),
      step.waitClose(),
    ]);
    const { socket, received, binaries } = await open(relay.url);
    assert.deepEqual(await received(3), ['["NOTICE","whole"]', '["NOTICE","slow"]', '["NOTICE","end"]']);
    assert.deepEqual(binaries, [2]);
    await socket.close();
  });

  test('hands over nothing while paused, and everything in order afterwards', async t => {
    const relay = await scripted(t, [step.expectFrame('GO'), step.flood(300), step.waitClose()]);
    const { socket, received, texts } = await open(relay.url);
    socket.pause();
    socket.send('["GO","sub"]');
    await relay.until(({ received: frames }) => frames.length === 1);
    for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve));
    assert.equal(texts.length, 0);
    socket.resume();
    const all = await received(300);
    assert.match(all[0]!, /event 0/);
    assert.match(all[299]!, /event 299/);
    await socket.close();
  });
});

describe('closing a socket', () => {
  test('says goodbye with code 1000, and the listener hears no more', async t => {
    const relay = await scripted(t, [step.waitClose()]);
    const { socket, goodbyes } = await open(relay.url);
    await socket.close();
    await relay.until(({ connections }) => connections[0]!.closeCode === 1000);
    assert.equal(goodbyes(), 0);
    assert.equal(socket.isOpen, false);
  });

  test('takes a bounded time when the relay ignores it, reads nothing, or the socket is paused', async t => {
    const clock = new TestClock(t);
    for (const steps of [
      [step.ignoreClose(), step.delay(60_000)],
      [step.stopReading(), step.delay(60_000)],
    ]) {
      const relay = await scripted(t, steps);
      const { socket } = await open(relay.url);
      socket.pause();
      const start = performance.now();
      const closing = socket.close();
      await clock.passUntilSettled(closing);
      assert.ok(performance.now() - start <= 201, `${performance.now() - start} ms`);
    }
  });

  test('twice, or after the relay has closed, is no error', async t => {
    const relay = await scripted(t, [step.close(1000)]);
    const { socket } = await open(relay.url);
    await Promise.all([socket.close(), socket.close()]);
    const other = await open(relay.url);
    await other.closed;
    await other.socket.close();
    other.socket.send('x');
    other.socket.pause();
    other.socket.resume();
  });
});

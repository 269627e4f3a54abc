// relay-wait keeps up with a relay: it ends soon after the first answer, whatever stood at the address before. Real processes
// and sockets. Timeouts of 150 ms and more never end here: what would end by one hangs, and the pace of the attempts, 100 ms,
// is all that is left. The soak looks at the clock, too: within 200 ms, in the middle one of some tries.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { WebSocketServer } from 'ws';

const NOST = join(import.meta.dirname, '../../bin/nost.js');
const FROZEN = join(import.meta.dirname, '../support/frozen-timers.cjs');
/** Only the soak measures. */
const measures = process.env['NOST_SOAK'] !== undefined;
const TRIES = measures ? 5 : 1;
const PROMISE_MS = 200;

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** What stands at the port before the relay does. */
type Before = (port: number) => Promise<() => Promise<void>>;

const nobody: Before = async () => async () => {};

/** Takes connections and does this with them. */
const listener =
  (take: (socket: Socket) => void): Before =>
  async port => {
    const sockets = new Set<Socket>();
    const server: Server = createServer(socket => {
      sockets.add(socket.on('error', () => {}));
      take(socket);
    });
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return async () => {
      await new Promise(resolve => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      });
    };
  };

/** Starts the command, then the relay when it has tried in vain; returns the milliseconds from the first EOSE to its end. */
async function lateness(t: TestContext, before: Before): Promise<number> {
  const port = await freePort();
  const leave = await before(port);
  const words = ['--require', FROZEN, NOST, 'relay-wait', '-v', `ws://127.0.0.1:${port}`];
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ENDLESS_FROM_MS: '150' },
  });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  await once(child.stderr, 'data'); // it has seen what stands there
  await leave();
  const relay = new WebSocketServer({ port, host: '127.0.0.1' });
  t.after(() => relay.close());
  let answered = 0;
  relay.on('connection', socket =>
    socket.on('message', data => {
      const [verb, id] = JSON.parse(data.toString());
      if (verb !== 'REQ') return;
      answered ||= performance.now();
      socket.send(JSON.stringify(['EOSE', id]));
    }),
  );
  const [code] = await ended;
  assert.equal(code, 0);
  return performance.now() - answered;
}

async function middle(t: TestContext, before: Before): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < TRIES; i++) all.push(await lateness(t, before));
  return all.sort((a, b) => a - b)[Math.floor(TRIES / 2)]!;
}

describe('relay-wait ends soon after the relay answers', () => {
  for (const [what, before] of [
    ['nothing listened', nobody],
    ['connections were cut', listener(socket => socket.destroy())],
    [
      'a proxy had no backend',
      listener(socket => socket.end('HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n')),
    ],
  ] as [string, Before][])
    test(`where ${what} before`, { timeout: 60_000 }, async t => {
      const ms = await middle(t, before);
      if (measures) assert.ok(ms < PROMISE_MS, `${ms} ms`);
    });
});

test('no more than one attempt each 100 ms', { timeout: 60_000 }, async t => {
  const port = await freePort();
  let count = 0;
  const leave = await listener(socket => {
    count++;
    socket.destroy();
  })(port);
  const started = performance.now();
  const child = spawn(process.execPath, [NOST, 'relay-wait', '--timeout', '2s', `ws://127.0.0.1:${port}`], {
    stdio: 'ignore',
  });
  t.after(() => child.kill('SIGKILL'));
  const [code] = await once(child, 'exit');
  assert.equal(code, 124);
  assert.ok(count <= (performance.now() - started) / 100 + 1, `${count} attempts`);
  await leave();
});

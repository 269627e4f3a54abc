// fetch and outbox at relays that somebody else named: they neither keep the command for ever, nor send it around, nor
// learn what the user says to relays of their own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, describe, test } from 'node:test';
import { neventEncode, nprofileEncode, npubEncode } from 'nostr-tools/nip19';
import { finalizeEvent, getPublicKey } from 'nostr-tools/pure';
import { type WebSocket, WebSocketServer } from 'ws';
import { startHttpProxy } from '../support/proxies.ts';
import { AUTHORITY, startTlsFront } from '../support/tls-front.ts';

const NOST = join(resolve(import.meta.dirname, '../..'), 'bin/nost.js');
const SECRET = Buffer.alloc(32, 7);
const PUBKEY = getPublicKey(SECRET);
const folder = mkdtempSync(join(tmpdir(), 'nost-lookups-'));
const KEY_FILE = join(folder, 'key');
writeFileSync(KEY_FILE, Buffer.alloc(32, 9).toString('hex'), { mode: 0o600 });

const closers: (() => void)[] = [() => rmSync(folder, { recursive: true })];
after(() => {
  for (const close of closers) close();
});

interface TestRelay {
  url: string;
  /** The path and the Authorization header of each handshake. */
  handshakes: { path: string; authorization: string | undefined }[];
  received: unknown[][];
}

async function startRelay(answer: (socket: WebSocket, message: unknown[]) => void): Promise<TestRelay> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  closers.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const relay: TestRelay = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    handshakes: [],
    received: [],
  };
  server.on('connection', (socket, { url = '', headers }) => {
    relay.handshakes.push({ path: url, authorization: headers.authorization });
    socket.on('message', data => {
      const message = JSON.parse(data.toString()) as unknown[];
      relay.received.push(message);
      answer(socket, message);
    });
  });
  return relay;
}

const say = (socket: WebSocket, ...frame: unknown[]) => socket.send(JSON.stringify(frame));

const endsAtOnce = (socket: WebSocket, [verb, sub]: unknown[]) => {
  if (verb === 'REQ') say(socket, 'EOSE', sub);
};

/** Sends a new true event of the kind that was asked for, again and again, and never EOSE. */
const neverEnds = (socket: WebSocket, [verb, sub, filter]: unknown[]) => {
  if (verb !== 'REQ') return;
  const [kind] = (filter as { kinds: number[] }).kinds;
  let created_at = 1_700_000_000;
  const timer = setInterval(
    () =>
      say(
        socket,
        'EVENT',
        sub,
        finalizeEvent({ kind: kind!, created_at: created_at++, tags: [], content: '' }, SECRET),
      ),
    100,
  );
  socket.on('close', () => clearInterval(timer));
};

async function run(...words: string[]) {
  const child = spawn(process.execPath, [NOST, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code: code as number, stdout, stderr };
}

const HASTE = ['--relay-timeout', '1s', '--connect-timeout', '1s'];

test('names that wait for their turn are not asked once one has failed', async t => {
  const domain = createServer((_, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
  await once(domain, 'listening');
  const front = await startTlsFront((domain.address() as AddressInfo).port);
  const proxy = await startHttpProxy({ target: front.port });
  t.after(() => Promise.all([proxy.close(), front.close(), domain.close()]));
  const authority = join(folder, 'authority.pem');
  writeFileSync(authority, AUTHORITY);
  const names = Array.from({ length: 200 }, (_, i) => `n${i}@relay.test`);
  const way = ['--proxy', `http://127.0.0.1:${proxy.port}`, '--cacert', authority];
  const { code } = await run('req', '--dry-run', '-a', names.join(), ...way);
  assert.equal(code, 1);
  assert.ok(proxy.asked.length >= 1 && proxy.asked.length <= 40, `${proxy.asked.length} were asked`);
});

describe('a relay with a new event for every second', { timeout: 300_000 }, () => {
  test('does not keep outbox', async () => {
    const relay = await startRelay(neverEnds);
    const { code, stdout } = await run('outbox', PUBKEY, '--relay', relay.url, ...HASTE);
    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).pubkey, PUBKEY);
  });

  test('does not keep req --outbox, and who else is asked for answers', async () => {
    const hostile = await startRelay(neverEnds);
    const tags = [['r', hostile.url]];
    const list = finalizeEvent({ kind: 10002, created_at: 1_700_000_000, tags, content: '' }, SECRET);
    const own = await startRelay((socket, [verb, sub, filter]) => {
      if (verb !== 'REQ') return;
      if ((filter as { kinds: number[] }).kinds.includes(10002)) say(socket, 'EVENT', sub, list);
      say(socket, 'EOSE', sub);
    });
    const words = ['req', '--outbox', '--allow-private', '-k', '1', '-a', PUBKEY, own.url, ...HASTE];
    const { code, stdout, stderr } = await run(...words);
    assert.equal(code, 124);
    assert.match(stdout, /"kind":1,/);
    assert.match(stderr, /timeout/);
  });

  test('does not keep fetch, and what it sent is printed', async () => {
    const relay = await startRelay(neverEnds);
    const { code, stdout, stderr } = await run(
      'fetch',
      npubEncode(PUBKEY),
      '--relay',
      relay.url,
      '-v',
      ...HASTE,
    );
    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).kind, 0);
    assert.match(stderr, /: timeout$/m);
  });
});

describe('a relay that a code names', () => {
  test('gets no header of the user, and no signature', async () => {
    const stranger = await startRelay((socket, [verb, sub]) => {
      if (verb !== 'REQ') return;
      say(socket, 'AUTH', 'who is it');
      say(socket, 'CLOSED', sub, 'auth-required: tell me who you are');
    });
    const own = await startRelay(endsAtOnce);
    const code = nprofileEncode({ pubkey: PUBKEY, relays: [stranger.url] });
    const secrets = ['--auth', '--sec-file', KEY_FILE, '-H', 'Authorization: Bearer mine'];
    const { code: exit } = await run(
      'fetch',
      code,
      '--relay',
      own.url,
      '--allow-private',
      ...secrets,
      ...HASTE,
    );
    assert.equal(exit, 1);
    assert.ok(stranger.handshakes.length > 0 && own.handshakes.length > 0);
    for (const { authorization } of stranger.handshakes) assert.equal(authorization, undefined);
    for (const { authorization } of own.handshakes) assert.equal(authorization, 'Bearer mine');
    assert.deepEqual(
      stranger.received.filter(([verb]) => verb === 'AUTH'),
      [],
    );
  });

  test('is one of few: a long list of hints is not called', async () => {
    const relay = await startRelay(endsAtOnce);
    const relays = Array.from({ length: 60 }, (_, i) => `${relay.url}/${i}`);
    const { code } = await run(
      'fetch',
      neventEncode({ id: 'ab'.repeat(32), relays }),
      '--allow-private',
      ...HASTE,
    );
    assert.equal(code, 1);
    assert.equal(relay.handshakes.length, 10);
  });
});

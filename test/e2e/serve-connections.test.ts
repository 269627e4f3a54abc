// More connections than there can be: those that are open are served, the owner is told, and there is room again later.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { A } from '../support/people.ts';
import { RawClient } from '../support/raw-client.ts';
import { handshake, until } from '../support/served.ts';
import { newFolder, serveStore } from '../support/served-store.ts';

/** Descriptors, soft and hard. */
const FEW = ['bash', '-c', 'ulimit -n 256; exec "$0" "$@"'];

/** A WebSocket that stays idle; undefined when it is ended instead. */
function idle(port: number): Promise<Socket | undefined> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {}); // to be ended is what some are for
  socket.write(handshake());
  return new Promise(resolve => {
    socket.once('data', () => resolve(socket));
    socket.once('close', () => resolve(undefined));
  });
}

test('with few descriptors the next one is ended, and all else goes on', { timeout: 60_000 }, async t => {
  const { relay, url } = await serveStore(t, join(newFolder(t), 'store'), FEW);
  const port = Number(new URL(url).port);
  const client = await RawClient.connect(url);
  const open: Socket[] = [];
  t.after(() => {
    for (const socket of open) socket.destroy();
  });
  for (let socket = await idle(port); socket; socket = await idle(port)) open.push(socket);
  assert.equal(open.length, 191);
  for (let i = 0; i < 300; i++) assert.equal(await idle(port), undefined);
  assert.equal((await client.publish(A.note('in a full house')))[2], true);
  assert.equal((await client.query({})).length, 1);
  open.pop()!.destroy();
  let later: RawClient | undefined;
  await until(() => {
    RawClient.connect(url).then(
      connected => {
        later ??= connected;
      },
      () => {},
    );
    return later !== undefined;
  });
  relay.child.kill('SIGTERM');
  const { code, stderr } = await relay.ended;
  assert.equal(code, 0);
  assert.match(stderr, /a connection from 127\.0\.0\.1 is ended: there are 192, the most there may be/);
  assert.ok(stderr.split('\n').length < 40, stderr);
});

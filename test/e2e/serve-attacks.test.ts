// What was done to the relay to hurt it, and what it must still do: answer others, keep its memory small, and end with 0
// when it is told to.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { A, B } from '../support/people.ts';
import { RawClient } from '../support/raw-client.ts';
import { handshake, Served } from '../support/served.ts';
import { encodeFrame } from '../support/websocket-bytes.ts';

const MB = 1024 * 1024;

const clientFrame = (text: string) => encodeFrame(Buffer.from(text), { masked: true });

test('300 clients that never read are dropped; who reads gets every event', { timeout: 120_000 }, async t => {
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

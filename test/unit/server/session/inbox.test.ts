import assert from 'node:assert/strict';
import test from 'node:test';
import { Inbox, type RawFrame } from '../../../../src/server/session/inbox.ts';
import { eventually, FakeTransport } from '../../../support/fake-transport.ts';

function inboxOf(transport: FakeTransport, batchSize: number) {
  const batches: RawFrame[][] = [];
  const inbox = new Inbox(transport, batchSize, async frames => {
    batches.push(frames);
  });
  return { inbox, batches };
}

test('frames are handled in order, in batches', async () => {
  const { inbox, batches } = inboxOf(new FakeTransport(), 2);
  for (const frame of ['a', 'b', undefined, 'c', 'd']) inbox.push(frame);
  await inbox.idle();
  assert.deepEqual(batches, [['a', 'b'], [undefined, 'c'], ['d']]);
});

test('an idle inbox is idle at once, and works again afterwards', async () => {
  const { inbox, batches } = inboxOf(new FakeTransport(), 2);
  await inbox.idle();
  for (const frame of ['a', 'b']) {
    inbox.push(frame);
    await inbox.idle();
  }
  assert.deepEqual(batches, [['a'], ['b']]);
});

test('a client that sends faster than it is answered is not read until there is room', async () => {
  const transport = new FakeTransport();
  const { inbox } = inboxOf(transport, 16);
  for (let i = 0; i < 1001; i++) inbox.push('x');
  assert.equal(transport.isPaused, true);
  await inbox.idle();
  assert.equal(transport.isPaused, false);
  for (let i = 0; i < 5; i++) inbox.push('x'.repeat(1024 * 1024));
  assert.equal(transport.isPaused, true);
  await inbox.idle();
  assert.equal(transport.isPaused, false);
});

test('frames of a client that does not read its answers wait', async () => {
  const transport = new FakeTransport();
  transport.backlog = 2 * 1024 * 1024;
  const { inbox, batches } = inboxOf(transport, 1);
  inbox.push('a');
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)));
  assert.deepEqual(batches, []);
  transport.drain();
  await eventually(() => batches.length === 1);
});

test('what waits is forgotten when the client is dropped, and counts no more', async () => {
  const transport = new FakeTransport();
  transport.backlog = 2 * 1024 * 1024;
  const { inbox, batches } = inboxOf(transport, 1);
  for (const frame of ['a', 'b']) inbox.push(frame);
  inbox.discard();
  transport.drain();
  await inbox.idle();
  assert.deepEqual([batches, transport.queued], [[], 0]);
  inbox.push('c');
  await inbox.idle();
  assert.deepEqual([batches, transport.queued], [[['c']], 0]);
});

// Our own relay does what the conformance cases require, whatever store it has.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { throwawayKey } from '../../../src/check/key.ts';
import type { Event } from '../../../src/protocol/event.ts';
import { fastSignature } from '../../../src/run/conformance/fast-signature.ts';
import { memoryStore } from '../../../src/server/store/table-store.ts';
import { check, ended, failing } from '../../support/checked.ts';
import { startNost } from '../../support/relays.ts';
import { STORES } from '../../support/stores.ts';

/** Good to know of our relay: nothing asks for these. */
const NOT_SO = ['closed-when-complete', 'auth-on-connect', 'replaced-by-id', 'replaced-address-by-id'];

for (const [name, open] of Object.entries(STORES)) {
  test(`nost serve with a ${name} store conforms`, async t => {
    const relay = await startNost({ store: await open() });
    t.after(() => relay.close());
    const results = await check(relay.url);
    assert.deepEqual(
      ended(results, 'fail').filter(line => !NOT_SO.some(known => line.startsWith(`${known}: `))),
      [],
    );
  });
}

test('nost serve with all that it can be asked to do conforms', async t => {
  const relay = await startNost({ auth: true, eoseHint: true });
  t.after(() => relay.close());
  const results = await check(relay.url);
  assert.deepEqual(failing(results), []);
  assert.equal(results.get('eose-finish')!.outcome, 'pass');
  assert.equal(results.get('gift-wrap-of-others')!.outcome, 'pass');
});

test('nost serve conforms when it asks for work', async t => {
  const relay = await startNost({ rules: { minPow: 8 } });
  t.after(() => relay.close());
  const results = await check(relay.url);
  assert.deepEqual(failing(results), []);
  for (const name of ['pow-missing', 'pow-done', 'pow-committed'])
    assert.equal(results.get(name)!.outcome, 'pass', name);
});

test("a run with the user's key replaces nothing of theirs, and takes back what it left", async t => {
  const author = throwawayKey(await fastSignature());
  const created_at = Math.floor(Date.now() / 1000) - 3600;
  const theirs = await Promise.all(
    [
      ...[0, 1, 3, 10_000, 10_002, 10_015, 10_050].map(kind => ({ kind, tags: [] })),
      ...[30_023, 30_078].flatMap(kind =>
        ['', 'a', 'nost', 'nost:2', 'plum'].map(d => ({ kind, tags: [['d', d]] })),
      ),
    ].map(fields => author.sign({ ...fields, content: 'theirs', created_at })),
  );
  const store = memoryStore();
  await store.add(theirs);
  const relay = await startNost({ store });
  t.after(() => relay.close());
  assert.deepEqual(failing(await check(relay.url, { author })), []);
  const left = await storedBy(relay.url, author.pubkey);
  const ids = (events: readonly Event[]) => events.map(({ id }) => id).sort();
  assert.deepEqual(ids(left.filter(({ kind }) => kind !== 5)), ids(theirs));
});

/** All that the relay serves of an author. */
function storedBy(url: string, author: string): Promise<Event[]> {
  const socket = new WebSocket(url);
  const events: Event[] = [];
  return new Promise(resolve => {
    socket.on('open', () => socket.send(JSON.stringify(['REQ', 'all', { authors: [author] }])));
    socket.on('message', data => {
      const [type, , event] = JSON.parse(String(data));
      if (type === 'EVENT') events.push(event);
      if (type !== 'EOSE') return;
      socket.close();
      resolve(events);
    });
  });
}

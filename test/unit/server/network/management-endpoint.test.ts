// NIP-86 over real sockets: what an admin changes holds at once, for sockets and for what is stored, and after a restart.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { FaultPlan } from '../../../../src/server/faults/plan.ts';
import { openStore } from '../../../../src/server/store/open-store.ts';
import { call } from '../../../support/management-call.ts';
import { A, B, C, T0 } from '../../../support/people.ts';
import { RawClient } from '../../../support/raw-client.ts';
import { type NostOptions, startNost } from '../../../support/relays.ts';
import { STORES } from '../../../support/stores.ts';

async function managed(t: TestContext, options: NostOptions = {}): Promise<string> {
  const { url, close } = await startNost({ admins: [A.publicKey], ...options });
  t.after(close);
  return url;
}

const documentOf = async (url: string) =>
  (await (
    await fetch(url.replace('ws', 'http'), { headers: { accept: 'application/nostr+json' } })
  ).json()) as Record<string, unknown>;

for (const [name, open] of Object.entries(STORES)) {
  test(`a banned author's events go, and no more of theirs are taken (${name})`, async t => {
    const store = await open();
    t.after(() => store.close());
    const versions = [0, 1, 2].map(i => B.sign({ kind: 10_002, created_at: T0 + i }));
    const notes = Array.from({ length: 450 }, (_, i) => B.note(`${i}`, T0 + i));
    const kept = C.note('kept');
    const url = await managed(t, { store, seed: [...notes, ...versions, kept] });
    assert.deepEqual((await call(url, 'banpubkey', [B.publicKey, 'spam'])).body, { result: true });
    const client = await RawClient.connect(url);
    assert.deepEqual(await client.query({}), [kept]);
    assert.deepEqual((await client.publish(B.note('more'))).slice(2), [
      false,
      'blocked: this author is banned: spam',
    ]);
    await call(url, 'unbanpubkey', [B.publicKey]);
    assert.equal((await client.publish(B.note('more')))[2], true);
  });

  test(`a banned event goes and stays away (${name})`, async t => {
    const store = await open();
    t.after(() => store.close());
    const note = B.note('x');
    const url = await managed(t, { store, seed: [note] });
    await call(url, 'banevent', [note.id]);
    const client = await RawClient.connect(url);
    assert.deepEqual(await client.query({}), []);
    assert.match((await client.publish(note))[3], /^blocked: this event is banned/);
  });
}

test('the document tells the name, description, icon and admin, and that writes are restricted', async t => {
  const url = await managed(t);
  const before = await documentOf(url);
  assert.deepEqual([before['pubkey'], before['icon']], [A.publicKey, undefined]);
  assert.ok([86, 98].every(nip => (before['supported_nips'] as number[]).includes(nip)));
  for (const what of ['name', 'description', 'icon']) await call(url, `changerelay${what}`, [`my ${what}`]);
  await call(url, 'allowkind', [1]);
  const { name, description, icon, limitation } = await documentOf(url);
  assert.deepEqual([name, description, icon], ['my name', 'my description', 'my icon']);
  assert.equal((limitation as { restricted_writes: boolean }).restricted_writes, true);
});

test('what an admin changed holds after a restart of a database', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'nost-managed-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const calls: [string, unknown[]][] = [
    ['banpubkey', [B.publicKey, 'spam']],
    ['disallowkind', [7]],
    ['allowevent', ['ab'.repeat(32)]],
    ['blockip', ['10.0.0.1']],
    ['changerelayname', ['kept']],
  ];
  for (const life of ['first', 'second']) {
    const store = await openStore(folder);
    const { url, close } = await startNost({ store, admins: [A.publicKey] });
    if (life === 'first') for (const [method, params] of calls) await call(url, method, params);
    const lists = ['listbannedpubkeys', 'listdisallowedkinds', 'listallowedevents', 'listblockedips'];
    const results = await Promise.all(lists.map(async list => (await call(url, list)).body.result));
    assert.deepEqual(results, [
      [{ pubkey: B.publicKey, reason: 'spam' }],
      [7],
      [{ id: 'ab'.repeat(32) }],
      [{ ip: '10.0.0.1' }],
    ]);
    assert.equal((await documentOf(url))['name'], 'kept');
    await close();
    await store.close();
  }
});

test('a blocked address is dropped and not let in again, but it may still manage', async t => {
  const url = await managed(t);
  const client = await RawClient.connect(url);
  await call(url, 'blockip', ['127.0.0.1']);
  assert.equal((await client.closed).code, 1006);
  await assert.rejects(RawClient.connect(url), /403/);
  await call(url, 'unblockip', ['127.0.0.1']);
  assert.deepEqual(await (await RawClient.connect(url)).query({}), []);
});

test('only an admin may call, at that time, with a body within bounds; web pages may ask', async t => {
  const url = await managed(t);
  assert.equal((await call(url, 'supportedmethods', [], { who: B })).status, 403);
  const { status, headers } = await call(url, 'supportedmethods', [], { at: T0 });
  assert.deepEqual([status, headers.get('access-control-allow-origin')], [401, '*']);
  assert.equal((await call(url, 'changerelayname', ['x'.repeat(70_000)])).status, 413);
  const http = url.replace('ws', 'http');
  const post = (target: string, type: string) =>
    fetch(target, { method: 'POST', headers: { 'content-type': type }, body: '{}' });
  assert.equal((await post(http, 'application/json')).status, 415);
  assert.equal((await post(http, 'Application/nostr+json+rpc; charset=utf-8')).status, 401);
  assert.equal((await post(`${http}/other`, 'application/nostr+json+rpc')).status, 404);
  const options = await fetch(http, { method: 'OPTIONS' });
  assert.match(options.headers.get('access-control-allow-methods')!, /\bPOST\b/);
  assert.equal((await call(await managed(t, { admins: [] }), 'supportedmethods')).status, 403);
});

test('a client that leaves in the middle of a call harms nobody', async t => {
  const url = await managed(t);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/nostr+json+rpc\r\ncontent-length: 9\r\n\r\n{}',
  );
  await new Promise(resolve => socket.once('connect', resolve));
  socket.destroy();
  assert.equal((await call(url, 'supportedmethods')).status, 200);
});

test('where faults are planned, an admin changes them', async t => {
  const url = await managed(t, { faults: new FaultPlan({}) });
  const { result } = (await call(url, 'supportedmethods')).body;
  assert.ok((result as string[]).includes('changefault'));
  assert.deepEqual((await call(url, 'changefault', ['set closed=blocked'])).body, {
    result: 'set closed=blocked',
  });
  const client = await RawClient.connect(url);
  await assert.rejects(client.query({}), /blocked/);
  assert.match((await call(url, 'changefault', ['set nonsense'])).body.error!, /nonsense/);
  assert.match((await call(url, 'changefault')).body.error!, /unknown word/);
  await call(url, 'changefault', ['clear']);
  assert.deepEqual(await client.query({}), []);
  const plain = await managed(t);
  assert.match((await call(plain, 'changefault', ['list'])).body.error!, /unknown method/);
});

// `nost serve --store` is killed (SIGKILL) while it removes many large events in slices: what was asked to be deleted is
// hidden from the first slice on and does not come back, and the next start removes the rest.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Event } from '../../src/protocol/event.ts';
import { openStore, openStoreToRead } from '../../src/server/store/open-store.ts';
import { A, B, T0 } from '../support/people.ts';
import { RawClient } from '../support/raw-client.ts';
import { newFolder, serveStore } from '../support/served-store.ts';
import { held } from '../support/stores.ts';

const tags = Array.from({ length: 1500 }, (_, i) => ['t', `${i}`]);
const large = Array.from({ length: 60 }, (_, i) => A.note(`${i}`, T0 - i, tags));
const kept = B.note('of somebody else', T0);

const REQUESTS: Readonly<Record<string, Event>> = {
  'a deletion': A.deletion(
    large.map(({ id }) => ['e', id]),
    T0,
  ),
  'a request to vanish': A.sign({ kind: 62, tags: [['relay', 'ALL_RELAYS']], created_at: T0 }),
};

/** What a store holds when nobody works on it, and what it shows. */
async function look(folder: string): Promise<{ size: number; shown: Event[] }> {
  const store = await openStoreToRead(folder);
  const { size } = store;
  const shown = held(store);
  await store.close();
  return { size, shown };
}

for (const [name, request] of Object.entries(REQUESTS)) {
  test(`${name} that is killed on its way`, { timeout: 120_000 }, async t => {
    const folder = join(newFolder(t), 'store');
    const store = await openStore(folder);
    await store.add([...large, kept]);
    await store.close();

    const { relay, url } = await serveStore(t, folder);
    const [writer, reader] = await Promise.all([RawClient.connect(url), RawClient.connect(url)]);
    writer.send(['EVENT', request]);
    const last = large.at(-1)!.id;
    while ((await reader.query({ ids: [last] })).length > 0);
    relay.child.kill('SIGKILL');
    await relay.ended;

    const killed = await look(folder);
    assert.ok(killed.size > 2, 'it was killed before it was done');
    const expected = new Set([kept, request].map(({ id }) => id));
    assert.deepEqual(new Set(killed.shown.map(({ id }) => id)), expected);

    const again = await serveStore(t, folder);
    const client = await RawClient.connect(again.url);
    assert.deepEqual(new Set((await client.query({})).map(({ id }) => id)), expected);
    assert.match((await client.publish(large[0]!))[3], /^deleted: /);
    again.relay.child.kill('SIGTERM');
    await again.relay.ended;
    assert.equal((await look(folder)).size, 2);
  });
}

// Under --auth a gift wrap goes to its reader alone, whichever way somebody else asks: each way in this file is one.
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { bytesToHex, hexToBytes } from '../../../src/protocol/hex.ts';
import { NegentropyInitiator } from '../../../src/protocol/nip77.ts';
import { itemsOf } from '../../support/negentropy.ts';
import { A, B, C, type Person } from '../../support/people.ts';
import { RawClient } from '../../support/raw-client.ts';
import { startNost } from '../../support/relays.ts';
import { STORES } from '../../support/stores.ts';

const wrapFor = (reader: Person, kind = 1059, content = 'secret words') =>
  C.sign({ kind, content, tags: [['p', reader.publicKey]] });

const [TO_A, TO_B] = [wrapFor(A), wrapFor(B)];

/** Every filter that matches both wraps, or one of them. */
const FILTERS: readonly Record<string, unknown>[] = [
  {},
  { ids: [TO_A.id, TO_B.id] },
  { kinds: [1059] },
  { kinds: [1, 1059] },
  { authors: [C.publicKey] },
  { authors: [C.publicKey], kinds: [1059] },
  { '#p': [A.publicKey, B.publicKey] },
  { '#p': [B.publicKey] },
  { '#p': [B.publicKey], kinds: [1059] },
  { since: TO_B.created_at, until: TO_B.created_at },
  { search: 'secret' },
];

async function authenticated(url: string, ...people: Person[]): Promise<RawClient> {
  const client = await RawClient.connect(url);
  const [, challenge] = await client.nextLike('AUTH');
  for (const person of people) {
    const event = person.auth(challenge, url, Math.floor(Date.now() / 1000));
    client.send(['AUTH', event]);
    assert.equal((await client.nextLike('OK', event.id))[2], true);
  }
  return client;
}

for (const [name, open] of Object.entries(STORES)) {
  const relayWith = async (t: TestContext) => {
    const store = await open();
    const { url, close } = await startNost({ store, auth: true, eoseHint: true, seed: [TO_A, TO_B] });
    t.after(async () => {
      await close();
      await store.close();
    });
    return url;
  };

  test(`REQ, COUNT and NEG-OPEN show a wrap to its reader alone (${name})`, async t => {
    const url = await relayWith(t);
    const [a, ab] = [await authenticated(url, A), await authenticated(url, A, B)];
    for (const filter of FILTERS) {
      const wanted = filter['#p'] && (filter['#p'] as string[]).length === 1 ? [] : [TO_A.id];
      const label = JSON.stringify(filter);
      assert.deepEqual(
        (await a.query(filter)).map(({ id }) => id),
        wanted,
        label,
      );
      a.send(['COUNT', 'c', filter]);
      assert.equal((await a.nextLike('COUNT', 'c'))[2].count, wanted.length, label);
      assert.deepEqual(await negotiated(a, filter), wanted, label);
      assert.equal((await ab.query(filter)).length, wanted.length + 1, label);
    }
  });

  test(`what is hidden is not told by limits, hints or registers (${name})`, async t => {
    const url = await relayWith(t);
    const b = await authenticated(url, B);
    b.send(['REQ', 's', { kinds: [1059], limit: 1 }]);
    assert.equal((await b.nextLike('EVENT', 's'))[2].id, TO_B.id);
    assert.deepEqual(await b.nextLike('EOSE', 's'), ['EOSE', 's', ['finish']]);
    b.send(['COUNT', 'c', { '#p': [A.publicKey] }]);
    const [, , { count, hll }] = await b.nextLike('COUNT', 'c');
    assert.deepEqual([count, hll], [0, '00'.repeat(256)]);
  });

  test(`live wraps, also ephemeral ones, reach their reader alone (${name})`, async t => {
    const url = await relayWith(t);
    const [a, b] = [await authenticated(url, A), await authenticated(url, B)];
    for (const client of [a, b]) {
      FILTERS.forEach((filter, i) => void client.send(['REQ', `live${i}`, { ...filter, limit: 0 }]));
      for (const i of FILTERS.keys()) await client.nextLike('EOSE', `live${i}`);
    }
    const lasts = [wrapFor(B, 1059, 'new secret'), wrapFor(B, 21059, 'new secret')];
    for (const wrap of lasts) assert.equal((await a.publish(wrap))[2], true);
    for (const { id } of lasts) await b.next(([verb, , event]) => verb === 'EVENT' && event.id === id);
    assert.deepEqual(
      (await a.settled()).filter(([verb]) => verb === 'EVENT'),
      [],
    );
  });

  test(`nobody reads before AUTH, whatever is asked (${name})`, async t => {
    const client = await RawClient.connect(await relayWith(t));
    for (const filter of FILTERS) {
      client.send(['REQ', 'r', filter]);
      assert.match((await client.nextLike('CLOSED', 'r'))[2], /^auth-required:/);
      client.send(['COUNT', 'c', filter]);
      assert.match((await client.nextLike('CLOSED', 'c'))[2], /^auth-required:/);
      client.send(['NEG-OPEN', 'n', filter, bytesToHex(new NegentropyInitiator(itemsOf([])).open())]);
      assert.match((await client.nextLike('NEG-ERR', 'n'))[2], /^auth-required:/);
    }
    assert.deepEqual(
      client.received.filter(([verb]) => verb === 'EVENT'),
      [],
    );
  });
}

/** The ids that a negotiation tells to somebody who has none. */
async function negotiated(client: RawClient, filter: object): Promise<string[]> {
  const initiator = new NegentropyInitiator(itemsOf([]));
  client.send(['NEG-OPEN', 'n', filter, bytesToHex(initiator.open())]);
  const [verb, , body] = await client.next(frame => frame[1] === 'n');
  assert.equal(verb, 'NEG-MSG', body);
  client.send(['NEG-CLOSE', 'n']);
  return [...initiator.next(hexToBytes(body)).need];
}

// NIP-77 as a relay answers it, over real sockets and from both stores: our client and that of nostr-tools learn the
// exact difference, and what is hidden from a client is not told to it.
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Event } from '../../../../src/protocol/event.ts';
import { bytesToHex, hexToBytes } from '../../../../src/protocol/hex.ts';
import { NegentropyInitiator } from '../../../../src/protocol/nip77.ts';
import { NegotiationMemory } from '../../../../src/server/negotiation-memory.ts';
import type { RelayOptions } from '../../../../src/server/server.ts';
import { type Item, itemsOf, missingFrom } from '../../../support/negentropy.ts';
import { toolsItems, toolsSync } from '../../../support/nostr-tools-negentropy.ts';
import { A, B, T0 } from '../../../support/people.ts';
import { RawClient } from '../../../support/raw-client.ts';
import { startNost } from '../../../support/relays.ts';
import { STORES } from '../../../support/stores.ts';

const OPENING = bytesToHex(new NegentropyInitiator(itemsOf([])).open());

async function relayWith(t: TestContext, events: Event[], options: Partial<RelayOptions> = {}) {
  const { url, close } = await startNost({ seed: events, ...options });
  t.after(close);
  return url;
}

const itemOf = ({ created_at, id }: Event): Item => [created_at, id];

/** What our client learns from a relay. */
async function learn(client: RawClient, items: Item[], filter: object) {
  const initiator = new NegentropyInitiator(itemsOf(items));
  const learned = { have: [] as string[], need: [] as string[] };
  client.send(['NEG-OPEN', 'n', filter, bytesToHex(initiator.open())]);
  for (;;) {
    const [verb, , body] = await client.next(frame => frame[1] === 'n');
    assert.equal(verb, 'NEG-MSG', body);
    const { reply, have, need } = initiator.next(hexToBytes(body));
    learned.have.push(...have);
    learned.need.push(...need);
    if (!reply) break;
    client.send(['NEG-MSG', 'n', bytesToHex(reply)]);
  }
  client.send(['NEG-CLOSE', 'n']);
  return { have: learned.have.sort(), need: learned.need.sort() };
}

/** What a relay says it has of a filter. */
const listed = async (client: RawClient, filter: object) => (await learn(client, [], filter)).need;

/** The NEG-ERR that a frame is answered with. */
async function refused(client: RawClient, frame: readonly unknown[]): Promise<string> {
  client.send(frame);
  return (await client.nextLike('NEG-ERR', frame[1]))[2];
}

for (const [name, openStore] of Object.entries(STORES)) {
  test(`two clients learn the exact difference from a relay (${name})`, async t => {
    const all = Array.from({ length: 400 }, (_, i) => (i % 3 ? A : B).note(`${i}`, T0 + (i >> 2)));
    const store = await openStore();
    t.after(() => store.close());
    const url = await relayWith(t, all.slice(30), { store });
    const filter = { authors: [A.publicKey], since: T0 + 5 };
    const fits = (event: Event) => event.pubkey === A.publicKey && event.created_at >= T0 + 5;
    const [ours, theirs] = [all.slice(0, -50).filter(fits), all.slice(30).filter(fits)].map(events =>
      events.map(itemOf),
    ) as [Item[], Item[]];
    const difference = { have: missingFrom(ours, theirs), need: missingFrom(theirs, ours) };
    assert.ok(difference.have.length > 0 && difference.need.length > 0);
    assert.deepEqual(await learn(await RawClient.connect(url), ours, filter), difference);
    const { have, need } = await toolsSync(url, toolsItems(ours), filter);
    assert.deepEqual({ have: [...have].sort(), need: [...need].sort() }, difference);
  });

  test(`what is expired or protected is not told (${name})`, async t => {
    let now = T0;
    const seen = A.note('seen');
    const expiring = A.note('soon gone', T0, [['expiration', `${T0 + 10}`]]);
    const store = await openStore();
    t.after(() => store.close());
    const events = [seen, expiring, A.note('protected', T0, [['-']])];
    const url = await relayWith(t, events, { store, now: () => now * 1000 });
    const client = await RawClient.connect(url);
    assert.deepEqual(await listed(client, {}), [seen.id, expiring.id].sort());
    now += 10;
    assert.deepEqual(await listed(client, {}), [seen.id]);
  });
}

test('under --auth a negotiation wants AUTH, and gift wraps are told to their reader alone', async t => {
  const [toA, toB] = [A, B].map(({ publicKey }) => B.sign({ kind: 1059, tags: [['p', publicKey]] }));
  const url = await relayWith(t, [toA!, toB!], { auth: true, now: () => T0 * 1000 });
  const client = await RawClient.connect(url);
  const [, challenge] = await client.nextLike('AUTH');
  assert.match(await refused(client, ['NEG-OPEN', 'n', {}, OPENING]), /^auth-required: /);
  client.send(['AUTH', A.auth(challenge, url, T0)]);
  await client.nextLike('OK');
  assert.deepEqual(await listed(client, {}), [toA!.id]);
});

test('what is no frame of a negotiation is refused by NEG-ERR, and ends that negotiation alone', async t => {
  const client = await RawClient.connect(await relayWith(t, [A.note('x')]));
  client.send(['NEG-OPEN', 'other', {}, OPENING]);
  await client.nextLike('NEG-MSG', 'other');
  for (const bad of ['', '61ff', '30', '610005']) {
    client.send(['NEG-OPEN', 'n', {}, OPENING]);
    await client.nextLike('NEG-MSG', 'n');
    assert.match(await refused(client, ['NEG-MSG', 'n', bad]), /^error: /, bad);
    assert.match(await refused(client, ['NEG-MSG', 'n', OPENING]), /^closed: no negotiation "n" is open/);
  }
  for (const frame of [
    ['NEG-OPEN', 'n', {}, 'xyz'],
    ['NEG-OPEN', 'n', { kinds: 1 }, OPENING],
    ['NEG-OPEN', 'n', {}],
    ['NEG-MSG', 'n', 7],
    ['NEG-CLOSE', 'n', 'more'],
  ])
    assert.match(await refused(client, frame), /^invalid: /, JSON.stringify(frame));
  client.send(['NEG-MSG', 'other', '62aabb']);
  assert.deepEqual(await client.nextLike('NEG-MSG', 'other'), ['NEG-MSG', 'other', '61']);
});

test('the ids of negotiations are apart from those of subscriptions; an id opened again begins anew', async t => {
  const note = A.note('x');
  const client = await RawClient.connect(await relayWith(t, [note]));
  client.send(['REQ', 'n', { limit: 0 }]);
  await client.nextLike('EOSE', 'n');
  assert.deepEqual(await listed(client, {}), [note.id]);
  client.send(['NEG-OPEN', 'n', {}, OPENING]);
  client.send(['NEG-OPEN', 'n', { kinds: [2] }, OPENING]);
  assert.match((await client.nextLike('NEG-MSG', 'n'))[2], new RegExp(note.id));
  assert.doesNotMatch((await client.nextLike('NEG-MSG', 'n'))[2], new RegExp(note.id));
  client.send(['NEG-CLOSE', 'n']);
  const later = A.note('later');
  await client.publish(later);
  assert.deepEqual(await client.nextLike('EVENT', 'n'), ['EVENT', 'n', later]);
});

test('a connection has a few negotiations at a time', async t => {
  const client = await RawClient.connect(await relayWith(t, []));
  for (const id of '1234') {
    client.send(['NEG-OPEN', id, {}, OPENING]);
    await client.nextLike('NEG-MSG', id);
  }
  assert.match(
    await refused(client, ['NEG-OPEN', '5', {}, OPENING]),
    /^rate-limited: at most 4 negotiations/,
  );
  client.send(['NEG-CLOSE', '1']);
  client.send(['NEG-OPEN', '5', {}, OPENING]);
  await client.nextLike('NEG-MSG', '5');
});

test('a negotiation with more events than the limit is refused, with the limit', async t => {
  const events = Array.from({ length: 6 }, (_, i) => A.note(`${i}`, T0 + i));
  const client = await RawClient.connect(await relayWith(t, events, { maxNegotiated: 5 }));
  client.send(['NEG-OPEN', 'n', {}, OPENING]);
  const [, , message, max] = await client.nextLike('NEG-ERR', 'n');
  assert.equal(message, `blocked: too many events match; ask for less time, or since ${T0 + 2}`);
  assert.equal(max, 5);
  assert.equal((await listed(client, { since: T0 + 1 })).length, 5);
  assert.equal((await listed(client, { limit: 3 })).length, 3);
});

test('when all negotiations keep too much, the one used longest ago ends', () => {
  const dropped: string[] = [];
  const memory = new NegotiationMemory(10);
  const negotiated = (name: string, weight: number) => {
    const drop = () => {
      dropped.push(name);
      memory.release(each);
    };
    const each = { weight, drop };
    return each;
  };
  const [a, b, c] = [negotiated('a', 4), negotiated('b', 4), negotiated('c', 2)];
  for (const each of [a, b, c, a]) memory.use(each);
  assert.deepEqual(dropped, []);
  c.weight = 5;
  memory.use(c);
  assert.deepEqual(dropped, ['b']);
  memory.release(a);
  memory.use(b);
  assert.deepEqual(dropped, ['b']);
});

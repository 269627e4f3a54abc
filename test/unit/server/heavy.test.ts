// Questions that cost much, and events that many wait for: another client is answered meanwhile.
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Event } from '../../../src/protocol/event.ts';
import { bytesToHex } from '../../../src/protocol/hex.ts';
import { NegentropyInitiator, NegentropyItems } from '../../../src/protocol/nip77.ts';
import type { Relay } from '../../../src/server/server.ts';
import type { Verifier } from '../../../src/verify/verifier.ts';
import { A } from '../../support/people.ts';
import { RawClient } from '../../support/raw-client.ts';
import { startNost } from '../../support/relays.ts';
import { longestTurn } from '../../support/turns.ts';

/** Milliseconds of processor time that an answer may take: a busy machine adds none to it; a blocked loop took fifteen thousand. */
const PATIENCE_MS = 3000;

const trusting: Verifier = { engine: 'none', batchSize: 1000, verify: events => events.map(() => 'valid') };

function event(i: number, parts: Partial<Event> = {}): Event {
  const hex = i.toString(16);
  return {
    ...{ id: hex.padStart(64, '0'), pubkey: A.publicKey, created_at: 1_700_000_000 + i, kind: 1 },
    ...{ tags: [], content: '', sig: '0'.repeat(128) },
    ...parts,
  };
}

/** Milliseconds of processor time that the relay may work at a stretch, with the clients of this process in between. */
const LONGEST_TURN_MS = 300;

async function relayWith(t: TestContext, seed: Event[]): Promise<Relay> {
  const { relay } = await startNost({ seed, verifier: trusting });
  t.after(() => relay.close(1000));
  return relay;
}

/** Another client asks again and again while the attack goes on. */
async function othersAreAnswered(relay: Relay, times = 20): Promise<void> {
  const other = await RawClient.connect(relay.url);
  for (let i = 0; i < times; i++) {
    const began = process.cpuUsage();
    assert.equal((await other.query({ ids: [event(1).id] })).length, 1);
    const { user, system } = process.cpuUsage(began);
    const took = (user + system) / 1000;
    console.error('TOOK', took);
    assert.ok(took < PATIENCE_MS, `another client waited ${took} ms`);
  }
  await other.close();
}

test('two hundred REQs of clients that vanish', async t => {
  const relay = await relayWith(
    t,
    Array.from({ length: 50_000 }, (_, i) => event(i)),
  );
  for (let i = 0; i < 20; i++) {
    const client = await RawClient.connect(relay.url);
    for (let j = 0; j < 10; j++) client.send(['REQ', `s${j}`, {}]);
    await client.nextLike('EVENT');
    void client.close();
  }
  await othersAreAnswered(relay);
});

test('COUNT of 100 filters of 50 tag conditions, over events of 10,000 tags', async t => {
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX'];
  const tags = Array.from({ length: 10_000 }, (_, i) => [letters[i % 50]!, `${i}`]);
  const relay = await relayWith(t, [event(1), ...[2, 3, 4, 5, 6].map(i => event(i, { tags }))]);
  const filters = Array.from({ length: 100 }, (_, n) =>
    Object.fromEntries(letters.map((letter, i) => [`#${letter}`, [`${i}`, `${n}`]])),
  );
  const client = await RawClient.connect(relay.url);
  for (let i = 0; i < 10; i++) client.send(['COUNT', `c${i}`, ...filters]);
  await othersAreAnswered(relay);
  for (let i = 0; i < 10; i++) await client.next(([verb, id]) => id === `c${i}` && /COUNT|CLOSED/.test(verb));
});

test('a live event of 10,000 tags for 20 subscriptions of 100 filters, on each of 5 connections', async t => {
  const relay = await relayWith(t, [event(1)]);
  const filters = Array.from({ length: 100 }, (_, n) => ({ '#t': [`${n}`, `${n + 1}`], kinds: [1] }));
  const clients = await Promise.all(Array.from({ length: 5 }, () => RawClient.connect(relay.url)));
  for (const client of clients) {
    for (let i = 0; i < 20; i++) client.send(['REQ', `s${i}`, ...filters]);
    for (let i = 0; i < 20; i++) await client.nextLike('EOSE', `s${i}`);
  }
  const tags = Array.from({ length: 10_000 }, (_, i) => ['t', `${i}`]);
  clients[0]!.send(['EVENT', event(2, { tags })]);
  await othersAreAnswered(relay);
  for (const client of clients) for (let i = 0; i < 20; i++) await client.nextLike('EVENT', `s${i}`);
});

test('many connections with heavy questions each', async t => {
  const relay = await relayWith(
    t,
    Array.from({ length: 20_000 }, (_, i) => event(i)),
  );
  const clients = await Promise.all(Array.from({ length: 40 }, () => RawClient.connect(relay.url)));
  for (const client of clients)
    for (let i = 0; i < 5; i++)
      client.send(['COUNT', `c${i}`, ...Array(50).fill({ kinds: [1], search: 'no such word' })]);
  await othersAreAnswered(relay, 10);
});

test('eight hundred negotiations that are opened at once', async t => {
  const relay = await relayWith(
    t,
    Array.from({ length: 10_000 }, (_, i) => event(i)),
  );
  const clients = await Promise.all(Array.from({ length: 200 }, () => RawClient.connect(relay.url)));
  const opening = bytesToHex(new NegentropyInitiator(new NegentropyItems().seal()).open());
  const longest = await longestTurn(async () => {
    for (const client of clients)
      for (const id of '1234') client.send(['NEG-OPEN', id, { limit: 500 }, opening]);
    await othersAreAnswered(relay);
    for (const client of clients) for (const id of '1234') await client.nextLike('NEG-MSG', id);
  });
  console.error('LONGEST', longest);
  assert.ok(longest < LONGEST_TURN_MS, `${longest} ms at a stretch`);
});

// What two sides differ in, over real sockets: relays of ours with each store, and one that answers by the negentropy of
// NDK. The sets are made up from a seed, with many events of a second and ids that share their first bytes.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Event } from '../../../src/protocol/event.ts';
import { compare, tellIds } from '../../../src/sync/compare.ts';
import { RelaySide } from '../../../src/sync/relay-side.ts';
import { type Mutation, startMutant } from '../../support/mutant-relay.ts';
import { numbers } from '../../support/mutations.ts';
import { ndkAnswers, ndkLearns } from '../../support/ndk-negentropy.ts';
import { A, T0 } from '../../support/people.ts';
import { quickVerifier } from '../../support/quick-verifier.ts';
import { RawClient } from '../../support/raw-client.ts';
import { STORES } from '../../support/stores.ts';
import { patience } from '../../support/wire.ts';

/** Stores do not look at signatures, so ids can be what a test wants. */
function madeUpEvents(count: number, seed: number, seconds: number): Event[] {
  const next = numbers(seed);
  return Array.from({ length: count }, (_, i) => {
    const words = Array.from({ length: 8 }, () => next().toString(16).padStart(8, '0'));
    const id = i % 3 === 0 ? `${'ab'.repeat(24)}${words.join('').slice(48)}` : words.join('');
    const created_at = T0 + (next() % seconds);
    return { id, pubkey: A.publicKey, created_at, kind: 1, tags: [], content: '', sig: '0'.repeat(128) };
  });
}

/** All but one in `of`, another one for each side. */
function twoPartsOf(events: readonly Event[], of: number): [Event[], Event[]] {
  return [events.filter((_, i) => i % of !== 0), events.filter((_, i) => i % of !== 1)];
}

const onlyIn = (events: readonly Event[], others: readonly Event[]): string[] => {
  const there = new Set(others.map(({ id }) => id));
  return events.flatMap(({ id }) => (there.has(id) ? [] : [id])).sort();
};

type Kind = 'memory' | 'lmdb' | 'ndk';

/** A relay of a kind that holds these events. `messageLength` is the longest message that it says to take. */
async function relayOf(t: TestContext, kind: Kind, events: readonly Event[], messageLength?: number) {
  const store = await STORES[kind === 'ndk' ? 'memory' : kind]!();
  await store.add(events);
  const ours: Mutation = {
    relay: { store },
    document: document => ({ ...document, limitation: { max_message_length: messageLength } }),
  };
  const answers = kind === 'ndk' ? ndkAnswers(store, messageLength) : ours;
  const relay = await startMutant(answers);
  t.after(() => relay.close());
  t.after(() => store.close());
  return relay.url;
}

function sideOf(t: TestContext, url: string): RelaySide {
  const side = new RelaySide(url, {
    connection: patience(),
    verifier: quickVerifier,
    negotiates: true,
    retry: 0,
    onOutcome: () => {},
    onRefusal: (relay, reason) => assert.fail(`${relay}: ${reason}`),
    onRetry: () => {},
  });
  t.after(() => side.close('the test is over'));
  return side;
}

describe('two relays differ in exactly what one of them lacks', () => {
  const pairs: [Kind, Kind, count: number, seconds: number, of: number, lengths: (number | undefined)[]][] = [
    ['memory', 'ndk', 900, 1, 30, [8400, undefined]],
    ['ndk', 'lmdb', 900, 60, 3, [undefined, 9000]],
    ['ndk', 'memory', 40, 10, 2, [8400, 8400]],
    ['lmdb', 'memory', 2500, 300, 20, [8400, 8400]],
    ['ndk', 'ndk', 1500, 200, 10, [1_000_000, 8400]],
  ];
  for (const [i, [a, b, count, seconds, of, lengths]] of pairs.entries())
    test(`${a} and ${b}, ${count} events in ${seconds} seconds, messages of at most ${lengths.map(n => n ?? 'any length').join(' and ')}`, async t => {
      const parts = twoPartsOf(madeUpEvents(count, 77 + i, seconds), of);
      const urls = [await relayOf(t, a, parts[0], lengths[0]), await relayOf(t, b, parts[1], lengths[1])];
      const [first, second] = urls.map(url => sideOf(t, url));
      const difference = await compare(first!, second!, {});
      assert.deepEqual(
        difference!.map(ids => [...ids].sort()),
        [onlyIn(parts[0], parts[1]), onlyIn(parts[1], parts[0])],
      );
      const told: string[] = [];
      await tellIds(first!, {}, ids => told.push(...ids));
      assert.deepEqual(told.sort(), onlyIn(parts[0], []));
    });
});

for (const kind of ['memory', 'lmdb'] as const)
  test(`the client of NDK learns the exact difference from our relay, whatever its frame limit (${kind})`, async t => {
    const [ours, theirs] = twoPartsOf(madeUpEvents(2000, 7, 40), 9);
    const client = await RawClient.connect(await relayOf(t, kind, theirs));
    const expected = { have: onlyIn(ours, theirs), need: onlyIn(theirs, ours) };
    for (const limit of [0, 4096, 5000, 20_000])
      assert.deepEqual(await ndkLearns(client, ours, limit), expected, `${limit}`);
    const all = { have: [], need: onlyIn(theirs, []) };
    assert.deepEqual(await ndkLearns(client, [], 4096), all);
  });

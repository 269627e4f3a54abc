// What relays must do, told by frames on a real socket: the published scenarios against our relay and, where they
// are plain NIP-01, against the independent one; the whole real corpus; and every frame against the AsyncAPI schema.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Event } from '../../src/protocol/event.ts';
import { isExpired } from '../../src/protocol/nip40.ts';
import type { EventStore } from '../../src/server/store/store.ts';
import { CLIENT_MESSAGES, classifier, RELAY_MESSAGES } from '../support/frame-schemas.ts';
import { A, B } from '../support/people.ts';
import { type Frame, RawClient } from '../support/raw-client.ts';
import { type NostRelay, startIndependent, startNost, type TestRelay } from '../support/relays.ts';
import { STORES } from '../support/stores.ts';
import { describeVectors, realEvents, vectorJson } from '../support/vectors.ts';

interface Scenario {
  name: string;
  nip: string;
  events: Event[];
  /** The boolean of each OK, where it is fixed. */
  ok?: boolean[];
  ok_prefix?: Record<string, string>;
  /** Indexes of the events a REQ must still bring. */
  kept: number[];
  /** Indexes of the events an open subscription must have got. */
  live?: number[];
  /** Indexes of events whose relay tag has to name the relay under test. */
  needs_resign?: number[];
}

interface Outcome {
  oks: Frame[];
  kept: string[];
  live: string[];
}

/** Plays a scenario into an empty relay while a second client listens. */
async function play(relay: TestRelay, scenario: Scenario): Promise<Outcome> {
  const [writer, listener] = await Promise.all([RawClient.connect(relay.url), RawClient.connect(relay.url)]);
  listener.send(['REQ', 'live', { limit: 0 }]);
  await listener.nextLike('EOSE', 'live');
  const oks: Frame[] = [];
  for (const event of scenario.events) oks.push(await writer.publish(event));
  const kept = (await writer.query({ since: 0 })).map(event => event.id);
  const frames = await listener.settled();
  const live = frames.filter(([verb, id]) => verb === 'EVENT' && id === 'live').map(frame => frame[2].id);
  await Promise.all([writer.close(), listener.close()]);
  return { oks, kept, live };
}

function judge(scenario: Scenario, outcome: Outcome): void {
  const idsOf = (indexes: number[]) => [...new Set(indexes.map(i => scenario.events[i]!.id))].toSorted();
  const booleans = outcome.oks.map(ok => ok[2]);
  if (scenario.ok) assert.deepEqual(booleans, scenario.ok, JSON.stringify(outcome.oks));
  assert.deepEqual(outcome.kept.toSorted(), idsOf(scenario.kept));
  if (scenario.live) assert.deepEqual(outcome.live.toSorted(), idsOf(scenario.live));
}

/** Where a prefix is fixed the file names it, alone or in a choice. */
function judgePrefixes(scenario: Scenario, oks: Frame[]): void {
  for (const [index, wanted] of Object.entries(scenario.ok_prefix ?? {})) {
    const choice = wanted.startsWith('any') ? [''] : wanted.match(/[a-z-]+:/g)!;
    const message = oks[Number(index)]![3];
    assert.ok(
      choice.some(prefix => message.startsWith(prefix)),
      `${message} is not ${wanted}`,
    );
  }
}

/** The scenario for a relay at this URL. The events that name it are signed again. */
function addressedTo(url: string, scenario: Scenario): Scenario {
  const events = scenario.events.map((event, i) => {
    if (!scenario.needs_resign?.includes(i)) return event;
    const tags = event.tags.map(tag => tag.map(item => item.replace('<RELAY_URL>', url)));
    return A.sign({ ...event, tags });
  });
  return { ...scenario, events };
}

/** Where the independent relay is known to differ, and what it does instead. */
const INDEPENDENT_QUIRKS: Readonly<Record<string, Partial<Scenario>>> = {
  'replaceable: newer replaces, stale resend refused': { ok: [true, true, true] },
};

describeVectors('the scenarios', () => {
  const scenarios: Scenario[] = vectorJson('relay/scenarios.json').scenarios;

  for (const [name, open] of Object.entries(STORES)) {
    describe(`our relay, ${name}`, () => {
      for (const scenario of scenarios) {
        test(`NIP-${scenario.nip} ${scenario.name}`, async t => {
          const store = await open();
          const relay = await startNost({ store });
          t.after(async () => {
            await relay.close();
            await store.close();
          });
          const addressed = addressedTo(relay.url, scenario);
          const outcome = await play(relay, addressed);
          for (const ok of outcome.oks) assert.equal(ok.length, 4);
          judge(addressed, outcome);
          judgePrefixes(addressed, outcome.oks);
        });
      }
    });
  }

  describe('the independent relay', () => {
    for (const scenario of scenarios.filter(({ nip }) => nip === '01')) {
      test(scenario.name, async t => {
        const relay = await startIndependent();
        t.after(() => relay.close());
        const outcome = await play(relay, scenario);
        judge({ ...scenario, ...INDEPENDENT_QUIRKS[scenario.name] }, outcome);
      });
    }
  });
});

for (const [name, open] of Object.entries(STORES))
  describeVectors(`our relay and the 2,515 real events, ${name}`, () => {
    const now = Math.floor(Date.now() / 1000);
    const survivors = vectorJson('relay/survivors-permissive.json');
    const removed = new Set<string>(survivors.removed_ids);
    const isServed = (event: Event) =>
      !removed.has(event.id) && !isExpired(event, now) && !survivors.with_protected_tag.includes(event.id);
    const events = realEvents();
    let store: EventStore;
    let relay: NostRelay;
    let client: RawClient;

    before(async () => {
      store = await open();
      relay = await startNost({ store });
      client = await RawClient.connect(relay.url);
      for (const event of events) client.send(['EVENT', event]);
      await client.settled();
    });
    after(async () => {
      await relay.close();
      await store.close();
    });

    test('each gets its OK, in the order sent', () => {
      const oks = client.received.filter(([verb]) => verb === 'OK').map(ok => ok[1]);
      assert.deepEqual(
        oks,
        events.map(event => event.id),
      );
    });

    test('exactly the survivors are left, less the expired and the protected', async () => {
      const kept = (await client.query({})).map(event => event.id);
      assert.equal(survivors.survivors, events.length - removed.size);
      const expected = events.filter(isServed).map(event => event.id);
      assert.deepEqual(kept.toSorted(), expected.toSorted());
    });

    test('an event comes back as it was published', async () => {
      const byId = new Map(events.map(event => [event.id, event]));
      for (const event of await client.query({})) assert.deepEqual(event, byId.get(event.id));
    });

    test('every filter group is answered newest first, ties lowest id first', async () => {
      const gone = new Set(events.filter(event => !isServed(event)).map(event => event.id));
      let asked = 0;
      for (const { filters, ids, count, ids_sha256 } of vectorJson('relay/filter-oracle.json').cases) {
        const answer = (await client.query(...filters)).map(event => event.id);
        if (ids) {
          if (ids.some((id: string) => gone.has(id))) continue;
          assert.deepEqual(answer, ids, JSON.stringify(filters));
        } else {
          if (answer.length !== count) continue; // some of its matches are gone; which, the file does not say
          assert.equal(createHash('sha256').update(answer.toSorted().join('\n')).digest('hex'), ids_sha256);
        }
        asked++;
      }
      assert.ok(asked > 100, `only ${asked} groups could be compared`);
    });

    test('COUNT agrees with REQ', async () => {
      for (const filters of [[{}], [{ kinds: [1] }], [{ kinds: [1] }, { kinds: [1, 7] }], [{ kinds: [] }]]) {
        client.send(['COUNT', 'c', ...filters]);
        const [, , { count }] = await client.nextLike('COUNT', 'c');
        assert.equal(count, (await client.query(...filters)).length);
      }
    });
  });

describeVectors('our relay and the derived events', () => {
  const { valid, invalid } = vectorJson('nip01/events-derived.json');

  test('each valid one is accepted, each invalid one gets OK false or, without a readable id, a NOTICE', async t => {
    const relay = await startNost();
    t.after(() => relay.close());
    const client = await RawClient.connect(relay.url);
    for (const { name, raw } of valid) {
      client.send(`["EVENT",${raw}]`);
      const ok = await client.next(([verb]) => verb === 'OK' || verb === 'NOTICE');
      assert.deepEqual([ok[0], ok[2]], ['OK', true], `${name}: ${JSON.stringify(ok)}`);
    }
    for (const { name, raw } of invalid) {
      client.send(`["EVENT",${raw}]`);
      const [verb, ...rest] = await client.next(([verb]) => verb === 'OK' || verb === 'NOTICE');
      assert.match(verb === 'OK' ? rest[2] : rest[0], /^invalid: /, name);
      if (verb === 'OK') assert.equal(rest[1], false, name);
    }
    const ids = new Set(valid.map(({ raw }: { raw: string }) => JSON.parse(raw).id));
    assert.equal(relay.relay.stats().events, ids.size);
  });
});

test('every frame of a session that uses all of them fits the AsyncAPI definition', async t => {
  const relay = await startNost();
  t.after(() => relay.close());
  const client = await RawClient.connect(relay.url);
  client.send(['REQ', 'a', { kinds: [1] }, { '#t': ['x'], limit: 3, since: 1, until: 2 ** 40 }]);
  await client.publish(A.note('stored and live'));
  await client.publish(A.note('stored and live')); // duplicate
  const locked = B.sign({ tags: [['-']] });
  await client.publish(locked); // auth-required, and a challenge
  const [, challenge] = await client.nextLike('AUTH');
  const auth = B.auth(challenge, relay.url, Math.floor(Date.now() / 1000));
  client.send(['AUTH', auth]);
  await client.nextLike('OK', auth.id);
  await client.publish(locked);
  client.send(['REQ', 'b', ...Array(101).fill({})]); // CLOSED
  client.send(['CLOSE', 'a']);
  await client.settled();

  const sent = client.sent.map(classifier(CLIENT_MESSAGES));
  const received = client.received.map(classifier(RELAY_MESSAGES));
  client.send('not a frame at all');
  const notice = await client.nextLike('NOTICE');
  received.push(classifier(RELAY_MESSAGES)(notice));
  assert.deepEqual(new Set(sent), new Set(Object.keys(CLIENT_MESSAGES)));
  assert.deepEqual(new Set(received), new Set(Object.keys(RELAY_MESSAGES)));
});

// Private messages as the commands send and read them, with relays on real sockets: what is deceitful is refused, and what
// another program wrote is read, and the other way.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as tools04 from 'nostr-tools/nip04';
import * as tools17 from 'nostr-tools/nip17';
import * as tools59 from 'nostr-tools/nip59';
import { Failure } from '../../../../src/errors.ts';
import { type Event, parseEvent } from '../../../../src/protocol/event.ts';
import { encodeEntity } from '../../../../src/protocol/nip19.ts';
import { giftWrap, keyHolder, rumorOf, wrapSeal } from '../../../../src/protocol/nip59.ts';
import { memoryStore } from '../../../../src/server/store/table-store.ts';
import { A, B, C, type Person, person, T0 } from '../../../support/people.ts';
import { runInside } from '../../../support/program-run.ts';
import { startIndependent, startNost, type TestRelay } from '../../../support/relays.ts';
import * as step from '../../../support/scripted-steps.ts';
import { describeWhole } from '../../../support/vectors.ts';
import { scripted } from '../../../support/wire.ts';

const inboxOf = (who: Person, ...relays: string[]) =>
  who.sign({ kind: 10050, tags: relays.map(relay => ['relay', relay]) });

/** A relay that wants AUTH, where people take messages, and one where their lists are. */
async function openWorld(people: readonly Person[], box?: TestRelay, lists: readonly Event[] = []) {
  const store = memoryStore();
  const inbox = box ?? (await startNost({ store, auth: true }));
  const index = await startNost({ seed: [...people.map(who => inboxOf(who, inbox.url)), ...lists] });
  const run = async (who: Person, ...words: string[]) => {
    const { written, failure } = await runInside(['dm', ...words, '--allow-private'], {
      env: { NOSTR_SECRET_KEY: who.secretHex, NOST_RELAYS: index.url, NOST_VERIFY: 'noble' },
      endsItself: true,
    });
    if (failure !== undefined && !(failure instanceof Failure)) throw failure;
    const lines = written.split('\n').slice(0, -1);
    return {
      printed: lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line)),
      told: lines.filter(line => !line.startsWith('{')).join('\n'),
      kind: failure?.kind,
    };
  };
  const close = async () => void (await Promise.all([inbox.close(), index.close()]));
  return { inbox, index, store, run, close };
}

/** Whose list names no relay any more. */
const EMPTIED = person('07'.repeat(32));

type World = Awaited<ReturnType<typeof openWorld>>;

const NOW = Math.floor(Date.now() / 1000);

/** A message of A in a wrap for somebody. */
async function wrapped(to: Person, content: string, more: Partial<Event> = {}, expiration?: number) {
  const tags = [['p', to.publicKey]];
  const rumor = rumorOf({ pubkey: A.publicKey, created_at: NOW, kind: 14, tags, content, ...more });
  return giftWrap(rumor, to.publicKey, keyHolder(A.secretKey), { now: NOW, expiration });
}

/** Why each of them must not be believed. */
const REASONS: Readonly<Record<string, RegExp>> = {
  'rumor-pubkey-differs-from-seal':
    /refused: rumor: it says it is by [0-9a-f]{64}, but [0-9a-f]{64} sealed it/,
  'seal-kind-not-13': /refused: seal: kind 1 is no seal/,
  'rumor-id-wrong': /refused: rumor: the id is not the hash of the rest/,
  'content-not-json': /refused: rumor: not JSON/,
};

describeWhole(
  'nip59/nip59-adversarial.json',
  ({ recipient_sk, cases }) => {
    test('the wraps made to deceive are each refused for their own reason, and the good one is shown', async () => {
      const reader = person(recipient_sk);
      const world = await openWorld([reader]);
      try {
        await world.store.add(cases.map(({ wrap }: { wrap: unknown }) => parseEvent(wrap)));
        const { printed, told, kind } = await world.run(reader, 'read');
        assert.equal(kind, undefined);
        assert.equal(printed.length, 1);
        for (const { name, accept, wrap } of cases) {
          if (accept === true) assert.equal(printed[0].wrap, wrap.id);
          else {
            const line = told.split('\n').find(line => line.includes(wrap.id));
            assert.match(line ?? '', REASONS[name] ?? /a reason/, name);
          }
        }
      } finally {
        await world.close();
      }
    });
  },
  { prose: ['why', 'recipient_pubkey'] },
);

describe('dm read', () => {
  let world: World;
  before(async () => {
    world = await openWorld([B], undefined, [inboxOf(EMPTIED)]);
    const signed = await wrapped(B, 'twice');
    const again = await wrapped(B, 'twice');
    const old = await wrapped(B, 'a year old', { created_at: NOW - 365 * 86_400 });
    const gone = await wrapped(B, 'gone', {}, NOW - 5);
    const kept = await wrapped(B, 'kept', { created_at: NOW - 60 }, NOW + 3600);
    const reaction = await wrapped(B, '+', { kind: 7, created_at: NOW - 30 });
    const note = await wrapped(B, 'a note', { kind: 1 });
    const group = await wrapped(B, 'group', {
      created_at: NOW - 90,
      tags: [
        ['p', B.publicKey],
        ['p', C.publicKey],
      ],
    });
    const seal = B.sign({
      kind: 13,
      content: keyHolder(C.secretKey).nip44Encrypt(B.publicKey, 'x') as string,
    });
    const damaged = wrapSeal(seal, B.publicKey, { now: NOW });
    await world.store.add([signed, again, old, gone, kept, reaction, note, group, damaged]);
  });
  after(() => world.close());
  const contents = async (...words: string[]) =>
    (await world.run(B, 'read', ...words)).printed.map(({ content }) => content);

  test('messages come in the order they were written, each once, and not after they have expired', async () => {
    const { printed, told } = await world.run(B, 'read');
    assert.deepEqual(
      printed.map(({ content }) => content),
      ['a year old', 'group', 'kept', '+', 'twice'],
    );
    assert.match(told, /seal: it cannot be decrypted/);
    const { relay, expiry, pubkey, kind, wrap } = printed[2];
    assert.deepEqual([relay, expiry, pubkey, kind], [world.inbox.url, NOW + 3600, A.publicKey, 14]);
    assert.match(wrap, /^[0-9a-f]{64}$/);
  });

  test('--since is about when a message was written, not about the time of its wrap', async () => {
    assert.deepEqual(await contents('--since', String(NOW - 70)), ['kept', '+', 'twice']);
    assert.deepEqual(await contents('--until', String(NOW - 70)), ['a year old', 'group']);
  });

  test('words name who takes part, -n how many of the newest, -k which kinds', async () => {
    assert.deepEqual(await contents(C.publicKey), ['group']);
    assert.deepEqual(await contents(A.publicKey, C.publicKey), ['group']);
    assert.deepEqual(await contents('-n', '2'), ['+', 'twice']);
    assert.deepEqual(await contents('-k', '1'), ['a note']);
  });

  test('without consent nothing is asked of a relay that is named, and that wants to know who reads', async () => {
    const { printed, kind } = await world.run(B, 'read', '--relay', world.inbox.url);
    assert.deepEqual([printed, kind], [[], 'auth']);
    assert.equal((await contents('--relay', world.inbox.url, '--auth')).length, 5);
  });

  test('somebody who takes no messages is told how to', async () => {
    const { told, kind } = await world.run(C, 'read');
    assert.equal(kind, 'refused');
    assert.match(told, /no list of inboxes \(kind 10050\).*\n.*--set-inbox/);
  });

  test('a list that names no relay is not said to be missing', async () => {
    const { told, kind } = await world.run(EMPTIED, 'read');
    assert.equal(kind, 'refused');
    assert.match(told, /^nost: the list of inboxes \(kind 10050\) of npub1\w+ names no relay: nobody/m);
    const { publicKey } = EMPTIED;
    const sent = await world.run(B, 'send', C.publicKey, publicKey, '-m', 'x');
    assert.match(
      sent.told,
      /no list of inboxes \S+ \S+ of npub1\w+ was found; the list of inboxes .* names no/,
    );
    const own = await world.run(EMPTIED, 'send', B.publicKey, '-m', 'x', '--dry-run');
    assert.match(own.told, /no copy is kept for you: your list of inboxes \(kind 10050\) names no relay/);
  });
});

describe('beside nostr-tools', () => {
  test('what it wraps is read here, with subject and parent', async () => {
    const world = await openWorld([A, B]);
    try {
      const parent = 'ab'.repeat(32);
      const wraps = tools17.wrapManyEvents(
        A.secretKey,
        [{ publicKey: B.publicKey }],
        'from nostr-tools',
        'tea',
        { eventId: parent },
      );
      await world.store.add(wraps.map(wrap => parseEvent(JSON.parse(JSON.stringify(wrap)))));
      for (const reader of [A, B]) {
        const [message] = (await world.run(reader, 'read')).printed;
        assert.deepEqual([message.content, message.pubkey], ['from nostr-tools', A.publicKey]);
        assert.ok(message.tags.some(([name, value]: string[]) => name === 'subject' && value === 'tea'));
        assert.ok(message.tags.some(([name, value]: string[]) => name === 'e' && value === parent));
      }
    } finally {
      await world.close();
    }
  });

  test('what is sent here it unwraps: keys and times are new for each wrap', async () => {
    const world = await openWorld([A, B, C]);
    try {
      const words = ['send', B.publicKey, C.publicKey, '-m', 'to both', '--subject', 'tea', '--dry-run'];
      const { printed: wraps, told } = await world.run(A, ...words);
      assert.match(told, /it would go to npub1/);
      const readers = [B, C, A];
      assert.deepEqual(
        wraps.map(({ tags }) => tags),
        readers.map(({ publicKey }) => [['p', publicKey]]),
      );
      assert.equal(new Set(wraps.map(({ pubkey }) => pubkey)).size, 3);
      assert.equal(new Set(wraps.map(({ created_at }) => created_at)).size, 3);
      for (const { created_at } of wraps)
        assert.ok(created_at <= NOW + 60 && created_at > NOW - 2 * 86_400 - 60);
      const rumors = wraps.map((wrap, at) => tools59.unwrapEvent(wrap, readers[at]!.secretKey));
      assert.equal(new Set(rumors.map(rumor => rumor.id)).size, 1);
      assert.deepEqual(rumors[0]!.tags, [
        ['p', B.publicKey],
        ['p', C.publicKey],
        ['subject', 'tea'],
      ]);
      assert.equal(rumors[0]!.content, 'to both');
      assert.equal(world.store.size, 0);
    } finally {
      await world.close();
    }
  });

  test('its old messages are read with --legacy alone, those one wrote oneself, too', async () => {
    const world = await openWorld([B]);
    try {
      const sent = tools04.encrypt(A.secretKey, B.publicKey, 'an old one');
      const own = tools04.encrypt(B.secretKey, A.publicKey, 'an answer');
      await world.store.add([
        A.sign({ kind: 4, content: sent, tags: [['p', B.publicKey]], created_at: T0 }),
        B.sign({ kind: 4, content: own, tags: [['p', A.publicKey]], created_at: T0 + 1 }),
        A.sign({ kind: 4, content: 'rubbish', tags: [['p', B.publicKey]], created_at: T0 + 2 }),
      ]);
      assert.deepEqual((await world.run(B, 'read')).printed, []);
      const { printed, told } = await world.run(B, 'read', '--legacy');
      assert.deepEqual(
        printed.map(({ content, kind, pubkey, wrap }) => [content, kind, pubkey, wrap]),
        [
          ['an old one', 4, A.publicKey, null],
          ['an answer', 4, B.publicKey, null],
        ],
      );
      assert.match(told, /refused: not a NIP-04 payload/);
    } finally {
      await world.close();
    }
  });
});

test('oneself alone names the notes to oneself; --received leaves out what one wrote', async () => {
  const world = await openWorld([A]);
  try {
    const from = async (who: Person, to: Person, content: string) => {
      const tags = [['p', to.publicKey]];
      const rumor = rumorOf({ pubkey: who.publicKey, created_at: NOW, kind: 14, tags, content });
      return giftWrap(rumor, A.publicKey, keyHolder(who.secretKey), { now: NOW });
    };
    await world.store.add([await from(A, A, 'a note'), await from(A, B, 'sent'), await from(B, A, 'got')]);
    const contents = async (...words: string[]) =>
      (await world.run(A, 'read', ...words)).printed.map(({ content }) => content).sort();
    assert.deepEqual(await contents(), ['a note', 'got', 'sent']);
    assert.deepEqual(await contents(A.publicKey), ['a note']);
    assert.deepEqual(await contents(A.publicKey, B.publicKey), ['got', 'sent']);
    assert.deepEqual(await contents('--received'), ['got']);
  } finally {
    await world.close();
  }
});

test('a relay that the user did not name is not asked about the sender beside a receiver', async t => {
  const answers = [step.repeat(undefined, step.expectFrame('REQ'), step.eose())];
  const hint = await scripted(t, answers);
  const outbox = await scripted(t, answers);
  const lists = [A, B].map(who =>
    who.sign({
      kind: 10002,
      tags: [
        ['r', hint.url],
        ['r', outbox.url],
      ],
    }),
  );
  const world = await openWorld([A, B]);
  const index = await startNost({
    seed: [...lists, inboxOf(A, world.inbox.url), inboxOf(B, world.inbox.url)],
  });
  try {
    const code = encodeEntity({ type: 'nprofile', pubkey: B.publicKey, relays: [hint.url] });
    const { printed } = await world.run(A, 'send', code, '-m', 'x', '--dry-run', '--relay', index.url);
    assert.equal(printed.length, 2);
    for (const relay of [hint, outbox]) {
      assert.match(relay.received.join(), new RegExp(B.publicKey));
      assert.doesNotMatch(relay.received.join(), new RegExp(A.publicKey));
    }
  } finally {
    await world.close();
    await index.close();
  }
});

test("an inbox that is a receiver's, too, is not told for the sake of the copy who writes", async t => {
  const asked = (...answer: step.Step[]) => [step.auth('who'), step.expectFrame('EVENT'), ...answer];
  const shared = await scripted(t, {
    perConnection: [asked(step.ok(true)), asked(step.ok(false, 'auth-required: who'), step.waitClose())],
  });
  const world = await openWorld([A, B], shared as unknown as TestRelay);
  try {
    const { printed, told, kind } = await world.run(A, 'send', B.publicKey, '-m', 'x');
    assert.deepEqual([printed[0].to[0].relays, printed[0].copy, kind], [[shared.url], [], 'partial']);
    assert.match(told, /everybody got the message, but no copy is kept for you\n\s*Allow it with --auth/);
    assert.doesNotMatch(shared.received.join(), /"AUTH"/);
  } finally {
    await world.close();
  }
});

test('the inbox may be a relay that shares no code with ours', async () => {
  const world = await openWorld([A, B], await startIndependent());
  try {
    const { printed } = await world.run(A, 'send', B.publicKey, '-m', 'across');
    assert.deepEqual(printed[0].to, [{ pubkey: B.publicKey, relays: [world.inbox.url] }]);
    assert.deepEqual(printed[0].copy, [world.inbox.url]);
    for (const who of [A, B]) assert.equal((await world.run(who, 'read')).printed[0].content, 'across');
  } finally {
    await world.close();
  }
});

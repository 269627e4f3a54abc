// What each recipe of README comes to: the world it is tried in, and what must be so afterwards. A recipe is known by the
// sentence above it, so that a changed promise is looked at here.
import assert from 'node:assert/strict';
import type { Event } from '../../src/protocol/event.ts';
import { bytesToHex } from '../../src/protocol/hex.ts';
import { encodeEntity } from '../../src/protocol/nip19.ts';
import { conversationKey, decryptPayload } from '../../src/protocol/nip44.ts';
import { giftWrap, keyHolder, openGift, rumorOf } from '../../src/protocol/nip59.ts';
import { A, B, C, T0, withBrokenSignature } from './people.ts';
import type { NostOptions } from './relays.ts';

/** One of the three relays that README names; `dead` does not listen, `silent` never answers. */
export type Place = NostOptions | 'dead' | 'silent';

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
  /** A file that the recipe wrote; throws when there is none. */
  file(name: string): string;
  /** What a relay holds now. */
  stored(place: 'relay' | 'a' | 'b'): Promise<Event[]>;
}

export interface Try {
  relay?: Place;
  a?: Place;
  b?: Place;
  /** Texts of the recipe that stand for something quicker. */
  instead?: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
  /** Sent to a relay (to b where none is named) when stdout has so many lines. */
  live?: { after: number; event: Event; to?: 'relay' };
  check(outcome: Outcome): void | Promise<void>;
}

const note = (who: typeof A, content: string, at: number, tags: string[][] = []) =>
  who.sign({ kind: 1, tags, content, created_at: T0 + at });
/** An event of so many seconds ago. */
const fresh = (kind: number, age: number) =>
  A.sign({ kind, tags: [], content: 'new', created_at: Math.floor(Date.now() / 1000) - age });
const article = (who: typeof A, name: string, at: number) =>
  who.sign({ kind: 30023, tags: [['d', name]], content: name, created_at: T0 + at });
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const linesOf = (text: string) => text.split('\n').slice(0, -1);
const json = (events: readonly Event[]) => events.map(event => JSON.stringify(event));
const idsOf = (events: readonly Event[]) => events.map(({ id }) => id).sort();

export const NPUB = encodeEntity({ type: 'npub', pubkey: A.publicKey });

const tagged = numbers(9).map(i => note(A, `tagged ${i}`, i, [['t', 'nostr']]));
const live = note(A, 'live', 50, [['t', 'nostr']]);
const others = [
  note(B, 'other', 60),
  note(B, 'not nostr', 61, [['t', 'x']]),
  A.sign({
    kind: 7,
    tags: [
      ['t', 'nostr'],
      ['e', tagged[0]!.id],
    ],
    content: '+',
    created_at: T0 + 62,
  }),
];
/** Neither a note of A's with that tag. */
const stays = [...others, note(B, 'tagged', 63, [['t', 'nostr']]), note(A, 'plain', 64)];
const ofA = numbers(12).map(i => note(A, `a ${i}`, i));
const moved = [0, 3, 10002].map(kind =>
  A.sign({ kind, tags: [], content: kind === 0 ? '{}' : '', created_at: T0 + kind }),
);
const stay = [note(A, 'stays', 1), B.sign({ kind: 0, tags: [], content: '{}', created_at: T0 }), ...ofA];
const expired = note(A, 'expired', 1, [['expiration', String(T0 + 5)]]);
const forged = { ...ofA[3]!, id: bytesToHex(new Uint8Array(32)) };
const damaged = withBrokenSignature(ofA[4]!);
const wanted = ofA[5]!;

/** A chat message in a wrap. */
const wrapped = (content: string, to: typeof A) => {
  const rumor = rumorOf({ pubkey: B.publicKey, created_at: T0, kind: 14, tags: [], content });
  return giftWrap(rumor, to.publicKey, keyHolder(B.secretKey), { now: T0 });
};
const wraps = await Promise.all([wrapped('see you at nine', A), wrapped('not for A', C)]);

/** The events of the example with faults. */
export const TAGGED = tagged;

/** The files that lie in the folder of a recipe. */
export const FILES: Readonly<Record<string, string>> = {
  'key.txt': `${encodeEntity({ type: 'nsec', secretKey: A.secretKey })}\n`,
  'letter.txt': 'dear A,\n',
  'posts.jsonl': '{"text":"one"}\n{"text":"two"}\n',
  'accepted.jsonl': [ofA[0]!, expired, ofA[1]!].map(event => `${JSON.stringify(event)}\n`).join(''),
  'events.jsonl': [ofA[0]!, forged, damaged].map(event => `${JSON.stringify(event)}\n`).join(''),
  'pass.txt': 'a passphrase\n',
  'rye.md': '---\n# in front\ntitle: "On Rye"\ntags: bread, Rye\n---\n\n# Rye\n',
};

const stamp = (at: number) => new Date((T0 + at) * 1000).toISOString().replace('.000', '');

export const RECIPES: Readonly<Record<string, readonly Try[]>> = {
  'The newest articles of an author; identifiers are hex, npub, nprofile, note, nevent, nostr: URIs or links to web clients':
    [
      {
        relay: {
          seed: [
            ...numbers(7).map(i => article(A, `a${i}`, i)),
            article(B, 'b', 90),
            ...others,
            note(A, 'n', 95),
          ],
        },
        check: ({ code, stdout }) => assert.deepEqual([code, stdout], [0, 'a6\na5\na4\na3\na2\n']),
      },
    ],
  'Two relays as one stream: verified, deduplicated, ends after ten events': [
    {
      a: { seed: [...tagged.slice(0, 6), ...others] },
      b: { seed: [...tagged.slice(3), ...others] },
      live: { after: 9, event: live },
      check({ code, stdout }) {
        assert.equal(code, 0);
        assert.deepEqual(linesOf(stdout).sort(), json([...tagged, live]).sort());
      },
    },
    {
      // It ends although more would come.
      a: { seed: [...tagged, note(A, 'more', 9, [['t', 'nostr']]), note(A, 'more', 10, [['t', 'nostr']])] },
      check: ({ code, stdout }) => assert.deepEqual([code, linesOf(stdout).length], [0, 10]),
    },
  ],
  'Everything a relay has of an author, page after page, with a report of how it ended': [
    {
      relay: { seed: [...ofA, ...others.slice(0, 2)], maxLimit: 5 },
      check({ code, stdout, file }) {
        assert.deepEqual([code, stdout], [0, '']);
        assert.deepEqual(linesOf(file('mine.jsonl')).sort(), json(ofA).sort());
        const report = linesOf(file('endings.jsonl')).map(line => JSON.parse(line));
        assert.deepEqual(
          report.map(({ end, complete, events }) => ({ end, complete, events })),
          [{ end: 'eose', complete: true, events: ofA.length }],
        );
      },
    },
  ],
  'From one relay to another': [
    {
      a: { seed: [...moved, ...stay], maxLimit: 2 },
      async check({ code, stdout, stored }) {
        assert.equal(code, 0);
        assert.deepEqual(linesOf(stdout).sort(), json(moved).sort());
        assert.deepEqual(idsOf(await stored('b')), idsOf(moved));
      },
    },
  ],
  'A note to two relays; both must accept it': [
    {
      async check({ code, stdout, stored }) {
        assert.equal(code, 0);
        const sent = JSON.parse(stdout);
        assert.deepEqual([sent.content, sent.kind, sent.pubkey], ['hello', 1, A.publicKey]);
        for (const place of ['a', 'b'] as const) assert.deepEqual(idsOf(await stored(place)), [sent.id]);
      },
    },
    { b: 'dead', check: ({ code }) => assert.equal(code, 3) },
  ],
  'A file of events, one result line per event and relay; what was not accepted': [
    {
      instead: { 'events.jsonl': 'accepted.jsonl' },
      async check({ stdout, stored }) {
        const results = linesOf(stdout).map(line => JSON.parse(line));
        assert.deepEqual(
          results.map(({ id, ok }) => [id, ok]),
          [[expired.id, false]],
        );
        assert.ok(results[0].relay.startsWith('ws://') && results[0].status !== 'accepted');
        assert.deepEqual(idsOf(await stored('relay')), idsOf([ofA[0]!, ofA[1]!]));
      },
    },
  ],
  'Drafts become events: the flags and the key add what a draft lacks': [
    {
      async check({ code, stdout, stored }) {
        assert.equal(code, 0);
        const events: Event[] = linesOf(stdout).map(line => JSON.parse(line));
        assert.deepEqual(
          events.map(({ content, tags, pubkey }) => [content, tags, pubkey]),
          ['one', 'two'].map(text => [text, [['t', 'blog']], A.publicKey]),
        );
        assert.deepEqual(idsOf(await stored('relay')), idsOf(events));
      },
    },
  ],
  'In CI: fail when nothing arrives, or when not every relay answers completely': [
    {
      a: { seed: [wanted] },
      b: { seed: ofA },
      env: { id: wanted.id },
      check: ({ code, stdout }) => assert.deepEqual([code, stdout], [0, '']),
    },
    {
      a: { seed: ofA },
      b: { seed: ofA },
      env: { id: expired.id },
      check: ({ code }) => assert.equal(code, 1),
    },
    { a: { seed: ofA }, b: 'dead', env: { id: wanted.id }, check: ({ code }) => assert.equal(code, 3) },
    { a: 'dead', b: { seed: ofA }, env: { id: wanted.id }, check: ({ code }) => assert.equal(code, 3) },
    {
      a: { seed: ofA },
      b: 'silent',
      instead: { '10s': '3s' },
      env: { id: wanted.id },
      check: ({ code }) => assert.equal(code, 3),
    },
  ],
  'In CI: go on when both relays answer': [
    {
      check({ code, stdout }) {
        assert.equal(code, 0);
        assert.match(stdout, /^({"relay":.*"answer":"eose".*}\n){2}ready\n$/);
      },
    },
    { a: 'dead', env: { NOST_TIMEOUT: '1s' }, check: ({ code }) => assert.equal(code, 124) },
    { b: 'silent', env: { NOST_TIMEOUT: '1s' }, check: ({ code }) => assert.equal(code, 124) },
  ],
  'Events as lines of text': [
    {
      relay: { seed: [...ofA, article(A, 'late', 99)] },
      check: ({ code, stdout }) =>
        assert.deepEqual(
          [code, linesOf(stdout)],
          [0, [11, 10, 9, 8, 7].map(i => `${stamp(i)} ${NPUB} a ${i}`)],
        ),
    },
  ],
  'For people: cards and tables; NOST_PRETTY=auto does so at each terminal': [
    {
      relay: { seed: [...ofA, article(A, 'late', 99)] },
      check({ code, stdout }) {
        assert.equal(code, 0);
        assert.deepEqual(
          stdout.match(/^ {2}a \d+$/gm),
          [11, 10, 9, 8, 7].map(i => `  a ${i}`),
        );
        assert.equal(stdout.match(/^\d{4}-\d\d-\d\d \S+ UTC {2}npub1\S+ {2}note$/gm)?.length, 5);
      },
    },
  ],
  'Which events of a file are not valid, and why': [
    {
      check({ code, stdout }) {
        assert.equal(code, 1);
        const results = linesOf(stdout).map(line => JSON.parse(line));
        assert.deepEqual(
          results.map(({ line, id, valid, layer }) => [line, id, valid, layer]),
          [
            [2, forged.id, false, 'id'],
            [3, damaged.id, false, 'signature'],
          ],
        );
        for (const { reason } of results) assert.match(reason, /\w{4}/);
      },
    },
  ],
  'A text that its reader alone can open, from a file, byte for byte': [
    {
      check({ code, stdout }) {
        assert.equal(code, 0);
        const key = conversationKey(A.secretKey, A.publicKey);
        assert.equal(decryptPayload(stdout.trim(), key), FILES['letter.txt']);
      },
    },
  ],
  'A private message: the relay sees for whom it is, not who wrote it': [
    {
      async check({ code, stored }) {
        assert.equal(code, 0);
        const [wrap] = await stored('relay');
        const { rumor } = await openGift(wrap!, keyHolder(A.secretKey));
        assert.notEqual(wrap!.pubkey, A.publicKey);
        assert.deepEqual([rumor.kind, rumor.content], [14, 'see you at nine']);
      },
    },
  ],
  'The private messages for me, each checked before it is believed': [
    {
      relay: { seed: [...wraps, note(B, 'not private', 1, [['p', A.publicKey]])] },
      check: ({ code, stdout }) => assert.deepEqual([code, stdout], [0, 'see you at nine\n']),
    },
  ],
  'What a code holds: of codes, nostr: URIs, links to web clients, invoices, URIs of signers and wallets': [
    { check: ({ code, stdout }) => assert.deepEqual([code, stdout], [0, `${A.publicKey}\n`]) },
  ],
  'What an event is: its kind, its address, its tags, and whether its id and signature are right': [
    {
      check({ code, stdout }) {
        const facts = linesOf(stdout).map(line => JSON.parse(line));
        assert.deepEqual(
          [code, facts.map(({ type, kind_name, valid }) => `${type} ${kind_name} ${valid}`)],
          [0, ['event note true', 'event note false', 'event note false']],
        );
      },
    },
  ],
  'Whether a relay is well: it answers, its certificate lasts, and a note came in the last hour; exit 1 if not':
    [
      {
        relay: { seed: [fresh(1, 600)] },
        check({ code, stdout }) {
          assert.equal(code, 0);
          assert.match(stdout, /^ok .*newest event 1\d min old\n$/);
        },
      },
      { relay: { seed: [fresh(1, 4000), fresh(7, 5)] }, check: ({ code }) => assert.equal(code, 1) },
      { relay: { seed: [note(A, 'old', 1)] }, check: ({ code }) => assert.equal(code, 1) },
    ],
  'How fast relays answer: the usual time from REQ to EOSE, in milliseconds; --pretty has tables and a histogram':
    [
      {
        check({ code, stdout }) {
          assert.equal(code, 0);
          assert.match(stdout, /^\d+(\.\d+)?\n$/);
        },
      },
      { relay: 'dead', check: ({ stdout }) => assert.equal(stdout, 'null\n') },
    ],
  'A relay moved to another: all that it lacks; again later, only what is new; diff ends with 0 when they hold the same':
    [
      {
        a: { seed: [...moved, ...stay] },
        b: { seed: moved.slice(0, 1) },
        async check({ code, stdout, stderr, stored }) {
          const events = [...moved, ...stay];
          assert.equal(code, 0, stderr);
          assert.match(stderr, /negentropy/);
          const counts = linesOf(stdout).map(line => JSON.parse(line));
          assert.deepEqual(
            counts.map(each => [each.events, each.missing_here]),
            [
              [events.length, 0],
              [events.length, 0],
            ],
          );
          assert.deepEqual(idsOf(await stored('b')), idsOf(events));
        },
      },
      // What only b has is told.
      { a: { seed: moved }, b: { seed: stay }, check: ({ code }) => assert.equal(code, 1) },
    ],
  'A backup of what a relay has of an author, the same line each night; and the way back, to another relay': [
    {
      relay: { seed: [...moved, note(B, 'of another', 3)] },
      async check({ code, file, stored }) {
        assert.equal(code, 0);
        assert.deepEqual(linesOf(file('backup.jsonl')).sort(), json(moved).sort());
        assert.deepEqual(idsOf(await stored('b')), idsOf(moved));
      },
    },
  ],
  'A field of my profile, all others stay; the newest version that any of my relays has is read first': [
    {
      relay: { seed: [A.sign({ kind: 0, content: '{"name":"a","about":"old","x":1.50}' })] },
      async check({ code, stored }) {
        assert.equal(code, 0);
        const [profile] = (await stored('relay')).filter(({ kind }) => kind === 0);
        assert.equal(profile!.content, '{"name":"a","about":"hello","x":1.50}');
      },
    },
  ],
  'My notes of a topic deleted at two relays; then for each note and relay whether it is gone': [
    {
      a: { seed: [...tagged.slice(0, 2), ...stays] },
      b: { seed: tagged.slice(1, 3) },
      async check({ code, stdout, stored }) {
        assert.deepEqual([code, stdout], [0, 'true\n'.repeat(6)]);
        const [request, ...more] = await stored('b');
        assert.deepEqual([request!.kind, request!.content, more], [5, 'only a test', []]);
        assert.deepEqual(idsOf(await stored('a')), idsOf([...stays, request!]));
      },
    },
  ],
  'A Markdown file as an article, new or a new version; and as a file again': [
    {
      relay: {
        seed: [
          A.sign({
            kind: 30023,
            tags: [
              ['d', 'rye'],
              ['published_at', '17'],
              ['zap', 'z'],
            ],
          }),
        ],
      },
      async check({ code, file, stored }) {
        assert.equal(code, 0);
        const [{ tags, content }] = (await stored('relay')) as [Event];
        const published = [
          ['d', 'rye'],
          ['published_at', '17'],
          ['zap', 'z'],
          ['title', 'On Rye'],
        ];
        assert.deepEqual(tags, [...published, ['t', 'bread'], ['t', 'rye']]);
        assert.equal(content, '\n# Rye\n');
        const head = ['title: On Rye', 'published_at: 17', 'tags: [bread, rye]', 'd: rye'];
        assert.equal(file('again.md'), ['---', ...head, '---', content].join('\n'));
      },
    },
  ],
  'What a relay allows': [
    {
      relay: { maxLimit: 77 },
      check: ({ code, stdout }) => assert.deepEqual([code, JSON.parse(stdout).max_limit], [0, 77]),
    },
  ],
};

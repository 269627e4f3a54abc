// "Coming from nak" in README: each line of nost does what it stands beside nak's for.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { stringifyEvent } from '../../src/protocol/event.ts';
import { encodeEntity } from '../../src/protocol/nip19.ts';
import { conversationKey, decryptPayload } from '../../src/protocol/nip44.ts';
import { giftWrap, keyHolder, openGift, rumorOf } from '../../src/protocol/nip59.ts';
import { A, B, T0 } from '../support/people.ts';
import type { Try } from '../support/readme-recipes.ts';
import { attempt, PATIENCE_MS, README } from '../support/readme-world.ts';

const NOW = Math.floor(Date.now() / 1000);
const tag = ['t', 'nostr'];
const ofA = Array.from({ length: 12 }, (_, i) => A.note(`a ${i}`, T0 + i));
const profile = A.sign({ kind: 0, content: '{"name":"a"}' });
const tagged = [A.note('one', NOW - 7000, [tag]), B.note('two', NOW - 60, [tag])];
const others = [
  B.note('other', T0 + 90),
  B.sign({ kind: 7, tags: [tag], content: '+', created_at: NOW - 60 }),
];
const live = A.note('live', NOW, [tag]);
const follows = [A, B].map(who => who.sign({ kind: 3, tags: [['p', A.publicKey]] }));
const comments = [A, B].map(who => who.sign({ kind: 1111, content: 'a comment', tags: [['k', '1']] }));
const NOTE = encodeEntity({ type: 'note', id: ofA[0]!.id });
const rumor = rumorOf({ pubkey: B.publicKey, created_at: T0, kind: 14, tags: [], content: 'see you' });
const wrap = await giftWrap(rumor, A.publicKey, keyHolder(B.secretKey), { now: T0 });

const linesOf = (text: string) => text.split('\n').slice(0, -1);
const parsed = (text: string) => linesOf(text).map(line => JSON.parse(line));
const contents = (text: string) => parsed(text).map(({ content }) => content);
/** Makes a file of these events before the line is run. */
const given = (name: string, events: readonly object[]) =>
  `printf '%s\\n' ${events.map(event => `'${JSON.stringify(event)}'`).join(' ')} > ${name}; `;

interface Task extends Try {
  /** Shell that is run before the line. */
  before?: string;
}

const TASKS: Readonly<Record<string, Task>> = {
  'read the newest notes of an author': {
    relay: { seed: [...ofA, ...others, profile] },
    check: ({ code, stdout }) =>
      assert.deepEqual([code, contents(stdout)], [0, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map(i => `a ${i}`)]),
  },
  'follow a hashtag live': {
    relay: { seed: [...tagged, ...others] },
    // It would never end: the third event is the live one.
    instead: { '--stream': '--stream -n 3' },
    live: { after: 2, event: live, to: 'relay' },
    check: ({ code, stdout }) =>
      assert.deepEqual([code, contents(stdout).sort()], [0, ['live', 'one', 'two']]),
  },
  'read a hashtag of the last hours': {
    relay: { seed: [...tagged, ...others, A.note('old', NOW - 7500, [tag])] },
    check: ({ code, stdout }) => assert.deepEqual([code, contents(stdout)], [0, ['two', 'one']]),
  },
  'publish a note with tags': {
    async check({ code, stdout, stored }) {
      assert.equal(code, 0);
      const [event] = await stored('relay');
      assert.equal(stdout, `${stringifyEvent(event!)}\n`);
      const { kind, content, tags, pubkey } = event!;
      assert.deepEqual([kind, content, pubkey], [1, 'good morning', A.publicKey]);
      assert.deepEqual(tags, [
        ['p', A.publicKey],
        ['t', 'gm'],
      ]);
    },
  },
  'delete a note': {
    relay: { seed: ofA.slice(0, 2) },
    env: { ID: ofA[0]!.id },
    async check({ code, stored }) {
      assert.equal(code, 0);
      const left = await stored('relay');
      assert.deepEqual(left.map(({ kind }) => kind).sort(), [1, 5]);
      assert.ok(left.some(({ id }) => id === ofA[1]!.id));
    },
  },
  'publish a file of events': {
    before: given('events.jsonl', ofA),
    async check({ code, stored }) {
      assert.equal(code, 0);
      assert.deepEqual((await stored('relay')).map(({ id }) => id).sort(), ofA.map(({ id }) => id).sort());
    },
  },
  'count followers': {
    relay: { seed: [...follows, ...ofA, others[0]!] },
    check({ code, stdout }) {
      assert.equal(code, 0);
      assert.equal(parsed(stdout)[0].count, 2);
    },
  },
  'show a profile': {
    relay: { seed: [...ofA, profile] },
    check: ({ code, stdout }) => assert.deepEqual([code, parsed(stdout)], [0, [profile]]),
  },
  'download all of an author': {
    relay: { seed: [...ofA, ...others], maxLimit: 5 },
    check({ code, file }) {
      assert.equal(code, 0);
      assert.deepEqual(contents(file('all.jsonl')).sort(), ofA.map(({ content }) => content).sort());
    },
  },
  'ask what a relay allows': {
    relay: { maxLimit: 77 },
    check: ({ code, stdout }) => assert.deepEqual([code, parsed(stdout)[0].limitation.max_limit], [0, 77]),
  },
  'decode, and encode with a relay': {
    instead: { 'wss://…': 'wss://there.example' },
    check: ({ code, stdout }) =>
      assert.deepEqual(
        [code, stdout],
        [0, `${encodeEntity({ type: 'nevent', id: ofA[0]!.id, relays: ['wss://there.example'] })}\n`],
      ),
  },
  'make a key, encrypted': {
    env: { NOST_PASSPHRASE_FILE: 'pass.txt' },
    check({ code, stdout }) {
      const [{ name, store, path }] = parsed(stdout);
      assert.deepEqual([code, name, store], [0, 'me', 'file']);
      assert.match(readFileSync(path, 'utf8'), /ncryptsec1/);
    },
  },
  'print a request': {
    check({ code, stdout }) {
      const [verb, , filter] = JSON.parse(stdout);
      assert.deepEqual([code, verb, filter], [0, 'REQ', { kinds: [1], limit: 10 }]);
    },
  },
  'filter a file': {
    before: given('events.jsonl', [...comments, ...ofA]),
    check: ({ code, stdout }) => assert.deepEqual([code, parsed(stdout)], [0, [comments[0]]]),
  },
  'check a file': {
    check({ code, stdout, stderr }) {
      assert.equal(code, 1);
      assert.deepEqual(contents(stdout), ['a 0']);
      assert.match(stderr, /2/);
    },
  },
  'encrypt a text': {
    check({ code, stdout }) {
      assert.equal(code, 0);
      assert.equal(decryptPayload(stdout.trim(), conversationKey(A.secretKey, A.publicKey)), 'hello');
    },
  },
  'wrap a note': {
    async check({ code, stdout }) {
      assert.equal(code, 0);
      const { rumor } = await openGift(parsed(stdout)[0], keyHolder(A.secretKey));
      assert.deepEqual([rumor.kind, rumor.content, rumor.pubkey], [1, 'hello', A.publicKey]);
    },
  },
  'open gift wraps': {
    before: given('wraps.jsonl', [wrap]),
    check: ({ code, stdout }) => assert.deepEqual([code, contents(stdout)], [0, ['see you']]),
  },
  'run a relay for tests': {
    // It would hold the port that others may use, and never end.
    instead: {
      'nost serve':
        'nost serve --port 0 > url & until [ -s url ]; do sleep 0.05; done; kill %1; wait %1 && cat url',
    },
    check: ({ code, stdout }) => {
      assert.equal(code, 0);
      assert.match(stdout, /^ws:\/\/(?:127\.0\.0\.1|localhost):\d+\n$/);
    },
  },
};

/** The rows of the table: the task, and both lines. */
const rows = /<!-- nak -->\n([\s\S]*?)<!-- \/nak -->/
  .exec(README)![1]!
  .split('\n')
  .slice(2, -1)
  .map(row => /^\| (.+?) \| `(.+)` \| `(.+)` \|$/.exec(row)!.slice(1) as [string, string, string])
  .map(cells => cells.map(cell => cell.replaceAll('\\|', '|')) as [string, string, string]);

describe('coming from nak', () => {
  test('the table holds at least twelve tasks, those that are tried here', () => {
    assert.deepEqual(
      rows.map(([task]) => task),
      Object.keys(TASKS),
    );
    assert.ok(rows.length >= 12);
  });

  for (const [task, theirs, ours] of rows)
    test(`${task}: ${ours}`, async () => {
      assert.match(theirs, /^nak /);
      assert.doesNotMatch(ours, /\bnak\b/);
      const trial = TASKS[task]!;
      const words = { 'note1…': NOTE, ...trial.instead };
      const place = 'wss://…' in words ? {} : { 'wss://…': 'wss://relay.example' };
      const line = (trial.before ?? '') + ours;
      await attempt(line, { ...trial, instead: { ...words, ...place } }, PATIENCE_MS);
    });
});

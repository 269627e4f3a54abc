// The built program beside nostr-tools, both ways, on random input: what one writes the other reads.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as tools04 from 'nostr-tools/nip04';
import { getPow } from 'nostr-tools/nip13';
import * as tools19 from 'nostr-tools/nip19';
import * as tools44 from 'nostr-tools/nip44';
import * as tools49 from 'nostr-tools/nip49';
import * as tools59 from 'nostr-tools/nip59';
import { type EventTemplate, finalizeEvent, getPublicKey, verifyEvent } from 'nostr-tools/pure';
import { bytesToHex } from '../../src/protocol/hex.ts';
import { hex32, kind, record, runs, text } from '../support/arbitraries.ts';
import { A, B } from '../support/people.ts';

const BIN = join(import.meta.dirname, '../../bin/nost.js');

/** `count` values, the same at each run. */
const some = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] =>
  fc.sample(arbitrary, { ...runs(1), numRuns: count });

interface Run {
  input?: string | Buffer;
  env?: Record<string, string>;
}

/** Runs the program with the key of A; it must end well. */
function nost(args: readonly string[], { input = '', env = {} }: Run = {}): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [BIN, ...args], {
    input,
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'], // the start cache, which all share
      NOST_NO_INPUT: '1',
      NOSTR_SECRET_KEY: A.secretHex,
      ...env,
    },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

const lines = (text: string) => text.split('\n').slice(0, -1);
const values = (text: string) => lines(text).map(line => JSON.parse(line));
const jsonl = (items: readonly unknown[]) => items.map(item => `${JSON.stringify(item)}\n`).join('');
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** nostr-tools drops a leading byte order mark. */
const words = text.filter(value => value !== '' && !value.startsWith('\ufeff'));
const draft: fc.Arbitrary<EventTemplate> = record({
  kind: fc.integer({ min: 1000, max: 9999 }),
  tags: fc.array(fc.tuple(fc.constantFrom('t', 'x', 'alt'), words), { maxLength: 4 }),
  content: words,
  created_at: fc.nat({ max: 2 ** 31 }),
});

describe('the program and nostr-tools', () => {
  test('codes: decode reads them, and encode - writes what nostr-tools reads', () => {
    const relays = fc.array(fc.webUrl({ validSchemes: ['wss'] }), { maxLength: 3 });
    const codes = some(
      fc.record({
        key: hex32,
        id: hex32,
        relays,
        kind,
        identifier: words.filter(value => value.length < 50),
      }),
      60,
    ).flatMap(({ key, id, relays, kind, identifier }) => [
      tools19.npubEncode(key),
      tools19.noteEncode(id),
      tools19.nprofileEncode({ pubkey: key, relays }),
      tools19.neventEncode({ id, relays, author: key, kind }),
      tools19.neventEncode({ id }),
      tools19.naddrEncode({ identifier, pubkey: key, relays, kind }),
    ]);
    const decoded = nost(['decode'], { input: `${codes.join('\n')}\n` });
    const theirs = codes.map(code => tools19.decode(code as `npub1${string}`));
    const flat = theirs.map(({ type, data }) => {
      if (type === 'npub') return { type, pubkey: data };
      return type === 'note' ? { type, id: data } : { type, ...(data as unknown as object) };
    });
    assert.deepEqual(values(decoded), plain(flat));
    const encoded = lines(nost(['encode', '-'], { input: decoded }));
    assert.deepEqual(
      encoded.map(code => tools19.decode(code as `npub1${string}`)),
      theirs,
    );
  });

  test('events: sign is verified there, and what is signed there is verified', () => {
    const drafts = some(draft, 40);
    const events = values(nost(['sign', '--allow-nsec', '-'], { input: jsonl(drafts) }));
    assert.equal(events.length, drafts.length);
    for (const [i, event] of events.entries()) {
      assert.ok(verifyEvent(event));
      assert.equal(event.id, finalizeEvent({ ...drafts[i]! }, A.secretKey).id);
    }
    const theirs = drafts.map(each => plain(finalizeEvent({ ...each }, B.secretKey)));
    assert.deepEqual(values(nost(['verify'], { input: jsonl(theirs) })), theirs);
  });

  test('proof of work: what is mined has its bits there', () => {
    const drafts = some(draft, 3).map(({ content }) => ({ kind: 1, content }));
    const events = values(nost(['sign', '--pow', '9', '-'], { input: jsonl(drafts) }));
    assert.equal(events.length, drafts.length);
    for (const event of events) assert.ok(verifyEvent(event) && getPow(event.id) >= 9);
  });

  test('NIP-44: a text of any length', () => {
    const key = tools44.getConversationKey(B.secretKey, A.publicKey);
    for (const message of [...some(words, 2), 'ф'.repeat(40_000)]) {
      assert.equal(
        tools44.decrypt(nost(['encrypt', '--to', B.publicKey], { input: message }).trim(), key),
        message,
      );
      const theirs = tools44.encrypt(message, key);
      assert.equal(nost(['decrypt', '--from', B.publicKey], { input: theirs }), message);
    }
  });

  test('NIP-04', () => {
    const [message] = some(words, 1) as [string];
    const ours = nost(['encrypt', '--nip04', '--to', B.publicKey], { input: message }).trim();
    assert.equal(tools04.decrypt(B.secretKey, A.publicKey, ours), message);
    const theirs = tools04.encrypt(B.secretKey, A.publicKey, message);
    assert.equal(nost(['decrypt', '--from', B.publicKey], { input: theirs }), message);
  });

  test('NIP-59: wraps', () => {
    const drafts = some(draft, 20);
    const wraps = values(nost(['wrap', '--to', B.publicKey, '--allow-nsec', '-'], { input: jsonl(drafts) }));
    const opened = wraps.map(wrap => tools59.unwrapEvent(wrap, B.secretKey));
    assert.deepEqual(
      opened.map(({ content, kind, tags, pubkey }) => ({ content, kind, tags, pubkey })),
      drafts.map(({ content, kind, tags }) => ({ content, kind, tags, pubkey: A.publicKey })),
    );
    const theirs = drafts.map(each => plain(tools59.wrapEvent({ ...each }, B.secretKey, A.publicKey)));
    const rumors = values(nost(['unwrap', '-'], { input: jsonl(theirs) }));
    assert.deepEqual(
      rumors.map(({ id, sig, ...rest }) => rest),
      drafts.map(each => ({ ...each, pubkey: getPublicKey(B.secretKey) })).map(plain),
    );
  });

  test('NIP-49: keys', () => {
    const env = { NOST_PASSPHRASE_COMMAND: 'echo correct-horse' };
    const [{ ncryptsec }] = values(
      nost(['key', 'encrypt', '--log-n', '16', '-'], { input: A.secretHex, env }),
    ) as [{ ncryptsec: string }];
    assert.equal(bytesToHex(tools49.decrypt(ncryptsec, 'correct-horse')), A.secretHex);
    const theirs = tools49.encrypt(B.secretKey, 'correct-horse', 10);
    const [told] = values(nost(['key', 'decrypt', '--reveal', '-'], { input: theirs, env }));
    assert.deepEqual([told.pubkey, told.nsec], [B.publicKey, tools19.nsecEncode(B.secretKey)]);
  });
});

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import type { InputContext } from '../../../../src/context.ts';
import { encodeEntity } from '../../../../src/protocol/nip19.ts';
import { LISTS, listInfo } from '../../../../src/protocol/nip51.ts';
import { locateItem, parseGoing, parseItem, readItemLines } from '../../../../src/run/people/list-items.ts';
import { A, B } from '../../../support/people.ts';

const npub = encodeEntity({ type: 'npub', pubkey: B.publicKey });
const id = 'ab'.repeat(32);
const note = encodeEntity({ type: 'note', id });
const hint = 'wss://relay.example';
const nprofile = encodeEntity({ type: 'nprofile', pubkey: B.publicKey, relays: [hint] });
const naddr = encodeEntity({
  type: 'naddr',
  kind: 30023,
  pubkey: B.publicKey,
  identifier: 'x:y',
  relays: [],
});

const context = {
  now: () => 0,
  signal: new AbortController().signal,
  accountKey: async (name: string) => (name === 'me' ? A.publicKey : assert.fail(name)),
} as unknown as InputContext;

const read = (kind: number, word: string) => {
  const list = listInfo(kind)!;
  return locateItem(parseItem(word, list), list, context);
};

const FOLLOWS = 3;
const MUTES = 10000;
const BOOKMARKS = 10003;

describe('an item', () => {
  const rows: [kind: number, word: string, ...tag: string[]][] = [
    [FOLLOWS, npub, 'p', B.publicKey],
    [FOLLOWS, `nostr:${npub}`, 'p', B.publicKey],
    [FOLLOWS, B.publicKey.toUpperCase(), 'p', B.publicKey],
    [FOLLOWS, `https://njump.me/${npub}`, 'p', B.publicKey],
    [FOLLOWS, nprofile, 'p', B.publicKey, hint],
    [FOLLOWS, 'me', 'p', A.publicKey],
    [FOLLOWS, `p=${nprofile};;bob`, 'p', B.publicKey, '', 'bob'],
    [FOLLOWS, `p=${npub};Relay.Example`, 'p', B.publicKey, hint],
    [FOLLOWS, `["p","${npub}","x y"]`, 'p', B.publicKey, 'x y'],
    [10102, 'relay.example', 'relay', hint],
    [FOLLOWS, `["p","${npub}","","a;b"]`, 'p', B.publicKey, '', 'a;b'],
    [FOLLOWS, `{"type":"p","private":false,"tag":["p","${B.publicKey}","","b"]}`, 'p', B.publicKey, '', 'b'],
    [MUTES, `p=${B.publicKey}`, 'p', B.publicKey],
    [MUTES, `e=${id}`, 'e', id],
    [MUTES, note, 'e', id],
    [MUTES, '#Spam', 't', 'spam'],
    [MUTES, 't=Spam', 't', 'spam'],
    [MUTES, 't=Two Words', 't', 'two words'],
    [MUTES, 'word:Two Words', 'word', 'two words'],
    [MUTES, 'word:__proto__', 'word', '__proto__'],
    [MUTES, 'word=a\\;b', 'word', 'a;b'],
    [BOOKMARKS, naddr, 'a', `30023:${B.publicKey}:x:y`],
    [BOOKMARKS, `30023:${B.publicKey}:x`, 'a', `30023:${B.publicKey}:x`],
    [BOOKMARKS, 'https://Example.com/A?b=c', 'r', 'https://Example.com/A?b=c'],
    [BOOKMARKS, `https://njump.me/${note}`, 'e', id],
    [10002, 'wss://Relay.Example/', 'r', hint],
    [10002, 'r=relay.example;read', 'r', hint, 'read'],
    [10006, 'relay.example', 'relay', hint],
    [10009, 'group=pizza;relay.example;Pizza', 'group', 'pizza', hint, 'Pizza'],
    [10015, 'Bread', 't', 'bread'],
    [10030, 'emoji=:cat:;https://x.com/cat.png', 'emoji', 'cat', 'https://x.com/cat.png'],
    [10063, 'https://blossom.example', 'server', 'https://blossom.example'],
  ];
  for (const [kind, word, ...tag] of rows)
    test(`${word} of ${kind}`, async () => assert.deepEqual(await read(kind, word), tag));

  const wrong: [kind: number, word: string, message: RegExp][] = [
    [FOLLOWS, note, /no item of follows: it takes npub1…, name@domain$/],
    [FOLLOWS, npub.slice(0, -1), /too short/],
    [FOLLOWS, '#tag', /no item of follows/],
    [FOLLOWS, 'e=x', /"e" is no tag of follows/],
    [FOLLOWS, '["p",1]', /no tag/],
    [FOLLOWS, '{"value":"x"}', /no tag/],
    [FOLLOWS, '[', /not JSON/],
    [FOLLOWS, `p=${npub};bob`, /"bob" stands where a relay does; a petname comes behind it: p=…;;NAME/],
    [MUTES, `e=${id};bob`, /"bob" stands where a relay does$/],
    [MUTES, id, /may be a person or an event: write p=… or e=…/],
    [MUTES, '#', /empty/],
    [MUTES, '# a comment', /"# a comment" is no hashtag, for it has a blank; .* is written t=…/],
    [MUTES, 'word: ', /empty/],
    [BOOKMARKS, 'bread', /no item of bookmarks: it takes note1…, nevent1…, naddr1…, #tag, https:\/\/…/],
    [10002, 'r=wss://x.com;sometimes', /"sometimes" is neither read nor write/],
    [10004, id, /64 hex digits are no item of communities: it takes naddr1…/],
    [10009, 'pizza', /"pizza" is no item of user-groups: it takes 'group=ID;wss:\/\/relay.example'/],
    [10009, 'group=pizza', /relay/],
    [10030, 'emoji=cat', /an emoji has a picture: 'emoji=NAME;https:\/\/…'/],
    [10030, 'emoji=c t;https://x.com', /no name of an emoji/],
    [10063, 'https://', /no https:\/\/ URL/],
  ];
  for (const [kind, word, message] of wrong)
    test(`${word} of ${kind} is refused`, async () => {
      await assert.rejects(async () => read(kind, word), message);
    });

  test('is never a secret key, and nothing of that is quoted', () => {
    const nsec = encodeEntity({ type: 'nsec', secretKey: A.secretKey });
    const written = [
      nsec,
      nsec.slice(0, 40),
      nsec.toUpperCase(),
      `word:${nsec}`,
      `["p","${nsec}"]`,
      `p=${nsec}`,
    ];
    for (const list of LISTS)
      for (const text of written)
        for (const parse of [parseItem, parseGoing])
          assert.throws(
            () => parse(text, list),
            ({ message }: Error) => /secret key/.test(message) && !message.includes(nsec.slice(5, 20)),
          );
  });

  test('that goes may be whatever a list has', () => {
    const going = (word: string) => parseGoing(word, listInfo(MUTES)!);
    assert.deepEqual(going('["p","not hex"]'), ['p', 'not hex']);
    assert.deepEqual(going('["p"]'), ['p', '']);
    assert.deepEqual(going('alt=x'), ['alt', 'x']);
    assert.deepEqual(going('#A'), ['t', 'a']);
    assert.deepEqual(parseGoing('emoji=cat', listInfo(10030)!), ['emoji', 'cat']);
  });
});

test('the lines of stdin have their numbers; blank ones are passed over', async () => {
  const stdin = (bytes: Buffer) => ({ ...context, stdin: () => Readable.from([bytes]) });
  assert.deepEqual(await readItemLines(stdin(Buffer.from('\ufeffa\r\n\n  b \nc'))), [
    [1, 'a'],
    [3, 'b'],
    [4, 'c'],
  ]);
  await assert.rejects(readItemLines(stdin(Buffer.from([0xff, 0x41]))), /not UTF-8/);
});

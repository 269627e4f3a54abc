import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeEntity } from '../../../../src/protocol/nip19.ts';
import { hidden, relayWith, show } from '../../../support/article-world.ts';
import { deadUrl } from '../../../support/counted-relay.ts';
import { A, B, T0 } from '../../../support/people.ts';

const article = A.sign({
  kind: 30023,
  tags: [
    ['d', 'x'],
    ['title', 'T'],
  ],
  content: 'text',
});
const file = '---\ntitle: T\nd: x\n---\ntext';
const [npub, note, nevent] = [
  encodeEntity({ type: 'npub', pubkey: A.publicKey }),
  encodeEntity({ type: 'note', id: article.id }),
  encodeEntity({ type: 'nevent', id: article.id, relays: [] }),
];
const naddr = (kind: number, identifier = 'x') =>
  encodeEntity({ type: 'naddr', kind, identifier, pubkey: A.publicKey, relays: [] });

const draft = (d: string, content: string, at = 0) =>
  A.sign({ kind: 31234, tags: [['d', d]], content, created_at: T0 + at });
const inner = hidden({
  kind: 30023,
  tags: [
    ['d', 'x'],
    ['title', 'D'],
  ],
  content: 'draft',
});
const plain = A.sign({ kind: 30024, tags: [['d', 'x']], content: 'plain', created_at: T0 + 5 });

describe('an article is shown', () => {
  test('by its code, by its address, by that of its version, and by its author and identifier', async t => {
    const relays = [await relayWith(t, [article])];
    for (const word of [
      naddr(30023),
      `30023:${A.publicKey}:x`,
      note,
      nevent,
      `nostr:${nevent}`,
      `https://njump.me/${naddr(30023)}`,
    ])
      assert.equal((await show(t, word, { relays, who: B })).stdout, file, word);
    for (const word of [npub, A.publicKey, undefined])
      assert.equal((await show(t, word, { relays, flags: { d: 'x' } })).stdout, file, word);
  });

  test('in the newest version of all relays', async t => {
    const newer = A.sign({ ...article, content: 'newer', created_at: T0 + 1 });
    const relays = [await relayWith(t, [article]), await relayWith(t, [newer]), await deadUrl()];
    const { stdout, stderr } = await show(t, naddr(30023), { relays });
    assert.match(stdout, /newer$/);
    assert.match(stderr, /: unreachable/);
  });

  test('without a time that is none: that is told, and it stays at an edit', async t => {
    const odd = A.sign({
      kind: 30023,
      tags: [
        ['d', 'x'],
        ['published_at', 'then'],
      ],
      content: '',
    });
    const { stdout, stderr } = await show(t, naddr(30023), { relays: [await relayWith(t, [odd])] });
    assert.equal(stdout, '---\nd: x\n---\n');
    assert.match(stderr, /published_at is "then", no time/);
  });

  test('as a draft of one’s own, the newest in either form, and of others in the old form alone', async t => {
    const relays = [await relayWith(t, [draft('x', inner, 9), plain])];
    const older = [await relayWith(t, [draft('x', inner), plain])];
    for (const [word, flags] of [
      [naddr(30023), { draft: true }],
      [npub, { draft: true, d: 'x' }],
      [undefined, { draft: true, d: 'x' }],
    ] as const) {
      assert.match((await show(t, word, { relays, flags })).stdout, /title: D\nd: x\n---\ndraft$/);
      assert.match((await show(t, word, { relays: older, flags })).stdout, /\nplain$/);
      if (word) assert.match((await show(t, word, { relays, flags, who: B })).stdout, /\nplain$/);
    }
  });

  test('as the draft that its code says, and an old one to everybody, with a text or without', async t => {
    const bare = A.sign({ kind: 30024, tags: [['d', 'bare']] });
    const relays = [await relayWith(t, [draft('x', inner), plain, bare])];
    assert.match((await show(t, naddr(31234), { relays })).stdout, /\ndraft$/);
    assert.equal((await show(t, naddr(31234), { relays, who: B })).fault?.code, 'not_decrypted');
    for (const who of [A, B]) {
      assert.match((await show(t, naddr(30024), { relays, who })).stdout, /\nplain$/);
      assert.match((await show(t, naddr(30024, 'bare'), { relays, who })).stdout, /^---\nd: bare\n---\n$/);
    }
  });

  test('as a draft whose article has another identifier, which is told, or none, which is that of the draft', async t => {
    const none = draft('none', hidden({ kind: 30023, content: 'text' }));
    const relays = [await relayWith(t, [draft('outer', inner), none])];
    const { stdout, stderr } = await show(t, naddr(31234, 'outer'), { relays });
    assert.match(stdout, /\nd: x\n/);
    assert.match(stderr, /^the draft is "outer", its article "x"/m);
    const unnamed = await show(t, naddr(31234, 'none'), { relays });
    assert.equal(unnamed.stdout, '---\nd: none\n---\ntext');
    assert.equal(unnamed.stderr, '');
  });

  test('never where it is none, is not there, or cannot be read', async t => {
    const relays = [
      await relayWith(t, [A.note('x'), draft('gone', ''), draft('bad', 'AgAA'), draft('id', inner)]),
    ];
    const id = encodeEntity({ type: 'note', id: A.note('x').id });
    const hers = encodeEntity({ type: 'note', id: draft('id', inner).id });
    for (const [word, code, who] of [
      [naddr(30818), 'bad_code', A],
      [id, 'bad_code', A],
      [naddr(30023), 'not_found', A],
      [naddr(31234, 'gone'), 'not_found', A],
      [naddr(31234, 'bad'), 'not_decrypted', A],
      [naddr(31234, 'bad'), 'not_decrypted', B],
      [naddr(30024, 'bad'), 'not_found', B],
      [hers, undefined, A],
      [hers, 'not_decrypted', B],
      [npub, 'bad_arguments', A],
    ] as const) {
      const { fault, stdout } = await show(t, word, { relays, who });
      assert.equal(fault?.code, code, `${word} ${stdout}`);
    }
    const { fault } = await show(t, naddr(30023), { relays, flags: { d: 'x' } });
    assert.equal(fault?.code, 'bad_arguments');
    assert.equal((await show(t, naddr(31234), { relays: [await deadUrl()] })).fault?.kind, 'unreachable');
  });
});

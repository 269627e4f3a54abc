import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Event } from '../../../../src/protocol/event.ts';
import { hidden, listed, relayWith } from '../../../support/article-world.ts';
import { deadUrl } from '../../../support/counted-relay.ts';
import { A, B, T0 } from '../../../support/people.ts';

const article = (d: string, at: number, ...tags: string[][]): Event =>
  A.sign({ kind: 30023, tags: [['d', d], ...tags], content: 'text', created_at: T0 + at });

describe('the articles of a person', () => {
  test('are all of them, however few a relay sends at once, each in its newest version', async t => {
    const many = Array.from({ length: 57 }, (_, i) => article(`a${i}`, i % 13));
    const newer = article('a3', 99, ['title', 'T'], ['summary', 'S'], ['published_at', '17'], ['t', 'B']);
    const relays = [await relayWith(t, many, { maxLimit: 10 }), await relayWith(t, [newer, many[5]!])];
    const { articles, fault } = await listed(t, { relays });
    assert.equal(fault, undefined);
    assert.equal(articles.length, many.length);
    const { naddr, ...first } = articles[0];
    assert.match(naddr, /^naddr1/);
    assert.deepEqual(first, {
      d: 'a3',
      title: 'T',
      summary: 'S',
      published_at: 17,
      created_at: T0 + 99,
      tags: ['B'],
      relays: relays.slice(1),
      draft: false,
    });
    assert.deepEqual(articles.find(({ d }) => d === 'a5').relays.sort(), [...relays].sort());
  });

  test('are there where a relay is not; that is told', async t => {
    const relays = [await relayWith(t, [article('x', 1)]), await deadUrl()];
    const { articles, stderr } = await listed(t, { relays });
    assert.equal(articles.length, 1);
    assert.match(stderr, /: unreachable/);
    const { fault } = await listed(t, { relays: [await deadUrl()] });
    assert.equal(fault?.kind, 'unreachable');
  });

  test('may have names that no code can hold, and that no terminal should', async t => {
    const relays = [await relayWith(t, [article('x'.repeat(256), 1), article('\u001b]0;\u0007\n', 0)])];
    const { articles, stdout } = await listed(t, { relays });
    assert.equal(articles[0].naddr, null);
    assert.equal(articles[1].d, '\u001b]0;\u0007\n');
    assert.ok(!stdout.includes('\u001b'));
  });

  test('with --drafts are those drafts, too, that the key reads; what is taken back or of another kind is none', async t => {
    const draft = (d: string, content: string, tags: string[][] = []) =>
      A.sign({ kind: 31234, tags: [['d', d], ...tags], content, created_at: T0 - 1 });
    const inner = { kind: 30023, tags: [['title', 'D']], content: 'x' };
    const seed = [
      article('x', 1),
      A.sign({ kind: 30024, tags: [['d', 'plain']], content: 'x' }),
      draft('mine', hidden(inner)),
      draft('gone', ''),
      draft('note', 'AgAA', [['k', '1']]),
      draft('other', hidden({ ...inner, kind: 1 })),
    ];
    const relays = [await relayWith(t, seed)];
    const own = await listed(t, { relays, isOwn: true, drafts: true });
    assert.equal(own.fault, undefined);
    assert.deepEqual(
      own.articles.map(({ d, draft, title }) => [d, draft, title]),
      [
        ['x', false, null],
        ['plain', true, null],
        ['mine', true, 'D'],
      ],
    );
    const others = await listed(t, { relays, drafts: true, who: B });
    assert.deepEqual(
      others.articles.map(({ d }) => d),
      ['x', 'plain'],
    );
    const bad = [await relayWith(t, [...seed, draft('bad', 'AgAA')])];
    const { articles, fault, stderr } = await listed(t, { relays: bad, isOwn: true, drafts: true });
    assert.deepEqual([articles.length, fault?.code], [3, 'not_decrypted']);
    assert.match(stderr, /a draft cannot be read \(.*\): naddr1/);
  });
});

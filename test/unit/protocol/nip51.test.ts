import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { kindClass, kindInfo, parseKinds } from '../../../src/protocol/kind.ts';
import {
  identified,
  itemKey,
  LISTS,
  lackingItems,
  listName,
  parsePrivateItems,
  withoutItems,
} from '../../../src/protocol/nip51.ts';
import { runs } from '../../support/arbitraries.ts';

describe('the lists', () => {
  test('are kinds that can be replaced, each once, with a name of their own that -k takes, too', () => {
    const names = LISTS.map(({ kind }) => listName(kind));
    assert.equal(new Set(names).size, LISTS.length);
    for (const [index, { kind, holds }] of LISTS.entries()) {
      assert.match(kindClass(kind), /^(replaceable|addressable)$/);
      assert.deepEqual(parseKinds(names[index]!), [kind]);
      assert.ok(holds.length > 0);
    }
  });

  test('are all that NIP-51 has with a name', () => {
    const kinds = [3, ...Array.from({ length: 30_000 }, (_, i) => 10_000 + i)];
    const named = kinds.filter(kind => kind === 3 || kindInfo(kind)?.nip?.startsWith('51'));
    const missing = named.filter(kind => !LISTS.some(list => list.kind === kind));
    assert.deepEqual(missing, []);
  });
});

describe('the items of a list', () => {
  const tag = fc.array(fc.constantFrom<string[]>('p', 't', 'x', 'A', 'a', '__proto__', '\u0000', ''), {
    maxLength: 4,
  });
  const tags = fc.array(tag, { maxLength: 12 });

  test('that come stand at the end, once; what is there stays where it is', () => {
    fc.assert(
      fc.property(tags, tags, (there, items) => {
        const lacking = lackingItems(there, items);
        assert.equal(new Set(lacking.map(itemKey)).size, lacking.length);
        assert.deepEqual(lackingItems([...there, ...lacking], items), []);
        for (const item of lacking) assert.ok(items.includes(item));
      }),
      runs(200),
    );
  });

  test('that go take nothing else with them, and leave the order', () => {
    fc.assert(
      fc.property(tags, tags, (there, items) => {
        const left = withoutItems(there, items);
        const keys = items.map(itemKey);
        assert.deepEqual(
          left,
          there.filter(each => !keys.includes(itemKey(each))),
        );
      }),
      runs(200),
    );
  });

  test('are the same with another relay or petname, and with another spelling', () => {
    const key = 'ab'.repeat(32);
    const same = [
      [
        ['p', key],
        ['p', key.toUpperCase(), 'wss://x.com', 'bob'],
      ],
      [
        ['relay', 'wss://X.com/'],
        ['relay', 'wss://x.com:443'],
      ],
      [
        ['r', 'wss://x.com', 'read'],
        ['r', 'wss://x.com/'],
      ],
      [
        ['word', 'Spam'],
        ['word', 'spam'],
      ],
      [
        ['emoji', 'a', 'https://x.com/1'],
        ['emoji', 'a', 'https://x.com/2'],
      ],
    ] as const;
    for (const [a, b] of same) assert.equal(itemKey([...a]), itemKey([...b]));
    const different = [
      [
        ['p', key],
        ['e', key],
      ],
      [
        ['r', 'https://x.com/'],
        ['r', 'wss://x.com'],
      ],
      [
        ['r', 'https://x.com/A'],
        ['r', 'https://x.com/a'],
      ],
      [
        ['a', `30023:${key}:A`],
        ['a', `30023:${key}:a`],
      ],
      [['p'], ['p', 'undefined']],
    ] as const;
    for (const [a, b] of different) assert.notEqual(itemKey([...a]), itemKey([...b]));
  });

  test('may be ten thousand, and take no more than a moment', { timeout: 60_000 }, () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ['p', i.toString(16).padStart(64, '0')]);
    assert.equal(lackingItems(many, many).length, 0);
    assert.equal(withoutItems(many, many.slice(1)).length, 1);
  });
});

test('private items are a JSON array of tags; nothing of another text is quoted', () => {
  assert.deepEqual(parsePrivateItems('[["p","x",""],[]]'), [['p', 'x', ''], []]);
  const others = [
    '',
    '{}',
    '[1]',
    '[["p",1]]',
    '[["p",null]]',
    '"secret"',
    `${'['.repeat(100_000)}`,
    'secret',
  ];
  for (const text of others)
    assert.throws(
      () => parsePrivateItems(text),
      (error: Error) => error.name === 'InvalidItems' && !error.message.includes('secret'),
    );
});

test('a set has its identifier once', () => {
  assert.deepEqual(identified([['x']], 'a'), [['d', 'a'], ['x']]);
  assert.deepEqual(identified([['x'], ['d', 'a']], 'a'), [['x'], ['d', 'a']]);
  assert.deepEqual(identified([['x']], undefined), [['x']]);
});

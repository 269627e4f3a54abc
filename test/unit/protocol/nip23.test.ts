import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  articleOf,
  articleTags,
  formatMarkdown,
  InvalidMarkdown,
  slugOf,
  splitMarkdown,
} from '../../../src/protocol/nip23.ts';

describe('a Markdown file', () => {
  for (const [file, front, text] of [
    ['---\n---\n', '', ''],
    ['---\r\na: b\r\n---\r\n\r\nx', 'a: b\r\n', '\r\nx'],
    ['--- \t\na: b\n---\t\n---\nx', 'a: b\n', '---\nx'],
    ['---\na: b\n---', 'a: b\n', ''],
    [
      '---\na: "\u2028---\u2028"\n ---\n----\n--- x\n---\nx',
      'a: "\u2028---\u2028"\n ---\n----\n--- x\n',
      'x',
    ],
    ['\n---\n---\n', undefined, '\n---\n---\n'],
    ['----\n', undefined, '----\n'],
    ['--- x\n---\n', undefined, '--- x\n---\n'],
    ['', undefined, ''],
  ] as const)
    test(`is parted: ${JSON.stringify(file)}`, () => {
      assert.deepEqual(splitMarkdown(file), { front, text });
    });

  test('whose front matter has no end is none', () => {
    for (const file of ['---', '---\n', '---\n\n# Rye\n\n-- -\n', '---\r---\r'])
      if (file !== '---\r---\r') assert.throws(() => splitMarkdown(file), InvalidMarkdown, file);
      else assert.equal(splitMarkdown(file).front, undefined);
  });

  test('is parted in time however long it is', () => {
    assert.equal(splitMarkdown(`---\n${'--- x\n'.repeat(1_000_000)}---\nx`).text, 'x');
  });

  test('has the line ends of its text, those of the first line', () => {
    const head = { d: 'x', topics: [] };
    assert.equal(formatMarkdown({ ...head, text: 'a\r\nb\n' }), '---\r\nd: x\r\n---\r\na\r\nb\n');
    assert.equal(formatMarkdown({ ...head, text: 'a\nb\r\n' }), '---\nd: x\n---\na\nb\r\n');
  });

  test('has its texts in quotes where YAML could take them for something else', () => {
    const scalars = [
      'Rye',
      'on Rye',
      'it’s 3',
      'https://x.example/a#b?c=d,e',
      '3 loaves',
      'a "b"',
      'Über 日本',
      'a:b',
      'x-1',
    ];
    for (const title of scalars)
      assert.match(
        formatMarkdown({ d: 'x', title, topics: [], text: '' }),
        new RegExp(`title: ${title.replace('?', '\\?')}\n`),
      );
    for (const title of [
      '',
      ' a',
      'a ',
      '3',
      '-1',
      'yes',
      'Null',
      'a: b',
      'a #b',
      'a:',
      '#a',
      '@a',
      '-',
      'a\n',
      '\u0085',
      '.5',
    ])
      assert.match(formatMarkdown({ d: 'x', title, topics: [], text: '' }), /title: ".*"\n/, title);
  });
});

describe('an article', () => {
  test('is the first value of each name; a time that is no plain number is none', () => {
    const tags = [
      ['title'],
      ['title', 'a', 'x'],
      ['title', 'b'],
      ['t'],
      ['t', 'A'],
      ['t', 'A'],
      ['d', 'x'],
      ['d', 'y'],
    ];
    const { d, title, topics } = articleOf({ tags, content: '' });
    assert.deepEqual([d, title, topics], ['x', 'a', ['A', 'A']]);
    for (const time of ['017', '1700000000000', '-1', '1.5', '', '2023-11-14', '9'.repeat(20)])
      assert.equal(articleOf({ tags: [['published_at', time]], content: '' }).publishedAt, undefined, time);
  });

  test('takes the places of the tags it had, and keeps what stands behind a value that stays', () => {
    const before = [
      ['t', 'a', '1'],
      ['p', 'x'],
      ['t', 'b'],
      ['title', 'old', '2'],
      ['image', 'i', '3'],
      ['t', 'c'],
      ['d', 'x', '4'],
    ];
    const head = { d: 'x', title: 'new', image: 'i', topics: ['c', 'a'] };
    assert.deepEqual(articleTags(before, head), [
      ['t', 'c'],
      ['p', 'x'],
      ['t', 'a', '1'],
      ['title', 'new'],
      ['image', 'i', '3'],
      ['d', 'x', '4'],
    ]);
    assert.deepEqual(articleTags(before, { d: 'x', topics: [] }), [
      ['p', 'x'],
      ['d', 'x', '4'],
    ]);
  });

  test('has each new topic once, in lower case and without its #', () => {
    assert.deepEqual(
      articleTags(
        [
          ['d', 'x'],
          ['t', 'Old'],
        ],
        { d: 'x', topics: ['New', '#new', 'Old', 'NEW', '#'] },
      ),
      [
        ['d', 'x'],
        ['t', 'new'],
        ['t', 'Old'],
        ['t', '#'],
      ],
    );
  });
});

describe('a slug', () => {
  for (const [text, slug] of [
    ['On Rye, and why', 'on-rye-and-why'],
    ['--a__b--', 'a-b'],
    ['ÄÖ 日本語', 'äö-日本語'],
    ['e\u0301té', 'été'],
    ['हिन्दी', 'हिन्दी'],
    ['🍞', ''],
    ['', ''],
  ] as const)
    test(`of ${JSON.stringify(text)} is ${JSON.stringify(slug)}`, () => assert.equal(slugOf(text), slug));
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { UsageError } from '../../../../src/errors.ts';
import { parseFrontMatter } from '../../../../src/run/articles/front-matter.ts';

const read = (text: string, ...ignored: string[]) => parseFrontMatter(text, { name: 'x.md', ignored });
const given = (text: string) =>
  Object.fromEntries(Object.entries(read(text)).filter(([, value]) => value !== undefined));

describe('front matter', () => {
  test('may be without any field', () => {
    for (const text of ['', '\n', '# a comment\n', 'title:\nd: ~\ntags: null\npublished_at: NULL\n'])
      assert.deepEqual(given(text), { topics: [] }, text);
  });

  test('has texts as they are written, whatever YAML could take them for', () => {
    for (const text of [
      'yes',
      '12:30',
      '0x1F',
      '1.10',
      '007',
      '2026-11-29',
      '1_000',
      'NaN',
      '<<',
      'a#b',
      'a:b',
      '"null"',
      "'~'",
    ])
      assert.equal(read(`title: ${text}`).title, text.replaceAll(/^["']|["']$/g, ''), text);
  });

  test('has texts in every form of YAML', () => {
    assert.equal(read('title: "a\\tb\\u202e"').title, 'a\tb\u202e');
    assert.equal(read("title: 'it''s'").title, "it's");
    assert.equal(read('summary: |\n  two\n  lines\nd: x').summary, 'two\nlines\n');
    assert.equal(read('summary: >-\r\n  one\r\n  line\r\nd: x').summary, 'one line');
    assert.equal(read('title: one\n  line # and a comment').title, 'one line');
    assert.equal(read('{title: x, "d": y}').d, 'y');
    assert.equal(read('title: !!str 3').title, '3');
    assert.equal(read('title: ""').title, '');
  });

  test('has tags as a list, or as one text with commas', () => {
    for (const text of ['[Rye, "a, b", 2024]', '\n  - Rye\n  - a, b\n  - 2024', '\n- Rye\n- "a, b"\n- 2024'])
      assert.deepEqual(read(`tags: ${text}`).topics, ['Rye', 'a, b', '2024'], text);
    assert.deepEqual(read('tags: Rye,, bread ,').topics, ['Rye', 'bread']);
  });

  test('has a time in seconds or as a date', () => {
    for (const [text, time] of [
      ['1700000000', 1_700_000_000],
      ['"1700000000"', 1_700_000_000],
      ['2023-11-14', 1_699_920_000],
      ['2023-11-14 23:13:20+01:00', 1_700_000_000],
    ] as const)
      assert.equal(read(`published_at: ${text}`).publishedAt, time, text);
  });

  test('is without the fields that are ignored', () => {
    assert.deepEqual(read('title: x\nlayout: {a: *b}\nlayout: 2', 'layout').title, 'x');
  });

  for (const [text, message, hint] of [
    [
      'title: a\nlayout: post',
      /^x\.md: line 3: unknown field "layout"$/,
      /^An article has title, .*--ignore layout/,
    ],
    [
      'title: a\nlayout: post\nauthor: me\ndate: x\na b: c',
      /unknown field "layout"/,
      /; --ignore layout --ignore author --ignore FIELD leaves them out/,
    ],
    ['Slug: x', /line 2: unknown field "Slug"/, /^Write d: /],
    ['Title: x', /unknown field "Title"/, /^Write title: /],
    ['draft: true', /unknown field "draft"/, /--draft/],
    ['constructor: x', /unknown field "constructor"/, /^An article has/],
    ['title: a\n\ntitle: b', /line 4: title stands there twice/],
    ['title: [a]', /title is a list, not a text/],
    ['title: {a: b}', /title is a mapping, not a text/],
    ['title: !!int 3', /title is of a type of its own/],
    ['d: !x y', /d is of a type of its own/],
    ['tags: &a [*a]', /a tag is an alias/],
    ['tags: [a, [b]]', /a tag is a list/],
    ['tags: [a, ~]', /a tag is empty/],
    ['tags: {a: b}', /tags are a mapping/],
    ['tags:\n  - a\n  -', /line [34]: a tag is empty/],
    ['? [a]\n: b', /the name of a field is a text/],
    ['- a', /it is no mapping/, /two lines ---/],
    ['text', /it is no mapping/],
    ['title: a\n...\nd: b', /something behind that/],
    ['title: Rye: why', /line 2: Nested mappings/, /title: "Rye: why"/],
    ['title: @rye', /Plain value cannot start with/, /in quotes/],
    ['title: "a', /line 2: a quote " is not closed/],
    ["d: a\ntitle: 'b\nsummary: c\ntags: [d]", /line 3: a quote ' is not closed/],
    ['tags: [a', /line \d: /],
    ['\ttitle: a', /Tabs are not allowed/],
    ['published_at: 3d', /^x\.md: line 2: published_at: not a time: "3d"$/],
    ['published_at: now', /not a time: "now"/],
    ['published_at: 1700000000000', /milliseconds; write seconds: 1700000000/],
    ['published_at: 20240105', /20240105 looks like a date; write it as 2024-01-05$/, /unix seconds/],
    ['published_at: "2024"', /2024 looks like a date; write it as 2024-01-01$/],
    ['published_at: [1]', /published_at is a list/],
    [`a: ${'x'.repeat(300_000)}`, /more than 262144 characters/],
    ['a b: x', /unknown field "a b"/, /--ignore FIELD leaves/],
  ] as const)
    test(`is refused: ${text.slice(0, 30).replaceAll('\n', '\\n')}`, () => {
      assert.throws(
        () => read(text),
        (error: UsageError) => {
          assert.match(error.message, message);
          assert.equal(error.code, 'bad_front_matter');
          if (hint) assert.match(error.hint!, hint);
          return true;
        },
      );
    });

  test('that is deep, or full of anchors, is refused in time', () => {
    for (const text of [
      '['.repeat(60_000),
      '{a: '.repeat(15_000),
      '- '.repeat(30_000),
      '&a '.repeat(20_000),
      '? '.repeat(30_000),
      `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
      `{${'a: {'.repeat(60)}${'}'.repeat(61)}`,
      `\n${Array.from({ length: 60 }, (_, depth) => `${' '.repeat(depth + 1)}a:`).join('\n')}`,
    ])
      assert.throws(() => read(`title: ${text}`), /^UsageError: x\.md: line/);
    assert.throws(() => read(`x: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'x'), /more than 50 levels/);
    assert.equal(read(`title: x\na: ${'['.repeat(20)}b${']'.repeat(20)}`, 'a').title, 'x');
  });

  test('never shows a secret key', () => {
    const secret = `nsec1${'q2'.repeat(29)}`;
    for (const text of [`${secret}: x`, `title: *${secret}`, `"${secret}`, `published_at: ${secret}`])
      assert.throws(
        () => read(text),
        ({ message, hint }: UsageError) => !`${message} ${hint}`.includes('q2q2'),
      );
  });
});

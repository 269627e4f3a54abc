// An article and its file are the same: whatever its title, its topics and its text are made of, the file that is printed
// says it again, every reader of YAML reads the same texts in it, and what is published from it is the same event.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import type { Tag } from '../../src/protocol/event.ts';
import {
  type Article,
  articleOf,
  articleTags,
  formatMarkdown,
  splitMarkdown,
} from '../../src/protocol/nip23.ts';
import { dateInDigits } from '../../src/protocol/time.ts';
import { parseFrontMatter } from '../../src/run/articles/front-matter.ts';
import { text as anyText, record, runs } from '../support/arbitraries.ts';

const SPECIAL = [
  ...[
    'yes',
    'No',
    'null',
    '~',
    'NaN',
    '.inf',
    '0x1F',
    '0o17',
    '12:30',
    '1_000',
    '1e3',
    '-7',
    '+1',
    '007',
    '2026-11-29',
  ],
  ...[
    '#x',
    'a #x',
    ': ',
    'a: b',
    'a:',
    '- a',
    '-',
    '?',
    '&a',
    '*a',
    '!a',
    '|',
    '>',
    '%a',
    '@a',
    '`a`',
    '"',
    "'",
    "it's",
  ],
  ...[
    '[a]',
    '{a: b}',
    'a, b',
    'a]',
    '---',
    '...',
    '--- a',
    '\n---\n',
    'one\ntwo\n',
    ' a',
    'a ',
    '\ta',
    'a\tb',
    '\\',
    '\\n',
  ],
  ...[
    '\u00a0a\u00a0',
    '\u0085',
    '\u2028---\u2028',
    '\ufeff',
    '\ufeffa',
    '\u202e',
    '\r\n',
    '\r',
    '<<',
    'y',
    'a\u0000b',
    '😀',
    '日本',
  ],
];

const LINES = ['', '---', '--- ', '...', '# Rye', '\ufeff', 'title: x', '\u2028---', '日本語', 'a\u0000'];

const words = fc.oneof(anyText, fc.constantFrom(...SPECIAL), fc.string({ unit: 'grapheme', maxLength: 20 }));

const texts = fc.oneof(
  anyText,
  fc
    .tuple(
      fc.array(fc.constantFrom(...LINES), { maxLength: 6 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.boolean(),
    )
    .map(([lines, end, isEnded]) => lines.join(end) + (isEnded ? end : '')),
);

const may = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const articles: fc.Arbitrary<Article> = record({
  d: words,
  title: may(words),
  summary: may(words),
  image: may(words),
  publishedAt: may(fc.nat({ max: 10 ** 11 }).filter(time => dateInDigits(String(time)) === undefined)),
  topics: fc.uniqueArray(
    words.map(word => word.replace(/^#+(?=[^#])/, '').toLowerCase()),
    { maxLength: 5 },
  ),
  text: texts,
});

/** What publishing makes of a file. */
function fromFile(file: string, before?: readonly Tag[]) {
  const { front, text } = splitMarkdown(file);
  const { d, ...head } = parseFrontMatter(front!, { name: 'x.md', ignored: [] });
  return { tags: articleTags(before, { ...head, d: d! }), content: text };
}

test('a new article is the same after file, event, and file', () => {
  fc.assert(
    fc.property(articles, article => {
      const file = formatMarkdown(article);
      const event = fromFile(file);
      assert.deepEqual(articleOf(event), article);
      assert.equal(formatMarkdown(articleOf(event)), file);
    }),
    runs(700),
  );
});

const KNOWN = ['d', 'title', 'summary', 'image', 'published_at', 't'];
const odd: fc.Arbitrary<Tag[]> = fc.array(
  fc.oneof(
    fc.tuple(fc.constantFrom(...KNOWN), words),
    fc.tuple(fc.constantFrom(...KNOWN), words, words),
    fc.constantFrom(...KNOWN.map(name => [name])),
    fc.array(words, { maxLength: 3 }),
  ),
  { maxLength: 8 },
);

test('an event of any client is the same after event, file, and event', () => {
  fc.assert(
    fc.property(odd, texts, (tags, content) => {
      assert.deepEqual(fromFile(formatMarkdown(articleOf({ tags, content })), tags), { tags, content });
    }),
    runs(700),
  );
});

test('an edit changes what the file says, and no other tag', () => {
  fc.assert(
    fc.property(odd, articles, (tags, article) => {
      const before = [['d', article.d], ...tags];
      const event = fromFile(formatMarkdown(article), before);
      const { publishedAt, topics, ...rest } = articleOf(event);
      const wanted = {
        ...article,
        publishedAt: article.publishedAt ?? articleOf({ ...event, tags: before }).publishedAt,
      };
      assert.deepEqual(
        { ...rest, publishedAt, topics: [...topics].sort() },
        { ...wanted, topics: [...wanted.topics].sort() },
      );
      const others = (all: readonly Tag[]) =>
        all.filter(([name, value]) => !KNOWN.includes(name ?? '') || value === undefined);
      assert.deepEqual(others(event.tags), others(before));
    }),
    runs(700),
  );
});

test('other readers of YAML, 1.2 and 1.1, take every value for the text that it is', () => {
  fc.assert(
    fc.property(articles, ({ text: _, ...head }) => {
      const { front } = splitMarkdown(formatMarkdown({ ...head, text: '' }));
      const { publishedAt: published_at, topics: tags, ...rest } = head;
      const wanted = Object.entries({ ...rest, published_at, tags: tags.length === 0 ? undefined : tags });
      for (const version of ['1.2', '1.1'] as const)
        assert.deepEqual(
          new Map(Object.entries(parseYaml(front!, { version }) as object)),
          new Map(
            wanted
              .filter(([, value]) => value !== undefined)
              .sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b)),
          ),
        );
    }),
    runs(400),
  );
});

const ORDER = ['title', 'summary', 'image', 'published_at', 'tags', 'd'];

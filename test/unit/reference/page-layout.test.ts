// Help at a terminal: no line is wider, words stay whole, a second column stays one, headings are strong.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMMANDS } from '../../../src/commands/index.ts';
import { commandHelp, programHelp } from '../../../src/reference/help.ts';
import { layOut, rowsOf } from '../../../src/reference/page-layout.ts';
import { TOPICS } from '../../../src/reference/topics/topics.ts';

const strong = (text: string) => `*${text}*`;
const at = (width: number, text: string) => layOut(text, { width, strong });

describe('a page', () => {
  for (const [what, width, text, laidOut] of [
    ['a short line stays', 40, '  one two', '  one two'],
    [
      'a long line is broken at words, under its beginning',
      40,
      '  one two three four five six seven eight nine',
      '  one two three four five six seven\n  eight nine',
    ],
    [
      'a second column stays one',
      50,
      '  -n, --max <n>   end after that many events have been printed',
      '  -n, --max <n>   end after that many events have\n                  been printed',
    ],
    [
      'a column without room begins further left',
      40,
      '  --a-very-long-flag <value>   some words that are long',
      '  --a-very-long-flag <value>   some\n    words that are long',
    ],
    ['a word without end is not broken', 40, `  ${'x'.repeat(60)} y`, `  ${'x'.repeat(60)}\n  y`],
    [
      'an example can be pasted',
      40,
      '  # what it does\n  jq -c . file.jsonl | nost publish - wss://relay.example',
      '  # what it does\n  jq -c . file.jsonl | nost publish - \\\n      wss://relay.example',
    ],
    [
      'an example is not broken inside quotes',
      40,
      "  # what it does\n  nost publish -m 'a text that is long enough to be broken'",
      "  # what it does\n  nost publish -m \\\n      'a text that is long enough to be broken'",
    ],
    ['a heading is strong', 40, 'Flags:\n  -q  be quiet', '*Flags:*\n  -q  be quiet'],
    ['a title is strong', 40, 'Keys\n\n  nost keygen', '*Keys*\n\n  nost keygen'],
    ['a sentence is none', 40, 'It prints a list.\n  - one', 'It prints a list.\n  - one'],
    ['usage is half a heading', 40, 'Usage: nost req', '*Usage:* nost req'],
    [
      'a long usage goes on below its first word',
      40,
      'Usage: nost list [name] [show [who] | add <items...>] [flags]',
      '*Usage:* nost list [name] [show [who] |\n       add <items...>] [flags]',
    ],
  ] as const)
    test(what, () => assert.equal(at(width, text), laidOut));

  test('takes as many rows as a terminal gives it', () => {
    assert.equal(rowsOf('one\n\nthree', 80), 3);
    assert.equal(rowsOf(`  # about\n  ${'x'.repeat(100)}`, 80), 3);
  });
});

describe('at every width', async () => {
  const commands = await Promise.all(
    COMMANDS.map(async entry => commandHelp(entry, await entry.load(), ['--help'])),
  );
  const topics = await Promise.all(TOPICS.map(topic => topic.load()));
  const texts = [programHelp(COMMANDS), ...commands, ...topics];

  for (const width of [60, 80, 100, 140])
    test(`${width} columns: every help is as wide at most, but for examples`, () => {
      for (const text of texts)
        for (const line of layOut(text, { width, strong: each => each }).split('\n'))
          assert.ok(
            line.length <= width || /nost |jq |wss?:|\{"|^ *\S+$/.test(line),
            `${line.length}: ${line}`,
          );
    });

  test('the words are the same', () => {
    const words = (text: string) => text.split(/\s+\\?\s*/).join(' ');
    for (const text of texts)
      assert.equal(words(layOut(text, { width: 60, strong: each => each })), words(text));
  });
});

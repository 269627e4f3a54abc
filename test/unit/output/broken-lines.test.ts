import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brokenLines } from '../../../src/output/broken-lines.ts';

describe('a message at a terminal', () => {
  for (const [what, text, width, lines] of [
    [
      'is broken at words',
      'nost: one two three four five six seven eight nine ten',
      40,
      ['nost: one two three four five six seven', '  eight nine ten'],
    ],
    ['stays where it fits', 'nost: one', 40, ['nost: one']],
    ['stays in a pipe', `nost: ${'x '.repeat(60)}`, undefined, [`nost: ${'x '.repeat(60)}`]],
    ['stays where there is no room', `nost: ${'x '.repeat(60)}`, 20, [`nost: ${'x '.repeat(60)}`]],
    ['keeps a word without end whole', `nost: ${'x'.repeat(60)}`, 40, ['nost:', `  ${'x'.repeat(60)}`]],
    [
      'keeps a command whole, so that it can be pasted',
      '  To send it later, type this at a prompt: nost publish --dry-run -m hello wss://relay.example > a',
      40,
      [
        '  To send it later, type this at a',
        '  prompt:',
        '  nost publish --dry-run -m hello wss://relay.example > a',
      ],
    ],
    [
      'keeps a command that stands alone whole',
      '  nost publish --dry-run -m hello wss://relay.example > a',
      40,
      ['  nost publish --dry-run -m hello wss://relay.example > a'],
    ],
  ] as const)
    test(what, () => assert.deepEqual(brokenLines(text, width), lines));
});

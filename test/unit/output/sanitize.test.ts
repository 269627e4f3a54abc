import assert from 'node:assert/strict';
import test from 'node:test';
import { sanitizeJson, sanitizeText } from '../../../src/output/sanitize.ts';

const HOSTILE = [
  '\u001b[2J',
  '\u0000',
  '\u0007',
  '\u007f',
  '\u009b31m',
  '\u2028',
  '\u2029',
  '\u061c',
  '\u200e',
  '\u202e',
  '\u2066',
  '\u2069',
];

test('JSON keeps its value: what a terminal would obey becomes an escape', () => {
  for (const text of HOSTILE) {
    const line = JSON.stringify({ content: `a${text}b` });
    const safe = sanitizeJson(line);
    assert.deepEqual(JSON.parse(safe), JSON.parse(line));
    assert.match(safe, /^[\x20-\x7e]*$/);
  }
});

test('everything else is left alone: tabs, letters of every script, emoji, spaces', () => {
  for (const text of ['a\tb', 'né', '日本語', 'שלום', '😀👩‍👩‍👧', '\u00a0', '\ufeff']) {
    assert.equal(sanitizeJson(text), text);
    assert.equal(sanitizeText(text), text);
  }
});

test('a message stays on one line', () => {
  assert.equal(sanitizeText('a\nb\r\nc'), 'a\\nb\\r\\nc');
  assert.equal(sanitizeText('\u001b[31mred'), '\\u001b[31mred');
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cut, pad, shortCode, widthOf, wrap } from '../../../../src/output/pretty/measure.ts';

const FAMILY = '👨‍👩‍👧‍👦';

describe('text on a terminal', () => {
  test('has the width that its characters take', () => {
    for (const [text, width] of [
      ['', 0],
      ['abc', 3],
      ['日本', 4],
      ['é', 1],
      ['e\u0301', 1],
      [FAMILY, 2],
      ['🇨🇭', 2],
    ] as const)
      assert.equal(widthOf(text), width, text);
  });

  test('is cut between characters, never within one', () => {
    assert.equal(cut('abcdef', 6), 'abcdef');
    assert.equal(cut('abcdefg', 6), 'abcde…');
    assert.equal(cut('日本語', 5), '日本…');
    assert.equal(cut('日本語', 4), '日…');
    assert.equal(cut(`a${FAMILY}bc`, 3), 'a…');
  });

  test('is filled up by what it takes, not by its length', () => {
    assert.equal(pad('日', 4), '日  ');
    assert.equal(pad('7', 3, 'right'), '  7');
    assert.equal(pad('abcd', 3), 'abcd');
  });

  test('is wrapped at blanks, and inside a word that is too long', () => {
    assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
    assert.deepEqual(wrap('one two', 7), ['one two']);
    assert.deepEqual(wrap('abcdefgh', 3), ['abc', 'def', 'gh']);
    assert.deepEqual(wrap('a abcdefgh b', 3), ['a', 'abc', 'def', 'gh', 'b']);
    assert.deepEqual(wrap('日本語', 5), ['日本', '語']);
    assert.deepEqual(wrap('日本', 1), ['日', '本']);
    assert.deepEqual(wrap('', 5), ['']);
    assert.deepEqual(wrap('        ', 3), ['']);
    assert.deepEqual(wrap(FAMILY + FAMILY, 2), [FAMILY, FAMILY]);
  });

  test('that is a code is known by its beginning', () => {
    assert.equal(shortCode('ab'.repeat(32)), 'abababab…');
    assert.equal(shortCode(`npub1${'q'.repeat(58)}`), 'npub1qqqqqq…qqqqq');
    assert.equal(shortCode('hello'), 'hello');
  });
});

describe('long text', () => {
  test('is measured and wrapped as short text is', () => {
    const text = '日本'.repeat(5000);
    assert.equal(widthOf(text), 20_000);
    const lines = wrap(text, 80);
    assert.equal(lines.length, 250);
    assert.ok(lines.every(line => widthOf(line) === 80));
    assert.equal(lines.join(''), text);
  });

  test('is never cut within a pair of surrogates', () => {
    const text = `x${'😀'.repeat(2000)}`;
    assert.equal(widthOf(text), 4001);
    assert.equal(widthOf(`${'x'.repeat(255)}❤\ufe0f`), 257);
    assert.ok(wrap(text, 7).every(line => line.isWellFormed()));
  });
});

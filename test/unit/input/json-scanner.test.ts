import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JsonScanner, type Scan } from '../../../src/input/json-scanner.ts';

const feed = (...lines: string[]): Scan[] => {
  const scanner = new JsonScanner();
  return lines.map(line => scanner.feed(line));
};

describe('the scanner', () => {
  for (const text of [
    '{}',
    '[]',
    '1',
    '"x"',
    'null',
    '{"a":[1,{"b":"c"}],"d":-1.5e3}',
    ' [ true , false ] ',
    '"a\\"b\\\\"',
  ])
    test(`sees that ${text} is whole`, () => assert.deepEqual(feed(text), ['done']));

  for (const text of ['{', '[1,', '{"a"', '{"a":', '{"a":1,', '[[[', '', '  '])
    test(`sees that ${JSON.stringify(text)} may go on`, () => assert.deepEqual(feed(text), ['more']));

  for (const text of [
    '}',
    ']',
    '[}',
    '{]',
    '{"a" 1',
    '{1',
    '[,',
    '[1 2',
    '{"a":1,}',
    '[1,]',
    '{}{}',
    'x',
    '"open',
    '{"a":"open',
    "{'a'",
    '[1]]',
    '{"a":}',
  ])
    test(`sees that ${text} cannot become JSON`, () => assert.deepEqual(feed(text), ['bad']));

  test('follows a document over lines', () => {
    assert.deepEqual(feed('{', '  "a": [', '    1,', '    2', '  ]', '}'), [
      'more',
      'more',
      'more',
      'more',
      'more',
      'done',
    ]);
    assert.deepEqual(feed('{"id":"x",', '{"id":"y"}'), ['more', 'bad']);
  });

  test('gives up below 64 levels', () => {
    assert.deepEqual(feed('['.repeat(64)), ['more']);
    assert.deepEqual(feed('['.repeat(65)), ['bad']);
  });

  test('stands strings of megabytes, plain and escaped, whole and cut', () => {
    for (const fill of ['x', '\\n', 'é😀']) {
      const text = fill.repeat(3_000_000);
      assert.deepEqual(feed(`{"content":"${text}"`), ['more']);
      assert.deepEqual(feed(`{"content":"${text}`), ['bad']);
    }
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { dimKeys, jsonColors } from '../../../src/output/json-colors.ts';
import { styleFor } from '../../../src/output/style.ts';

const style = await styleFor(true);
const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;

describe('JSON on a terminal', () => {
  test('has dim keys, and plain values', () => {
    assert.equal(
      dimKeys('{"id":"ab","tags":[["t","x:y"]],"content":"\\"k\\":1"}', style),
      `{${dim('"id":')}"ab",${dim('"tags":')}[["t","x:y"]],${dim('"content":')}"\\"k\\":1"}`,
    );
  });

  test('is the same text without its colours, whatever the values hold', () => {
    for (const value of ['', '"', '\\', '\\"', '":', '{"a":1}', '\\\\":"', '😀', 'a\tb']) {
      const line = JSON.stringify({ [value]: value, list: [value, { [value]: null }], n: -1e21 });
      assert.equal(stripVTControlCharacters(dimKeys(line, style)), line);
      assert.deepEqual(JSON.parse(stripVTControlCharacters(dimKeys(line, style))), JSON.parse(line));
    }
  });

  test('escapes of others are shown, not obeyed', () => {
    assert.equal(
      jsonColors(style).present(['{"a":"\u009b2J\u202e"}']),
      `{${dim('"a":')}"\\u009b2J\\u202e"}\n`,
    );
  });

  test('a line that is none, or is cut, stays as it is', () => {
    for (const line of ['ws://127.0.0.1:1', '', '{"a', '{"a\\', '"a":1'])
      assert.equal(stripVTControlCharacters(dimKeys(line, style)), line);
  });

  test('is dimmed in linear time', () => {
    const line = `{"content":"${'\\"'.repeat(4_000_000)}"}`;
    assert.equal(dimKeys(line, style).length, line.length + dim('').length);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quote } from '../../../src/protocol/quote.ts';

test('a value is quoted as JSON on one line', () => {
  assert.equal(quote('a"\n'), '"a\\"\\n"');
  assert.equal(quote({ a: [1, null] }), '{"a":[1,null]}');
  assert.equal(quote(undefined), 'undefined');
  assert.equal(quote(Number.NaN), 'null');
});

test('what steers a terminal or turns text around comes out escaped', () => {
  assert.equal(quote('\u001b[31m\u009b\u202e\u2066\u2028'), '"\\u001b[31m\\u009b\\u202e\\u2066\\u2028"');
});

test('a long value is cut, whatever its size', () => {
  assert.ok(quote('x'.repeat(10_000_000)).length <= 81);
  assert.ok(quote(Array(1000).fill('x')).endsWith('…'));
});

test('a value that JSON cannot write is named by its type', () => {
  const circular: unknown[] = [];
  circular.push(circular);
  assert.equal(quote(circular), 'object');
  assert.equal(quote(10n), 'bigint');
});

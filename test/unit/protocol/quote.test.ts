import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonFault, quote, withoutSecrets } from '../../../src/protocol/quote.ts';

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
  assert.ok(quote('x'.repeat(10_000_000)).length <= 82);
  assert.ok(quote('x'.repeat(100)).endsWith('x…"'), 'the quotation is closed');
  assert.ok(quote(Array(1000).fill('x')).endsWith('…'));
});

test('a value that JSON cannot write is named by its type', () => {
  const circular: unknown[] = [];
  circular.push(circular);
  assert.equal(quote(circular), 'object');
  assert.equal(quote(10n), 'bigint');
});

const HEX = '67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa';
const NSEC = 'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5';

for (const [what, text] of Object.entries({
  'a key in hex': HEX,
  'in upper-case hex': HEX.toUpperCase(),
  'with a digit missing': HEX.slice(1),
  'with a digit too many': `${HEX}0`,
  'broken by a blank': `${HEX.slice(0, 30)} ${HEX.slice(30)}`,
  'broken by a line end': `${HEX.slice(0, 39)}\n${HEX.slice(39)}`,
  'within other text': `the key is ${HEX}, is it not?`,
  'where the text is cut': `${'x '.repeat(35)}${HEX}`,
  'an nsec': NSEC,
  'an nsec broken by a blank': `${NSEC.slice(0, 20)} ${NSEC.slice(20)}`,
  'an nsec with a mistyped prefix': NSEC.replace('nsec', 'nsac'),
  'an nsec without its first letter': NSEC.slice(1),
  'an ncryptsec': `ncryptsec1${'q'.repeat(150)}`,
}))
  test(`${what} is not quoted, nor half of it`, () => {
    for (const quoted of [quote(text), quote([text]), quote({ a: { b: text } })]) {
      assert.doesNotMatch(quoted, /[0-9a-f]{12}/i);
      assert.doesNotMatch(quoted, /04g90vlt|qqqqqqqq/);
    }
  });

test('ordinary values are quoted whole', () => {
  for (const text of [
    'nsec1',
    'my nsec1 is gone',
    'deadbeef',
    'npub1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqnq4pfs',
    'lnbc1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pk',
  ])
    assert.equal(quote(text), `"${text}"`);
});

test('a library that quotes what it was given is not repeated', () => {
  assert.equal(withoutSecrets(`ENOENT, open '${HEX}'`), "ENOENT, open '[64 hex digits]'");
  assert.equal(withoutSecrets(`unknown option '--${NSEC}'`), "unknown option '--[may be a secret]'");
});

test('the fault of a JSON text is told without the text', () => {
  for (const text of ['leader monkey', HEX, '"a', '{"a":leader monkey parrot}', 'leader', '{', '1 leader']) {
    const fault = jsonFault(errorOf(text));
    assert.match(fault, /^not JSON/);
    assert.doesNotMatch(fault, /leader|monkey|[0-9a-f]{12}/);
  }
});

function errorOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

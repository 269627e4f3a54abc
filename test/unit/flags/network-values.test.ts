import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseHeader } from '../../../src/flags/network-values.ts';

describe('a header line', () => {
  test('is a name and a value, without the blanks around the value', () => {
    assert.deepEqual(parseHeader('Authorization:  Bearer a:b '), {
      name: 'authorization',
      value: 'Bearer a:b',
    });
    assert.deepEqual(parseHeader('X-Empty:'), { name: 'x-empty', value: '' });
  });

  for (const text of ['', 'no colon', ': value', 'two words: x', 'a\r\nb: c', 'ä: x'])
    test(`is not ${JSON.stringify(text)}`, () => assert.throws(() => parseHeader(text), /Name: value/));

  for (const value of ['a\r\nX-Evil: 1', 'a\nb', 'a\u0000b', 'a\u007f', '€'])
    test(`cannot carry ${JSON.stringify(value)}, which no message quotes`, () =>
      assert.throws(
        () => parseHeader(`x: ${value}`),
        (error: Error) => /value of "x"/.test(error.message) && !error.message.includes(value),
      ));

  for (const name of ['Sec-WebSocket-Key', 'Connection', 'UPGRADE', 'Content-Length', 'Transfer-Encoding'])
    test(`${name} is not the user's to set`, () =>
      assert.throws(() => parseHeader(`${name}: x`), /set by nost itself/));
});

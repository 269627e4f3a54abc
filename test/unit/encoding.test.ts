import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeText, encodingFault, firstBadByte } from '../../src/encoding.ts';

describe('the encoding of a text', () => {
  for (const [name, bytes, fault] of [
    ['UTF-8', Buffer.from('Zürich 😀'), undefined],
    ['nothing', Buffer.alloc(0), undefined],
    ['one letter', Buffer.from('a'), undefined],
    ['a zero within UTF-8', Buffer.from('ab\0cd'), undefined],
    ['UTF-16 with a mark', Buffer.from('\ufeff日本', 'utf16le'), /^UTF-16, not UTF-8; .*iconv -f UTF-16/],
    ['UTF-16, big end first', Buffer.from('\ufeffab', 'utf16le').swap16(), /^UTF-16/],
    ['UTF-16 without a mark', Buffer.from('{}', 'utf16le'), /^UTF-16/],
    ['UTF-16, big end first, without a mark', Buffer.from('{"', 'utf16le').swap16(), /^UTF-16/],
    ['Latin-1', Buffer.from('Zürich\r\n', 'latin1'), /^not UTF-8, probably Latin-1; .*iconv -f LATIN1/],
    ['what gzip writes', Buffer.from([0x1f, 0x8b, 0x08, 0x00]), /^compressed by gzip; unpack it: gzip -dc/],
    ['noise', Buffer.from([0x61, 0x01, 0xff, 0x80]), /^not UTF-8$/],
    ['UTF-8 that is cut', Buffer.from('😀').subarray(0, 3), /^not UTF-8$/],
  ] as const) {
    test(`${name} is ${fault === undefined ? 'good' : 'named'}`, () => {
      if (fault === undefined) assert.equal(encodingFault(bytes), undefined);
      else assert.match(encodingFault(bytes)!, fault);
    });
  }

  test('the first byte that is none of UTF-8 is found, though the character for such bytes stands there, too', () => {
    const places = [
      'a\xff',
      '\xff',
      '\xc3',
      '\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xff',
      '\xf0\x9f\x98\x80\xed\xa0\x80',
    ].map(text => firstBadByte(Buffer.from(text, 'latin1')));
    assert.deepEqual(places, [1, 0, 0, 6, 4]);
    assert.equal(firstBadByte(Buffer.from('\ufffdé😀')), undefined);
  });

  test('decoding takes off one byte order mark and no other character', () => {
    assert.equal(decodeText(Buffer.from('\ufeffa\ufeff')), 'a\ufeff');
    assert.throws(() => decodeText(Buffer.from('\xe9', 'latin1')), /Latin-1/);
  });
});

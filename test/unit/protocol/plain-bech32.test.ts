// What reads plain codes fast, beside the library.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bech32 } from '@scure/base';
import { readPlainCode } from '../../../src/protocol/plain-bech32.ts';

const PREFIXES = ['npub', 'note', 'nprofile', 'nevent', 'naddr'];
const codeOf = (prefix: string, words: readonly number[]) => bech32.encode(prefix, [...words], false);

/** The same, but that the last letter of the data is another, and the checksum goes with it. */
const filled = (length: number, last: number) =>
  Array.from({ length }, (_, i) => (i < length - 1 ? i % 32 : last));

describe('a plain code', () => {
  test('of each prefix and length gives the bytes that the library gives', () => {
    for (const prefix of PREFIXES)
      for (let length = 0; length < 300; length++) {
        const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) % 256);
        const code = codeOf(prefix, bech32.toWords(bytes));
        assert.deepEqual(readPlainCode(code), { prefix, bytes }, code);
      }
  });

  test('has no padding but zeros, and not too much of it', () => {
    for (let length = 1; length < 20; length++)
      for (let last = 0; last < 32; last++) {
        const words = filled(length, last);
        const bytes = bech32.fromWordsUnsafe(words);
        const expected = bytes ? { prefix: 'nevent', bytes } : undefined;
        assert.deepEqual(readPlainCode(codeOf('nevent', words)), expected, `${length}, ${last}`);
      }
  });

  test('is not one with a letter changed, left out or added, wherever that is', () => {
    const code = codeOf('npub', bech32.toWords(new Uint8Array(32).fill(7)));
    for (let at = 0; at <= code.length; at++)
      for (const letter of ['q', 'p', 'l', '1', 'b', 'Q', 'é', '\0', '']) {
        const added = code.slice(0, at) + letter + code.slice(at);
        const changed = code.slice(0, at) + letter + code.slice(at + 1);
        for (const text of [added, changed])
          if (text !== code) assert.equal(readPlainCode(text), undefined, text);
      }
  });

  test('is no secret, no upper case and nothing else', () => {
    const words = bech32.toWords(new Uint8Array(32).fill(7));
    const others = [codeOf('nsec', words), codeOf('lnurl', words), codeOf('npub', words).toUpperCase()];
    for (const text of [...others, '', '1', 'npub', 'npub1', 'npub1qqqqq', 'constructor1qqqqqq'])
      assert.equal(readPlainCode(text), undefined, text);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UsageError } from '../../../src/errors.ts';
import { parsePretty, wantsPretty } from '../../../src/flags/common-flags.ts';
import { parsedBy, parseRequire, requiredRelays, size, wholeNumber } from '../../../src/flags/values.ts';

describe('flag values', () => {
  for (const text of ['', '-1', '1.5', '1e3', '0x10', ' 1']) {
    test(`${JSON.stringify(text)} is not a whole number`, () => {
      assert.throws(() => wholeNumber(0)(text), /is not a whole number/);
    });
  }

  test('a whole number may have a most', () => {
    assert.equal(wholeNumber(0, 65535)('65535'), 65535);
    assert.throws(() => wholeNumber(0, 65535)('65536'), /"65536" is above 65535/);
  });

  test('a bad value is a usage error that names the flag', () => {
    assert.throws(
      () => parsedBy('--limit', wholeNumber(0))('x'),
      (error: Error) => {
        return (
          error instanceof UsageError && error.message === '--limit: "x" is not a whole number of at least 0'
        );
      },
    );
  });

  test('a number that cannot be counted to is told as too large', () => {
    assert.throws(
      () => wholeNumber(0)('99999999999999999999'),
      /"99999999999999999999" is above 9007199254740991/,
    );
    assert.throws(() => wholeNumber(0)('9'.repeat(400)), /is above/);
  });
});

describe('a size', () => {
  test('is a number of bytes, with or without a unit', () => {
    const mega = 1024 * 1024;
    for (const [text, bytes] of [
      ['2097152', 2 * mega],
      ['64M', 64 * mega],
      ['2g', 2048 * mega],
      ['2048KB', 2 * mega],
    ] as const)
      assert.equal(size(mega)(text), bytes);
  });

  test('is not below the least, nor anything else', () => {
    assert.throws(() => size(1024)('1'), /"1" is below 1024 bytes/);
    for (const text of ['', 'M', '1.5G', '-1M', '1 G', '99999999T'])
      assert.throws(() => size(1)(text), /is no size; write 500M or 2G/);
  });
});

describe('--require', () => {
  test('is one by default, all of them by word, or a number', () => {
    assert.equal(requiredRelays(undefined, 3), 1);
    assert.equal(requiredRelays(parseRequire('all'), 3), 3);
    assert.equal(requiredRelays(parseRequire('2'), 3), 2);
  });

  test('cannot ask for more relays than there are, nor for none', () => {
    assert.throws(() => requiredRelays(4, 3), /asks for more relays than the 3 given/);
    assert.throws(() => parseRequire('0'));
  });
});

describe('--pretty', () => {
  for (const [flag, variable, isTerminal, wanted] of [
    [undefined, undefined, true, false],
    [undefined, '', true, false],
    [undefined, 'auto', true, true],
    [undefined, 'auto', false, false],
    [undefined, 'always', false, true],
    ['always', undefined, false, true],
    ['never', 'always', true, false],
    ['auto', 'always', false, false],
  ] as const)
    test(`${flag}, NOST_PRETTY=${variable}, ${isTerminal ? 'a terminal' : 'a pipe'}: ${wanted}`, () =>
      assert.equal(wantsPretty(flag, variable, isTerminal), wanted));

  test('takes three words, and alone is always', () => {
    assert.equal(parsePretty(''), 'always');
    assert.throws(() => parsePretty('yes'), /"yes" is not auto, always or never/);
    assert.throws(() => wantsPretty(undefined, 'x', true), /NOST_PRETTY: "x" is not/);
  });
});

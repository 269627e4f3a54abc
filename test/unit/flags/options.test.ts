import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UsageError } from '../../../src/errors.ts';
import {
  collectedBy,
  parsedBy,
  parseRequire,
  requiredRelays,
  wholeNumber,
} from '../../../src/flags/options.ts';

describe('flag values', () => {
  for (const text of ['', '-1', '1.5', '1e3', '0x10', ' 1', '1234567890123456']) {
    test(`${JSON.stringify(text)} is not a whole number`, () => {
      assert.throws(() => wholeNumber(0)(text), /is not a whole number/);
    });
  }

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

  test('a repeated flag collects its values in order', () => {
    const collect = collectedBy('--kind', text => text.split(',').map(Number));
    assert.deepEqual(collect('3', collect('1,2')), [1, 2, 3]);
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

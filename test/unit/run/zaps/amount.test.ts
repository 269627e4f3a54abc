// Amounts as people write them, and what is said of those that are none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAmount } from '../../../../src/run/zaps/amount.ts';

test('an amount is whole, of satoshis or thousandths', () => {
  const amounts = ['21', '21sat', '21SATS', '1000msat', '1msat', '1_000', '021'].map(parseAmount);
  assert.deepEqual(amounts, [21_000, 21_000, 21_000, 1000, 1, 1_000_000, 21_000]);
  const FAULTS: Readonly<Record<string, RegExp>> = {
    '0': /more than nothing/,
    '0msat': /more than nothing/,
    '-5': /is no amount such as 21/,
    '1e3': /is no amount such as 21/,
    '21btc': /is no amount such as 21/,
    '': /is no amount such as 21/,
    '1.5': /is written in msat, 1500msat/,
    '21.0': /it is a whole number, 21$/,
    '0.0001': /nothing smaller than an msat/,
    '1.5msat': /nothing smaller than an msat/,
    '2100000000000001': /more than a zap can be/,
    '9007199254740993msat': /more than a zap can be/,
    '99999999999999999999': /more than a zap can be/,
  };
  for (const [text, reason] of Object.entries(FAULTS)) assert.throws(() => parseAmount(text), reason, text);
});

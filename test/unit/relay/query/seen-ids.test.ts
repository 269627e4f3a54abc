import assert from 'node:assert/strict';
import test from 'node:test';
import { SeenIds } from '../../../../src/relay/query/seen-ids.ts';

const id = (number: number) => number.toString(16).padStart(64, '0');

test('an id is new once', () => {
  const seen = new SeenIds();
  assert.equal(seen.add(id(1)), true);
  assert.equal(seen.add(id(1)), false);
  assert.equal(seen.add(id(2)), true);
});

test('ids that differ in one digit, first or last, are different', () => {
  const seen = new SeenIds();
  seen.add('0'.repeat(64));
  assert.equal(seen.add(`1${'0'.repeat(63)}`), true);
  assert.equal(seen.add(`${'0'.repeat(63)}1`), true);
});

test('a repetition is recognised while fewer than a generation of others lie between', () => {
  for (let offset = 0; offset < 10; offset++) {
    const seen = new SeenIds(10);
    for (let other = 0; other < offset; other++) seen.add(id(1000 + other));
    seen.add(id(1));
    for (let other = 0; other < 9; other++) seen.add(id(2000 + other));
    assert.equal(seen.add(id(1)), false, `begun ${offset} into a generation`);
  }
});

test('an id two generations old is forgotten: memory is bounded', () => {
  const seen = new SeenIds(10);
  seen.add(id(1));
  for (let other = 0; other < 20; other++) seen.add(id(100 + other));
  assert.equal(seen.add(id(1)), true);
});

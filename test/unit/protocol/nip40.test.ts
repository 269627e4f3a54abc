import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expirationOf, isExpired } from '../../../src/protocol/nip40.ts';

test('an event expires in the second it names, and not before', () => {
  const event = { tags: [['expiration', '100']] };
  assert.deepEqual(
    [99, 100, 101].map(now => isExpired(event, now)),
    [false, true, true],
  );
});

test('0 is a time like any other', () => {
  assert.equal(expirationOf({ tags: [['expiration', '0']] }), 0);
  assert.ok(isExpired({ tags: [['expiration', '0']] }, 1));
});

test('an expiration that is no whole number is none', () => {
  for (const value of ['', 'soon', '-5', '1.5', '1e3', ' 100', '9'.repeat(30)]) {
    assert.equal(expirationOf({ tags: [['expiration', value]] }), undefined, value);
  }
  assert.ok(!isExpired({ tags: [['expiration']] }, 1e9));
});

test('the first expiration counts', () => {
  assert.equal(
    expirationOf({
      tags: [
        ['expiration', '5'],
        ['expiration', '9'],
      ],
    }),
    5,
  );
});

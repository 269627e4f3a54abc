import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesToHex, hexToBytes, isHex32 } from '../../../src/protocol/hex.ts';
import { generateSecretKey, InvalidKey, isOnCurve, publicKeyOf } from '../../../src/protocol/keys.ts';

const ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';

test('a new key is 32 random bytes with a public key on the curve', () => {
  const [one, two] = [generateSecretKey(), generateSecretKey()];
  assert.equal(one.length, 32);
  assert.notDeepEqual(one, two);
  assert.ok(isHex32(publicKeyOf(one)) && isOnCurve(publicKeyOf(one)));
});

test('zero, the curve order and other lengths are no keys, and the message holds no secret', () => {
  for (const hex of ['00'.repeat(32), ORDER, 'ff'.repeat(32), '01', '01'.repeat(33)]) {
    assert.throws(
      () => publicKeyOf(hexToBytes(hex)),
      (error: Error) => error instanceof InvalidKey && !error.message.includes(hex),
    );
  }
});

test('the largest key is the order less one', () => {
  const largest = hexToBytes(`${ORDER.slice(0, -2)}40`);
  assert.equal(publicKeyOf(largest), '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798');
  assert.equal(bytesToHex(largest).length, 64);
});

test('a coordinate beyond the field, or of no point, is not on the curve', () => {
  for (const hex of ['00'.repeat(32), 'ff'.repeat(32), 'zz', '']) assert.ok(!isOnCurve(hex), hex);
});

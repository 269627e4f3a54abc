import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import { KnownSecrets } from '../../../src/protocol/known-secrets.ts';

const HEX = '67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa';
const BYTES = Buffer.from(HEX, 'hex');

function known(): KnownSecrets {
  const secrets = new KnownSecrets();
  secrets.add(hexToBytes(HEX));
  return secrets;
}

describe('a known secret is found', () => {
  for (const [form, text] of Object.entries({
    hex: HEX,
    'upper-case hex': HEX.toUpperCase(),
    'mixed hex': HEX.slice(0, 32) + HEX.slice(32).toUpperCase(),
    base64: BYTES.toString('base64'),
    base64url: BYTES.toString('base64url'),
    'base64 with a line ending': Buffer.concat([BYTES, Buffer.from('\n')]).toString('base64'),
    'base64 of the hex': Buffer.from(HEX).toString('base64'),
    'base64 of the hex with a line ending': Buffer.from(`${HEX}\n`).toString('base64'),
  }))
    test(`in ${form}`, () => {
      assert.ok(known().areIn(text));
      assert.ok(known().areIn(`x=${text};`));
      assert.match(known().replace(`a "${text}" b`, '*'), /^a "\*\w{0,3}={0,2}" b$/);
    });
});

test('the longest texts are searched, one run of digits or letters as well', () => {
  for (const letter of ['a', 'z']) {
    const long = letter.repeat(2 ** 23);
    assert.equal(known().areIn(long), false);
    assert.equal(known().replace(`${long} ${HEX}`, '*'), `${long} *`);
  }
});

test('other texts stay as they are', () => {
  const other = HEX.replace('67', '76');
  for (const text of [other, HEX.slice(1), Buffer.from(other, 'hex').toString('base64'), 'a'.repeat(5000)])
    assert.equal(known().replace(text, '*'), text);
  assert.equal(new KnownSecrets().areIn(HEX), false);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  conversationKey,
  decryptPayload,
  encryptPayload,
  InvalidPayload,
  sharedX,
} from '../../../src/protocol/nip44.ts';
import { A, B } from '../../support/people.ts';

const KEY = conversationKey(A.secretKey, B.publicKey);

test('both sides have one key, and a text comes back as it was', () => {
  assert.deepEqual(conversationKey(B.secretKey, A.publicKey), KEY);
  for (const text of ['x', 'ünïcödé 😀', '\u0000', '\ufeffx', 'a'.repeat(70_000)]) {
    assert.equal(decryptPayload(encryptPayload(text, KEY), KEY), text);
  }
});

test('one text is never encrypted the same way twice', () => {
  assert.notEqual(encryptPayload('x', KEY), encryptPayload('x', KEY));
});

test('what has no UTF-8 form, and nothing at all, are not encrypted', () => {
  assert.throws(() => encryptPayload('\ud800', KEY), InvalidPayload);
  assert.throws(() => encryptPayload('', KEY), InvalidPayload);
});

test('a bit changed anywhere is found', () => {
  const bytes = Buffer.from(encryptPayload('hello', KEY), 'base64');
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    assert.throws(() => decryptPayload(changed.toString('base64'), KEY), InvalidPayload);
  }
});

test('a key that is none has no shared secret, and is not shown', () => {
  for (const pubkey of ['', 'npub1x', A.publicKey.toUpperCase(), 'f'.repeat(64)]) {
    assert.throws(() => sharedX(A.secretKey, pubkey), InvalidPayload);
  }
  assert.throws(() => sharedX(new Uint8Array(32), A.publicKey), InvalidPayload);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  conversationKey,
  decryptPayload,
  encryptPayload,
  InvalidPayload,
  LONGEST_OLD_PAYLOAD,
  messageKeys,
  sharedX,
} from '../../../src/protocol/nip44.ts';
import { overwrittenFrom } from '../../support/overwritten.ts';
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

test('what went wrong is told apart: keys, texts, payloads of no form, and payloads for others', () => {
  const payload = encryptPayload('x', KEY);
  const faults = (fault: string, what: () => unknown) => assert.throws(what, { fault });
  faults('key', () => conversationKey(A.secretKey, 'bob'));
  faults('text', () => encryptPayload('', KEY));
  faults('format', () => decryptPayload('hello', KEY));
  faults('content', () => decryptPayload(payload, new Uint8Array(32)));
});

test('shared keys and the keys of messages are overwritten after use', t => {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const x = hex(sharedX(A.secretKey, B.publicKey));
  const nonce = new Uint8Array(32).fill(7);
  const { chachaKey, hmacKey } = messageKeys(KEY, nonce);
  const wanted = [chachaKey, hmacKey].map(hex);
  const overwritten = overwrittenFrom(t);
  conversationKey(A.secretKey, B.publicKey);
  assert.ok(overwritten.splice(0).includes(x));
  const payload = encryptPayload('hi', KEY, nonce);
  const after = overwritten.splice(0);
  for (const key of wanted) assert.ok(after.includes(key));
  decryptPayload(payload, KEY);
  for (const key of wanted) assert.ok(overwritten.includes(key));
});

test('the longest payload of old programs is that of 65,535 bytes', () => {
  assert.equal(encryptPayload('x'.repeat(65_535), KEY).length, LONGEST_OLD_PAYLOAD);
  assert.ok(encryptPayload('x'.repeat(65_536), KEY).length > LONGEST_OLD_PAYLOAD);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decryptLegacy, encryptLegacy, isLegacyPayload } from '../../../src/protocol/nip04.ts';
import { InvalidPayload, sharedX } from '../../../src/protocol/nip44.ts';
import { overwrittenFrom } from '../../support/overwritten.ts';
import { A, B } from '../../support/people.ts';

test('a text comes back as it was, on the other side', () => {
  for (const text of ['', 'x', 'ünïcödé 😀', 'a'.repeat(1000)]) {
    assert.equal(
      decryptLegacy(encryptLegacy(text, A.secretKey, B.publicKey), B.secretKey, A.publicKey),
      text,
    );
  }
});

test('a payload without an iv, or with two, is refused', () => {
  for (const payload of ['', 'YQ==', 'YQ==?iv=YQ==?iv=YQ==', '!?iv=!', 'YWFhYWFhYWFhYWFhYWFhYQ==?iv=YQ==']) {
    assert.throws(() => decryptLegacy(payload, A.secretKey, B.publicKey), InvalidPayload);
  }
});

test('a payload of the wrong form is told from one that another key opens', () => {
  const form: readonly [payload: string, reason: RegExp][] = [
    ['YWFhYWFhYWFhYWFhYWFhYQ==?iv=YQ==', /the iv must have 16 bytes, not 1/],
    ['YQ==?iv=YWFhYWFhYWFhYWFhYWFhYQ==', /1 bytes are no whole number of blocks/],
    ['?iv=YWFhYWFhYWFhYWFhYWFhYQ==', /0 bytes are no whole number of blocks/],
    ['a secret?iv=', /^invalid base64$/],
  ];
  for (const [payload, reason] of form) {
    assert.throws(
      () => decryptLegacy(payload, A.secretKey, B.publicKey),
      (error: InvalidPayload) => error.fault === 'format' && reason.test(error.message),
    );
  }
  assert.throws(
    () => decryptLegacy('YWFhYWFhYWFhYWFhYWFhYQ==?iv=YWFhYWFhYWFhYWFhYWFhYQ==', A.secretKey, B.publicKey),
    {
      fault: 'content',
    },
  );
});

test('what has no UTF-8 form is not encrypted', () => {
  assert.throws(() => encryptLegacy('\ud800', A.secretKey, B.publicKey), { fault: 'text' });
});

test('the shared key is overwritten after use', t => {
  const shared = Buffer.from(sharedX(A.secretKey, B.publicKey)).toString('hex');
  const overwritten = overwrittenFrom(t);
  const payload = encryptLegacy('hi', A.secretKey, B.publicKey);
  assert.ok(overwritten.splice(0).includes(shared));
  decryptLegacy(payload, B.secretKey, A.publicKey);
  assert.ok(overwritten.includes(shared));
});

test('a payload of NIP-04 is known by its looks', () => {
  assert.ok(isLegacyPayload(encryptLegacy('hi', A.secretKey, B.publicKey)));
  assert.ok(!isLegacyPayload('AgAA'));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decryptLegacy, encryptLegacy } from '../../../src/protocol/nip04.ts';
import { InvalidPayload } from '../../../src/protocol/nip44.ts';
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

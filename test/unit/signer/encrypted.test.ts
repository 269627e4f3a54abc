import assert from 'node:assert/strict';
import test from 'node:test';
import { SignerError } from '../../../src/errors.ts';
import { openEncrypted, sealKey } from '../../../src/signer/encrypted.ts';
import { A } from '../../support/people.ts';
import { signerWorld } from '../../support/signer-world.ts';

const world = signerWorld();
const ncryptsec = await sealKey(A.secretKey, 'right', { logN: 16 }, world);

test('that a key is being encrypted or opened is shown, until it is', async () => {
  assert.deepEqual(world.work, ['encrypting the key…', 'encrypting the key… done']);
  const opening = signerWorld({}, ['wrong', 'right']);
  assert.deepEqual(await openEncrypted(ncryptsec, 'alice', opening), A.secretKey);
  const once = ['opening the key…', 'opening the key… done'];
  assert.deepEqual(opening.work, [...once, ...once]);
});

test('a passphrase that is wrong or empty may be typed three times', async () => {
  const mistyped = signerWorld({}, ['', 'wrong', 'right']);
  assert.deepEqual(await openEncrypted(ncryptsec, 'alice', mistyped), A.secretKey);
  assert.deepEqual(mistyped.notes, [
    'the passphrase is empty; try again',
    'the passphrase is wrong; try again',
  ]);
  const lost = signerWorld({}, ['wrong', '', 'wrong', 'right']);
  await assert.rejects(openEncrypted(ncryptsec, 'alice', lost), (error: unknown) => {
    assert.ok(error instanceof SignerError);
    assert.equal(error.code, 'wrong_passphrase');
    assert.equal(error.message, 'alice: the passphrase is wrong');
    return true;
  });
  assert.equal(lost.questions.length, 3);
});

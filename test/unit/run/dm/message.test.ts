import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../../../src/errors.ts';
import { MOST_BYTES, rumorOfMessage } from '../../../../src/run/dm/message.ts';
import { LocalSigner } from '../../../../src/signer/local.ts';
import { A, B, T0 } from '../../../support/people.ts';

const signer = new LocalSigner(Uint8Array.from(A.secretKey));
const rumor = (content: string | undefined, receivers = 1) =>
  rumorOfMessage(
    { tags: [], ...(content !== undefined && { content }) },
    {},
    Array.from({ length: receivers }, () => B.publicKey),
    signer,
    T0,
  );

test('a message is a rumor of kind 14 with its receivers, of the time given', () => {
  const { kind, tags, created_at, pubkey, content } = rumor('hi');
  assert.deepEqual(
    [kind, tags, created_at, pubkey, content],
    [14, [['p', B.publicKey]], T0, A.publicKey, 'hi'],
  );
  assert.equal('sig' in rumor('hi'), false);
});

test('no text is no message; an empty one is, when it was given', () => {
  assert.throws(() => rumor(undefined), { code: 'no_content', message: 'the message has no text' });
  assert.equal(rumor('').content, '');
});

test('what tells a secret key, or has no UTF-8 form, is not sent', () => {
  assert.throws(() => rumor(`key: ${A.secretHex}`), UsageError);
  assert.throws(() => rumor('\ud800'), UsageError);
});

test('the size of a message is bounded, and that of all its wraps', () => {
  assert.throws(() => rumor('x'.repeat(MOST_BYTES)), { message: 'the message is larger than 7168 KiB' });
  const third = 'x'.repeat(MOST_BYTES / 3);
  assert.equal(rumor(third, 10).content, third);
  assert.throws(() => rumor(third, 20), { message: 'the message is larger than 1433 KiB for 20 receivers' });
});

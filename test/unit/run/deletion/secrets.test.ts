import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeEntity } from '../../../../src/protocol/nip19.ts';
import { refuseSecrets } from '../../../../src/run/deletion/secrets.ts';
import { LocalSigner } from '../../../../src/signer/local.ts';
import { A, B } from '../../../support/people.ts';

const signer = new LocalSigner(Uint8Array.from(A.secretKey));
const nsec = encodeEntity({ type: 'nsec', secretKey: B.secretKey });
const bunker = `bunker://${B.publicKey}?relay=wss://r.example&secret=abcdefgh`;
const addressOf = (d: string) => ({ key: `30023:${A.publicKey}:${d}` });

describe('no relay hears of', () => {
  test('the own key among the codes, whatever is allowed', () => {
    for (const key of [A.secretHex, addressOf(A.secretHex).key])
      assert.throws(() => refuseSecrets([{ key }], { allowNsec: true }, signer), /stands among the codes/);
  });

  for (const secret of [nsec, bunker, `ncryptsec1${'q'.repeat(152)}`])
    test(`a secret in a code or a reason: ${secret.slice(0, 6)}`, () => {
      const [code, reason] = [[addressOf(secret)], `it was ${secret}`];
      const hidden = (what: RegExp) => (error: Error) =>
        what.test(error.message) && !error.message.includes(secret);
      assert.throws(
        () => refuseSecrets(code, {}, signer),
        hidden(/a code holds a secret: no relay was asked/),
      );
      assert.throws(() => refuseSecrets([], { reason }, signer), hidden(/the reason holds a secret/));
      refuseSecrets(code, { reason, allowNsec: true }, signer);
    });

  test('the own key in the reason', () => {
    assert.throws(() => refuseSecrets([], { reason: A.secretHex }, signer), /secret key that is to sign/);
    refuseSecrets([addressOf('x'), { key: B.secretHex }], { reason: 'posted by mistake' }, signer);
  });
});

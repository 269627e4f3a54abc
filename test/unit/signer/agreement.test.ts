// What agrees with another key faster than the curve in JavaScript: the same answers, and the same refusals.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { bytesToHex, hexToBytes } from '../../../src/protocol/hex.ts';
import { publicKeyOf } from '../../../src/protocol/keys.ts';
import { InvalidPayload, sharedX } from '../../../src/protocol/nip44.ts';
import { type Agreement, openAgreement } from '../../../src/signer/agreement.ts';
import { loadNativeAgree } from '../../../src/verify/native-agree.ts';
import { A, B } from '../../support/people.ts';

const { platform } = process;
/** A library of the system is not on every machine. */
const native = await loadNativeAgree(platform).catch(() => undefined);
const open = async (verify: string): Promise<Agreement> =>
  (await openAgreement({ platform, env: { NOST_VERIFY: verify } }))!;

const secretKey = fc
  .stringMatching(/^[0-9a-f]{64}$/)
  .map(hexToBytes)
  .filter(bytes => bytes.some(byte => byte > 0) && bytes[0]! < 255);

for (const [name, verify] of [
  ['the library of the system, or what comes next', ''],
  ['OpenSSL', 'noble'],
] as const) {
  describe(name, () => {
    test('agrees as the curve in JavaScript does, with one key and with several', async () => {
      const { agree } = await open(verify);
      fc.assert(
        fc.property(secretKey, secretKey, (own, other) => {
          const pubkey = publicKeyOf(other);
          for (const secret of [own, A.secretKey])
            assert.equal(bytesToHex(agree(secret, pubkey)), bytesToHex(sharedX(secret, pubkey)));
        }),
        { numRuns: 20 },
      );
    });

    test('refuses what is no key, and what is no point of the curve', async () => {
      const { agree } = await open(verify);
      const refused: [Uint8Array, string][] = [
        [new Uint8Array(32), B.publicKey],
        [new Uint8Array(32).fill(255), B.publicKey],
        [new Uint8Array(31).fill(1), B.publicKey],
        [A.secretKey, '0'.repeat(64)],
        [A.secretKey, 'f'.repeat(64)],
        [A.secretKey, 'eb1f7200aecaa86682376fb1c13cd12b732221e774f553b0a0857f88fa20f86d'],
        [A.secretKey, '709858a4c121e4a84eb59c0ded0261093c71e8ca29efeef21a6161c447bcaf9f'],
        [A.secretKey, B.publicKey.toUpperCase()],
        [A.secretKey, ''],
      ];
      for (const [secret, pubkey] of refused) assert.throws(() => agree(secret, pubkey), InvalidPayload);
      assert.equal(
        bytesToHex(agree(A.secretKey, B.publicKey)),
        bytesToHex(sharedX(B.secretKey, A.publicKey)),
      );
    });

    test('gives bytes that the next agreement leaves alone', async () => {
      const { agree } = await open(verify);
      const first = agree(A.secretKey, B.publicKey);
      const copy = bytesToHex(first);
      agree(B.secretKey, B.publicKey);
      assert.equal(bytesToHex(first), copy);
    });

    test('another key than the one before it is read after it closed', async () => {
      const { agree, close } = await open(verify);
      const key = Uint8Array.from(A.secretKey);
      agree(key, B.publicKey);
      close();
      assert.equal(bytesToHex(agree(key, B.publicKey)), bytesToHex(sharedX(A.secretKey, B.publicKey)));
    });
  });
}

test('a platform without the library takes the next', async () => {
  const { agree } = (await openAgreement({ platform: 'plan9', env: {} }))!;
  assert.equal(bytesToHex(agree(A.secretKey, B.publicKey)), bytesToHex(sharedX(A.secretKey, B.publicKey)));
});

test('the library alone refuses, and forgets the secret', { skip: native === undefined }, () => {
  assert.throws(() => native!(A.secretKey, 'f'.repeat(64)), /no point/);
  assert.throws(() => native!(new Uint8Array(32), B.publicKey), /no secret key/);
  assert.equal(bytesToHex(native!(A.secretKey, B.publicKey)), bytesToHex(sharedX(A.secretKey, B.publicKey)));
});

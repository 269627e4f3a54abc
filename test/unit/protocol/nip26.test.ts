import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { schnorr } from '@noble/curves/secp256k1.js';
import { sha256Hex } from '../../../src/protocol/crypto.ts';
import { bytesToHex, hexToBytes } from '../../../src/protocol/hex.ts';
import { checkDelegation, delegationText, meetsConditions } from '../../../src/protocol/nip26.ts';
import { A, B, T0 } from '../../support/people.ts';

/** B's note in the name of A, who allowed it. */
function delegated(conditions: string, by = A.secretKey) {
  const hash = hexToBytes(sha256Hex(delegationText(B.publicKey, conditions)));
  const token = bytesToHex(schnorr.sign(hash, by, new Uint8Array(32)));
  return B.note('hi', T0, [['delegation', A.publicKey, conditions, token]]);
}

describe('a delegation', () => {
  test('holds for what it allows, and for nothing else', () => {
    assert.equal(checkDelegation(delegated(`kind=1&created_at>${T0 - 1}&created_at<${T0 + 1}`)), undefined);
    assert.equal(checkDelegation(delegated('kind=0&kind=1')), undefined);
    assert.equal(checkDelegation(delegated('')), undefined);
    assert.equal(checkDelegation(delegated('kind=0')), 'conditions');
    assert.equal(checkDelegation(delegated(`created_at<${T0}`)), 'conditions');
    assert.equal(checkDelegation(delegated(`created_at>${T0}`)), 'conditions');
  });

  test('must be by the delegator, for the key that signed the event', () => {
    assert.equal(checkDelegation(delegated('kind=1', B.secretKey)), 'token');
    assert.equal(checkDelegation({ ...delegated('kind=1'), pubkey: A.publicKey }), 'token');
    const [[name, , ...rest]] = delegated('kind=1').tags as [string[]];
    const offCurve = { ...delegated('kind=1'), tags: [[name!, 'f'.repeat(64), ...rest]] };
    assert.equal(checkDelegation(offCurve), 'token');
  });

  test('of another form is none', () => {
    for (const tag of [['delegation'], ['delegation', A.publicKey, 'kind=1', 'x']])
      assert.equal(checkDelegation(B.note('hi', T0, [tag])), 'form');
    assert.equal(checkDelegation(B.note('hi')), undefined);
  });
});

test('conditions that nobody knows allow nothing', () => {
  for (const conditions of [
    'kind=',
    'kind=1&',
    'kind=1 ',
    'kind>0',
    'created_at=5',
    'kind=1&x=2',
    'kind=01e0',
  ])
    assert.equal(meetsConditions({ kind: 1, created_at: 5 }, conditions), false, conditions);
});

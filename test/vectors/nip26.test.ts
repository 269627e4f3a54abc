// The example of NIP-26: its token holds, and its event fails everything else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256Hex } from '../../src/protocol/crypto.ts';
import { checkDelegation, delegationOf, delegationText } from '../../src/protocol/nip26.ts';
import { checkEvent } from '../../src/protocol/signature.ts';
import { describeVectors, vectorJson } from '../support/vectors.ts';

describeVectors('nip26/nip26.json', () => {
  const { event, delegatee_pk, delegator_pk, delegation_string, sha256, token } =
    vectorJson('nip26/nip26.json');

  test('the text that was signed', () => {
    const delegation = delegationOf(event)!;
    assert.deepEqual([delegation.delegator, delegation.token], [delegator_pk, token]);
    assert.equal(delegationText(delegatee_pk, delegation.conditions), delegation_string);
    assert.equal(sha256Hex(delegation_string), sha256);
  });

  test('the token holds, the conditions and the event do not', () => {
    assert.equal(checkDelegation({ ...event, created_at: 1677426000 }), undefined);
    assert.equal(checkDelegation(event), 'conditions');
    assert.equal(checkEvent(event), 'id');
  });
});

// The example of NIP-26: its token holds, and its event fails everything else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256Hex } from '../../src/protocol/crypto.ts';
import { eventId } from '../../src/protocol/event.ts';
import { hexToBytes } from '../../src/protocol/hex.ts';
import { publicKeyOf } from '../../src/protocol/keys.ts';
import { checkDelegation, delegationOf, delegationText } from '../../src/protocol/nip26.ts';
import { checkEvent, hasValidSignature } from '../../src/protocol/signature.ts';
import { describeWhole } from '../support/vectors.ts';

describeWhole(
  'nip26/nip26.json',
  ({
    event,
    delegator_sk,
    delegatee_sk,
    delegatee_pk,
    delegator_pk,
    delegation_string,
    sha256,
    token,
    checks,
  }) => {
    test('the keys belong together', () => {
      assert.equal(publicKeyOf(hexToBytes(delegator_sk)), delegator_pk);
      assert.equal(publicKeyOf(hexToBytes(delegatee_sk)), delegatee_pk);
      assert.equal(event.pubkey, delegatee_pk);
    });

    test('the text that was signed', () => {
      const delegation = delegationOf(event)!;
      assert.deepEqual([delegation.delegator, delegation.token], [delegator_pk, token]);
      assert.equal(delegationText(delegatee_pk, delegation.conditions), delegation_string);
      assert.equal(sha256Hex(delegation_string), sha256);
    });

    test('the token holds, the conditions and the event do not', () => {
      assert.equal(
        checkDelegation({ ...event, created_at: 1677426000 }),
        checks.token_valid ? undefined : 'token',
      );
      assert.equal(checkDelegation(event), checks.conditions_hold ? undefined : 'conditions');
      assert.equal(checkEvent(event), checks.event_id_valid ? undefined : 'id');
      assert.equal(hasValidSignature({ ...event, id: eventId(event) }), checks.event_sig_valid);
    });
  },
  { prose: ['status'] },
);

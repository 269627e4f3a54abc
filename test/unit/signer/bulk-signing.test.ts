// What signs a bulk, beside the curve in JavaScript.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import { InvalidKey, publicKeyOf } from '../../../src/protocol/keys.ts';
import { hasValidSignature } from '../../../src/protocol/signature.ts';
import { openBulkSigning } from '../../../src/signer/bulk-signing.ts';

const hex32 = fc.stringMatching(/^[0-9a-f]{64}$/);

test('what it signs, the curve in JavaScript verifies', async () => {
  const signId = (await openBulkSigning())!;
  fc.assert(
    fc.property(hex32, hex32, (id, secret) => {
      const key = hexToBytes(secret);
      fc.pre(isKey(key));
      const event = { id, pubkey: publicKeyOf(key), created_at: 1, kind: 1, tags: [], content: '' };
      assert.ok(hasValidSignature({ ...event, sig: signId(id, key) }));
    }),
    { numRuns: 50 },
  );
});

test('it refuses what is no key', async () => {
  const signId = (await openBulkSigning())!;
  for (const secret of [new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array(31).fill(1)])
    assert.throws(() => signId('00'.repeat(32), secret));
});

function isKey(key: Uint8Array): boolean {
  try {
    publicKeyOf(key);
    return true;
  } catch (error) {
    assert.ok(error instanceof InvalidKey);
    return false;
  }
}

// The engine that is always there: @noble/curves, pure JavaScript, about a millisecond a check.
import { schnorr } from '@noble/curves/secp256k1.js';
import { type Engine, verifyEach } from './engine.ts';

export const nobleEngine: Engine = {
  name: 'noble',
  batchSize: 16,
  threadsPayAfter: 64,
  verify,
  verifyPacked: (packed, count, results) => verifyEach(verify, packed, count, results),
};

function verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return schnorr.verify(signature, message, publicKey);
  } catch {
    return false; // a public key that is no point of the curve
  }
}

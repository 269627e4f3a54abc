// secp256k1 keys as Nostr uses them: 32-byte secrets and x-only public keys (BIP-340).
import { schnorr } from '@noble/curves/secp256k1.js';
import { bytesToHex, hexToBytes, isHex32 } from './hex.ts';

/** Thrown when bytes or text are no usable key. The message never holds a secret. */
export class InvalidKey extends Error {
  override name = 'InvalidKey';
}

/**
 * A new secret key: 32 bytes from the operating system's randomness, in the range [1, n-1].
 * @example
 * generateSecretKey().length // → 32
 */
export function generateSecretKey(): Uint8Array {
  return schnorr.utils.randomSecretKey();
}

/**
 * The public key of a secret key, 64 lower-case hex digits (BIP-340 x-only).
 * Throws `InvalidKey` when the secret is zero, too large or not 32 bytes.
 * @example
 * publicKeyOf(hexToBytes('0000000000000000000000000000000000000000000000000000000000000003')) // → 'f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9'
 * publicKeyOf(new Uint8Array(32)) // throws not a valid secret key
 */
export function publicKeyOf(secretKey: Uint8Array): string {
  try {
    return bytesToHex(schnorr.getPublicKey(secretKey));
  } catch {
    throw new InvalidKey('not a valid secret key: it must be 32 bytes, above zero and below the curve order');
  }
}

/**
 * Whether `hex` is the x coordinate of a point of the curve, so that a signature by it can exist at all.
 * @example
 * isOnCurve('f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9') // → true
 * isOnCurve('00'.repeat(32)) // → false
 */
export function isOnCurve(hex: string): boolean {
  if (!isHex32(hex)) return false;
  try {
    schnorr.utils.lift_x(BigInt(`0x${hex}`));
    return true;
  } catch {
    return false;
  }
}

export { hexToBytes };

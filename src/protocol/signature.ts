// An event's signature (BIP-340): made, and checked one at a time. What checks many at once is in `verify/`.
import { schnorr } from '@noble/curves/secp256k1.js';
import { type Event, type EventTemplate, eventId, hasValidId } from './event.ts';
import { bytesToHex, hexToBytes } from './hex.ts';

/**
 * Whether the signature is the author's over the id (BIP-340). A malformed key or signature is `false`.
 * @example
 * hasValidSignature(signEvent({ created_at: 1, kind: 1, tags: [], content: 'hi' }, hexToBytes('01'.padStart(64, '0')))) // → true
 * hasValidSignature({ ...signEvent({ created_at: 1, kind: 1, tags: [], content: 'hi' }, hexToBytes('01'.padStart(64, '0'))), sig: '00'.repeat(64) }) // → false
 */
export function hasValidSignature(event: Event): boolean {
  try {
    return schnorr.verify(hexToBytes(event.sig), hexToBytes(event.id), hexToBytes(event.pubkey));
  } catch {
    return false; // a public key that is no point of the curve
  }
}

/**
 * The first check that a well-formed event fails, or undefined when id and signature hold.
 * The order is NIP-01's: the id before the signature, for a signature says nothing of a wrong id.
 * @example
 * checkEvent(signEvent({ created_at: 1, kind: 1, tags: [], content: 'hi' }, hexToBytes('01'.padStart(64, '0')))) // → undefined
 * checkEvent({ ...signEvent({ created_at: 1, kind: 1, tags: [], content: 'hi' }, hexToBytes('01'.padStart(64, '0'))), content: 'ho' }) // → 'id'
 */
export function checkEvent(event: Event): 'id' | 'signature' | undefined {
  if (!hasValidId(event)) return 'id';
  return hasValidSignature(event) ? undefined : 'signature';
}

/**
 * Signs a template with a 32-byte secret key (BIP-340). `auxRand` fixes the nonce's randomness for tests.
 * Throws `InvalidEvent` for a lone surrogate, and whatever the curve says of a key out of range.
 * @example
 * signEvent({ created_at: 1, kind: 1, tags: [], content: 'hi' }, hexToBytes('01'.padStart(64, '0'))).pubkey // → '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'
 */
export function signEvent(template: EventTemplate, secretKey: Uint8Array, auxRand?: Uint8Array): Event {
  const { created_at, kind, tags, content } = template;
  const pubkey = bytesToHex(schnorr.getPublicKey(secretKey));
  const id = eventId({ pubkey, created_at, kind, tags, content });
  return { id, pubkey, created_at, kind, tags, content, sig: signId(id, secretKey, auxRand) };
}

/**
 * The signature over the 32 bytes of an id, all in hex (BIP-340). Throws whatever the curve says of a key out of range.
 * @example
 * signId('00'.repeat(32), hexToBytes('01'.padStart(64, '0'))).length // → 128
 */
export function signId(id: string, secretKey: Uint8Array, auxRand?: Uint8Array): string {
  return bytesToHex(schnorr.sign(hexToBytes(id), secretKey, auxRand));
}

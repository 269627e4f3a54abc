// Signatures for a bulk: libsecp256k1 compiled to WebAssembly, as tiny-secp256k1 brings it, ten times as fast as the
// curve in JavaScript and slower to load. It zeroes the secret in its memory behind each signature.
import { randomBytes } from 'node:crypto';
import { bytesToHex, hexToBytes } from '../protocol/hex.ts';

/** The signature over 32 bytes, both in hex (BIP-340). */
export type SignId = (id: string, secret: Uint8Array) => string;

/** From the test vectors of BIP-340, number 1. */
const KNOWN_ANSWER = {
  secret: 'b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef',
  randomness: `${'00'.repeat(31)}01`,
  message: '243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89',
  signature:
    '6896bd60eeae296db48a229ff71dfe071bde413e6d43f917dc8dcf8c78de33418906d11ac976abccb20b091292bff4ea897efcb639ea871cfa95f6de339e4b0a',
};

/** Undefined where there is no WebAssembly, or where it does not know the published answer. */
export async function openBulkSigning(): Promise<SignId | undefined> {
  try {
    const { signSchnorr } = await import('tiny-secp256k1');
    const { secret, randomness, message, signature } = KNOWN_ANSWER;
    const answer = signSchnorr(hexToBytes(message), hexToBytes(secret), hexToBytes(randomness));
    if (bytesToHex(answer) !== signature) return undefined;
    return (id, key) => bytesToHex(signSchnorr(hexToBytes(id), key, randomBytes(32)));
  } catch {
    return undefined;
  }
}

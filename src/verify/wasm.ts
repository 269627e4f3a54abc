// libsecp256k1 compiled to WebAssembly (tiny-secp256k1): wherever nost is installed, five times noble's speed.
import { type Engine, EngineUnavailable, verifyEach } from './engine.ts';

/** Loads it; throws `EngineUnavailable`. */
export async function loadWasm(): Promise<Engine> {
  const { verifySchnorr } = await open();
  const verify: Engine['verify'] = (signature, message, publicKey) => {
    try {
      return verifySchnorr(message, publicKey, signature);
    } catch {
      return false; // it throws for a key off the curve, r or s out of range, a message that is not 32 bytes
    }
  };
  return {
    name: 'wasm',
    batchSize: 64,
    threadsPayAfter: 256,
    verify,
    verifyPacked: (packed, count, results) => verifyEach(verify, packed, count, results),
  };
}

async function open(): Promise<typeof import('tiny-secp256k1')> {
  try {
    return await import('tiny-secp256k1');
  } catch (error) {
    throw new EngineUnavailable(`tiny-secp256k1 cannot be loaded: ${(error as Error).message}`);
  }
}

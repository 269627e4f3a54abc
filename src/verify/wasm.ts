// libsecp256k1 compiled to WebAssembly, as tiny-secp256k1 brings it: wherever nost is installed, six times noble's
// speed. Its module is called without its JavaScript, which decompresses each key once more before every
// check. (Its version is an exact one in package.json: what is inside of a package may change with any other.)
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Engine, EngineUnavailable, verifyEach } from './engine.ts';

/** What is used of the module. */
interface Secp256k1 {
  memory: { buffer: ArrayBuffer };
  /** Addresses in its memory. */
  HASH_INPUT: { value: number };
  X_ONLY_PUBLIC_KEY_INPUT: { value: number };
  SIGNATURE_INPUT: { value: number };
  /** 1 when the signature holds for what lies at those addresses. */
  verifySchnorr(): number;
}

/** What the module asks of its surroundings. */
const SURROUNDINGS = {
  /** Blinds secret keys; there are none here. */
  './rand.js': { generateInt32: () => 0 },
  /** A key off the curve; the answer is then 0. */
  './validate_error.js': { throwError: () => {} },
};

/** Loads it; throws `EngineUnavailable`. */
export async function loadWasm(): Promise<Engine> {
  try {
    const { resolve } = createRequire(import.meta.url);
    const bytes = await readFile(join(dirname(resolve('tiny-secp256k1')), '../secp256k1.wasm'));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), SURROUNDINGS);
    return new WasmEngine(exports as Secp256k1);
  } catch (error) {
    throw new EngineUnavailable(`tiny-secp256k1 cannot be loaded: ${(error as Error).message}`);
  }
}

class WasmEngine implements Engine {
  readonly name = 'wasm';
  readonly batchSize = 64;
  readonly threadsPayAfter = 256;
  readonly #module: Secp256k1;
  readonly #message: Uint8Array;
  readonly #publicKey: Uint8Array;
  readonly #signature: Uint8Array;

  constructor(module: Secp256k1) {
    const { buffer } = module.memory;
    this.#module = module;
    this.#message = new Uint8Array(buffer, module.HASH_INPUT.value, 32);
    this.#publicKey = new Uint8Array(buffer, module.X_ONLY_PUBLIC_KEY_INPUT.value, 32);
    this.#signature = new Uint8Array(buffer, module.SIGNATURE_INPUT.value, 64);
  }

  /** It takes no messages but those of 32 bytes. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
    if (signature.length !== 64 || message.length !== 32 || publicKey.length !== 32) return false;
    this.#message.set(message);
    this.#publicKey.set(publicKey);
    this.#signature.set(signature);
    return this.#module.verifySchnorr() === 1;
  }

  verifyPacked(packed: Uint8Array, count: number, results: Uint8Array): void {
    verifyEach((...check) => this.verify(...check), packed, count, results);
  }
}

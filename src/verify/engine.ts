// What checks BIP-340 signatures, whatever it is made of. It knows nothing of events: see `main-thread.ts`.

/** One of the three, as `NOST_VERIFY`, `-v` and `--version --json` name them. */
export type EngineName = 'native' | 'wasm' | 'noble';

/** A check packed for the trip to a thread or into C: message (32 bytes), x-only public key (32), signature (64). */
export const CHECK_BYTES = 128;
export const KEY_OFFSET = 32;
export const SIGNATURE_OFFSET = 64;

export interface Engine {
  readonly name: EngineName;
  /**
   * How many checks to do at once: some milliseconds of work, so that a thread that takes them stays responsive
   * and a message between threads costs little beside them.
   */
  readonly batchSize: number;
  /** After so many checks on the main thread more threads pay: their start costs it about 100 ms. */
  readonly threadsPayAfter: number;
  /** Whether the signature is the key's over the message. False for anything malformed; never throws. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
  /** The first `count` packed checks: `results[i]` becomes 1 where the signature holds and 0 elsewhere. */
  verifyPacked(packed: Uint8Array, count: number, results: Uint8Array): void;
}

/** `verifyPacked` for an engine that has nothing better than one after the other. */
export function verifyEach(
  verify: Engine['verify'],
  packed: Uint8Array,
  count: number,
  results: Uint8Array,
): void {
  for (let i = 0; i < count; i++) {
    const at = i * CHECK_BYTES;
    const message = packed.subarray(at, at + KEY_OFFSET);
    const key = packed.subarray(at + KEY_OFFSET, at + SIGNATURE_OFFSET);
    results[i] = verify(packed.subarray(at + SIGNATURE_OFFSET, at + CHECK_BYTES), message, key) ? 1 : 0;
  }
}

/** An engine that this machine does not have; the message says why. */
export class EngineUnavailable extends Error {
  override name = 'EngineUnavailable';
}

// Verification on the thread that asks: for few events, and where threads are of no use.
import { CHECK_BYTES, type Engine } from './engine.ts';
import { packChecks, readResults } from './packed-checks.ts';
import type { MainThreadVerifier } from './verifier.ts';

export function onMainThread(engine: Engine): MainThreadVerifier {
  let packed = Buffer.alloc(0);
  let results = new Uint8Array(0);
  return {
    engine: engine.name,
    batchSize: engine.batchSize,
    batchesInFlight: 1,
    verify: events => {
      if (results.length < events.length) {
        results = new Uint8Array(events.length);
        packed = Buffer.alloc(events.length * CHECK_BYTES);
      }
      const { verdicts, count } = packChecks(events, packed);
      engine.verifyPacked(packed, count, results);
      return readResults(verdicts, results);
    },
  };
}

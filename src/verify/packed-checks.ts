// Events as packed checks: ids are hashed here, on the thread that holds the events; only the 128 bytes that a
// signature is about go to C or to another thread.
import type { StreamEvent } from '../protocol/stream-event.ts';
import { CHECK_BYTES } from './engine.ts';
import type { Verdict } from './verifier.ts';

/** What is known before the signatures: wrong ids have their verdict, the others a place among the checks. */
export interface PackedChecks {
  /** `signature` wherever the check has not said otherwise. */
  verdicts: Verdict[];
  /** How many events were packed. */
  count: number;
}

/**
 * Hashes the ids and packs the checks of those that hold into `packed`, in order. The order is NIP-01's: the id
 * before the signature, for a signature says nothing of a wrong id.
 */
export function packChecks(events: readonly StreamEvent[], packed: Buffer): PackedChecks {
  const verdicts: Verdict[] = [];
  let count = 0;
  for (const event of events) {
    const isValid = event.hasValidId();
    verdicts.push(isValid ? 'signature' : 'id');
    if (isValid) event.writeCheck(packed, count++ * CHECK_BYTES);
  }
  return { verdicts, count };
}

/** Puts the results of the packed checks into the verdicts. */
export function readResults(verdicts: Verdict[], results: Uint8Array): Verdict[] {
  let check = 0;
  for (let i = 0; i < verdicts.length; i++) {
    if (verdicts[i] === 'signature' && results[check++] === 1) verdicts[i] = 'valid';
  }
  return verdicts;
}

/** A batch under way to a thread. The events stay here, in case the thread dies. */
export class PackedJob {
  readonly events: readonly StreamEvent[];
  readonly packed: Buffer<ArrayBuffer>;
  readonly count: number;
  readonly settle: (verdicts: Verdict[]) => void;
  readonly #verdicts: Verdict[];

  constructor(events: readonly StreamEvent[], batchSize: number, settle: (verdicts: Verdict[]) => void) {
    this.events = events;
    this.settle = settle;
    this.packed = Buffer.from(new ArrayBuffer(batchSize * CHECK_BYTES));
    const { verdicts, count } = packChecks(events, this.packed);
    this.#verdicts = verdicts;
    this.count = count;
  }

  finish(results: Uint8Array): void {
    this.settle(readResults(this.#verdicts, results));
  }
}

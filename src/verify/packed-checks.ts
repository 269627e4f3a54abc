// Events as packed checks: ids are hashed here, on the thread that holds the events; only the 128 bytes that a
// signature is about go to C or to another thread.
import { hasValidId } from '../protocol/event.ts';
import { EventBytes, type Received } from '../protocol/scanner/event-bytes.ts';
import { CHECK_BYTES, KEY_OFFSET, SIGNATURE_OFFSET } from './engine.ts';
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
export function packChecks(events: readonly Received[], packed: Buffer): PackedChecks {
  const verdicts: Verdict[] = [];
  let count = 0;
  for (const event of events) {
    const isTrue = event instanceof EventBytes ? event.hasValidId() : hasValidId(event);
    verdicts.push(isTrue ? 'signature' : 'id');
    if (isTrue) packCheck(event, packed, count++ * CHECK_BYTES);
  }
  return { verdicts, count };
}

function packCheck(event: Received, packed: Buffer, at: number): void {
  if (event instanceof EventBytes) return event.writeCheck(packed, at);
  packed.write(event.id, at, 'hex');
  packed.write(event.pubkey, at + KEY_OFFSET, 'hex');
  packed.write(event.sig, at + SIGNATURE_OFFSET, 'hex');
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
  readonly events: readonly Received[];
  readonly packed: Buffer<ArrayBuffer>;
  readonly count: number;
  readonly settle: (verdicts: Verdict[]) => void;
  readonly #verdicts: Verdict[];

  constructor(events: readonly Received[], batchSize: number, settle: (verdicts: Verdict[]) => void) {
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

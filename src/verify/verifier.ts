// Is this event what it says? The one interface of everything that verifies. It takes batches, so that threads and
// native calls can be used without a promise for each event. Knows no engine: see `choose.ts`.
import type { StreamEvent } from '../protocol/stream-event.ts';

/** `valid`, or the first check that failed. */
export type Verdict = 'valid' | 'id' | 'signature';

export interface Verifier {
  /** Told by `-v` and `--version --json`. */
  readonly engine: string;
  /** How many events to hand over at once, so that the main thread stays responsive. */
  readonly batchSize: number;
  /** How many batches may be under way at once and do good; more only wait. One where it is absent. */
  readonly batchesInFlight?: number;
  /** One verdict for each event, in order. What is under way at once may be done in any order. */
  verify(events: readonly StreamEvent[]): Verdict[] | Promise<Verdict[]>;
}

/** A verifier that answers at once. */
export interface MainThreadVerifier extends Verifier {
  verify(events: readonly StreamEvent[]): Verdict[];
}

/** A verifier that may hold threads: they keep the program alive until it is closed. */
export interface ClosableVerifier extends Verifier {
  close(): void;
}

// Is this event what it says? One interface for every engine. It takes batches, so that an engine may use
// threads or native calls without a promise for each event.
import type { Event } from '../protocol/event.ts';
import { noble } from './noble.ts';

/** `valid`, or the first check that failed. */
export type Verdict = 'valid' | 'id' | 'signature';

export interface Verifier {
  /** Told by `-v` and `--version --json`. */
  readonly engine: string;
  /** How many events to hand over at once, so that the main thread stays responsive. */
  readonly batchSize: number;
  /** One verdict for each event, in order. */
  verify(events: readonly Event[]): Verdict[] | Promise<Verdict[]>;
}

/** The fastest engine this machine has. */
export function chooseVerifier(): Verifier {
  return noble;
}

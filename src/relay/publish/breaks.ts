// What it costs when a connection breaks. One of the events in flight may be what broke it (strfry drops a client at a frame
// that is too large), so afterwards they go one at a time: only the one that is alone in flight when it breaks again bears
// it. A bulk goes on while answers come between the breaks.
import type { End } from '../link/outcome.ts';
import type { PendingEvent } from './pending-event.ts';

/** Connections that may break in a row beyond --retry: to find what breaks them, and to try the next. */
const MORE_BREAKS = 3;

/** The same where the relay has answered before: several events in a row may break it. */
const MORE_AFTER_ANSWERS = 8;

export class Breaks {
  readonly #retry: number;
  /** Whether the relay has ever answered for an event. */
  #hasAnswered = false;

  /** `retry`: attempts that the user allows after the first. */
  constructor(retry: number) {
    this.#retry = retry;
  }

  /** The relay answered for an event. */
  answered(): void {
    this.#hasAnswered = true;
  }

  /** Whether another connection may be tried after so many in a row that brought no answer. */
  mayReconnect(end: End, failures: number): boolean {
    return failures <= this.#allowed(end);
  }

  #allowed(end: End): number {
    const hasAnswered = this.#hasAnswered;
    if (end === 'disconnect') return this.#retry + (hasAnswered ? MORE_AFTER_ANSWERS : MORE_BREAKS);
    if (end === 'unreachable') return this.#retry + (hasAnswered ? MORE_BREAKS : 0);
    return this.#retry === 0 ? 0 : this.#retry + MORE_BREAKS;
  }

  /** Whether an event of `lost` many that were in flight is sent again, and loses no attempt by it. */
  excuses(pending: PendingEvent, lost: number, end: End, isBulk: boolean): boolean {
    if (end !== 'disconnect') return lost > 1 && this.#retry > 0;
    const isFirst = !pending.hasBroken;
    pending.hasBroken = true;
    return isBulk && (lost > 1 || isFirst);
  }
}

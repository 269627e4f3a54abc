// What publishing came to: counts of outcomes, one line for each relay that failed, and the failure they amount to.
import { Failure } from '../errors.ts';
import { worstKind } from '../exit-codes.ts';
import type { FailureKind } from '../failure-codes.ts';
import type { Log } from '../output/log.ts';
import { outcomeFailure, type PublishOutcome } from '../relay/link/outcome.ts';

/** Where the end came before that of the input. */
export const REST_UNSENT = 'the rest of stdin was not sent';

export class PublishCounts {
  readonly #required: number;
  readonly #failures = new Set<FailureKind>();
  readonly #byRelay = new Map<string, { failed: number; first: PublishOutcome }>();
  #events = 0;
  #met = 0;
  #accepted = 0;
  #earlier = 0;

  constructor(required: number) {
    this.#required = required;
  }

  outcome(outcome: PublishOutcome): void {
    const failure = outcomeFailure(outcome);
    if (failure === undefined) {
      this.#accepted++;
      if (outcome.attempts === 0) this.#earlier++;
      return;
    }
    this.#failures.add(failure);
    const relay = this.#byRelay.get(outcome.relay);
    if (relay) relay.failed++;
    else this.#byRelay.set(outcome.relay, { failed: 1, first: outcome });
  }

  settled(accepted: number): void {
    this.#events++;
    if (accepted >= this.#required) this.#met++;
  }

  /** One line for each relay that failed, also when the quorum was met. */
  log(log: Log): void {
    for (const [relay, { failed, first }] of this.#byRelay) {
      const reason = first.message === '' ? first.status : `${first.status}: ${first.message}`;
      const message =
        this.#events === 1
          ? reason
          : `${failed} of ${this.#events} events not accepted; the first: ${reason}`;
      log.warn({ type: 'end', relay, code: first.status, failed, events: this.#events, message });
    }
    const earlier = this.#earlier === 0 ? '' : `; ${this.#earlier} times a relay had accepted one earlier`;
    log.detail({
      type: 'summary',
      events: this.#events,
      met_quorum: this.#met,
      accepted: this.#accepted,
      accepted_earlier: this.#earlier,
      message: `${this.#met} of ${this.#events} events met the quorum${earlier}`,
    });
  }

  /** Throws the failure that the outcomes amount to; `isWhole`: the input was sent to its end. */
  conclude(isWhole: boolean): void {
    const missed = this.#events - this.#met;
    if (missed === 0) return;
    const kind = this.#accepted > 0 ? 'partial' : worstKind(this.#failures)!;
    const events = this.#events === 1 ? 'the event was' : `${missed} of ${this.#events} events were`;
    const quorum = this.#required === 1 ? 'any relay' : `the ${this.#required} relays required`;
    const rest = isWhole ? '' : `; ${REST_UNSENT}`;
    throw new Failure(kind, `${events} not accepted by ${quorum}${rest}`, { code: kind, hint: HINTS[kind] });
  }
}

const HINTS: Partial<Record<FailureKind, string>> = {
  auth: 'Allow authentication with --auth, and name a key: --sec-file key.txt',
};

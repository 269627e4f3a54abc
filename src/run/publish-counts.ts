// What publishing came to: counts of outcomes, one line for each relay, and the failure they amount to.
import { Failure } from '../errors.ts';
import { worstKind } from '../exit-codes.ts';
import type { FailureKind } from '../failure-codes.ts';
import type { Log } from '../output/log.ts';
import { outcomeFailure, type PublishOutcome } from '../relay/link/outcome.ts';
import { type Missed, MissedEvents } from './missed-events.ts';

/** Where the end came before that of the input. */
export const REST_UNSENT = 'the rest of stdin was not sent';

/** What became of the events at one relay. */
interface RelayCounts {
  events: number;
  failed: number;
  /** What is told of the relay: its first failure, else its last answer. */
  told: PublishOutcome;
  /** From the beginning to the last answer. */
  ms: number;
}

export class PublishCounts {
  readonly #required: number | 'all';
  readonly #log: Log;
  readonly #failures = new Set<FailureKind>();
  readonly #missed: MissedEvents;
  readonly #byRelay = new Map<string, RelayCounts>();
  readonly #start = performance.now();
  #events = 0;
  #met = 0;
  #accepted = 0;
  #earlier = 0;

  /** `required`: how many relays must accept an event; `all`: each that it is sent to. */
  constructor(required: number | 'all', log: Log) {
    this.#required = required;
    this.#log = log;
    this.#missed = new MissedEvents(log);
  }

  /** Events that every relay has answered for. */
  get events(): number {
    return this.#events;
  }

  /** Those of them that too few relays accepted. */
  get missed(): number {
    return this.#events - this.#met;
  }

  outcome(outcome: PublishOutcome): void {
    const failure = outcomeFailure(outcome);
    this.#countAt(outcome, failure !== undefined);
    if (failure !== undefined) this.#failures.add(failure);
    else {
      this.#accepted++;
      if (outcome.attempts === 0) this.#earlier++;
    }
  }

  #countAt(outcome: PublishOutcome, isFailure: boolean): void {
    const ms = Math.round(performance.now() - this.#start);
    const counts = this.#byRelay.get(outcome.relay);
    if (!counts) {
      this.#byRelay.set(outcome.relay, { events: 1, failed: isFailure ? 1 : 0, told: outcome, ms });
      return;
    }
    counts.events++;
    counts.ms = ms;
    if (counts.failed === 0) counts.told = outcome;
    if (isFailure) counts.failed++;
  }

  /** Every relay has answered for the event. */
  settled(event: Missed): void {
    this.#events++;
    if (event.acceptedBy.length >= event.required) this.#met++;
    else this.#missed.add(event);
  }

  /** One line for each relay: for one that failed always, also when the quorum was met; for the others at a terminal. */
  tell(): void {
    this.#missed.end();
    for (const [relay, counts] of this.#byRelay)
      if (this.#log.settings.format === 'json' || this.#unreachable === undefined)
        this.#tellRelay(relay, counts);
    const earlier = this.#earlier === 0 ? '' : `; ${this.#earlier} times a relay had accepted one earlier`;
    this.#log.detail({
      type: 'summary',
      events: this.#events,
      met_quorum: this.#met,
      accepted: this.#accepted,
      accepted_earlier: this.#earlier,
      message: `${this.#met} of ${this.#events} events met the quorum${earlier}`,
    });
  }

  #tellRelay(relay: string, counts: RelayCounts): void {
    const { events, failed, told, ms } = counts;
    const time = this.#log.isTerminal && told.attempts > 0 ? ` (${events === 1 ? told.ms : ms} ms)` : '';
    const entry = {
      type: 'end',
      relay,
      code: told.status,
      failed,
      events,
      ms,
      message: wordsOf(counts) + time,
    };
    if (failed > 0) this.#log.warn(entry);
    else if (this.#log.isTerminal) this.#log.note(entry);
    else this.#log.detail(entry);
  }

  /** The only relay, and why it could not be reached; undefined where it could, or is not the only one. */
  get #unreachable(): string | undefined {
    const [[relay, counts] = []] = this.#byRelay;
    if (this.#byRelay.size !== 1 || !relay || !counts || counts.failed < counts.events) return undefined;
    const { status, message } = counts.told;
    return status === 'unreachable' ? `${relay}: ${status}: ${message}` : undefined;
  }

  /** Relays that wanted to know who we are, or did not like it. */
  get wantingAuth(): string[] {
    const wanting = [...this.#byRelay].filter(([, { told }]) => told.status === 'auth_required');
    return wanting.map(([relay]) => relay);
  }

  get #quorum(): string {
    if (this.#required === 1) return 'by any relay';
    return this.#required === 'all' ? 'by all relays concerned' : `by the ${this.#required} relays required`;
  }

  /** The failure that the outcomes amount to; `isWhole`: the input was sent to its end. */
  failure(isWhole: boolean): Failure | undefined {
    const { missed } = this;
    if (missed === 0) return undefined;
    const kind = this.#accepted > 0 ? 'partial' : worstKind(this.#failures)!;
    const { loneId } = this.#missed;
    const lone = loneId === undefined ? 'the event was' : `the event ${loneId} was`;
    const events = this.#events === 1 ? lone : `${missed} of ${this.#events} events were`;
    const quorum = this.#quorum;
    const rest = isWhole ? '' : `; ${REST_UNSENT}`;
    const why = this.#unreachable === undefined ? quorum : `(${this.#unreachable})`;
    return new Failure(kind, `${events} not accepted ${why}${rest}`, { code: kind });
  }
}

function wordsOf({ events, failed, told }: RelayCounts): string {
  const reason = reasonOf(told);
  if (events === 1) return reason;
  if (failed === 0) return `${events} events accepted`;
  return `${failed} of ${events} events not accepted; the first: ${reason}`;
}

/** A relay's words begin with their kind already, as NIP-01 wants it: `duplicate: it is here`. */
function reasonOf({ status, message }: PublishOutcome): string {
  if (message === '') return status;
  const says = message.startsWith(`${status.replace('_', '-')}:`);
  return says ? message : `${status}: ${message}`;
}

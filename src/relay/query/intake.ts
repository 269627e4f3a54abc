// What a relay sends becomes events only here: shape, then id and signature, then whether it was asked for at
// all. Deduplication comes after, so that a forgery can never hide the true event.
import { InvalidEvent } from '../../protocol/event.ts';
import { compileFilters, type Filter, type Matcher } from '../../protocol/filter.ts';
import { parseStreamEvent } from '../../protocol/parsed-event.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { Verdict, Verifier } from '../../verify/verifier.ts';
import type { Page } from './paging.ts';

/** The running numbers of one relay, as `--report` prints them. */
export interface Tally {
  events: number;
  invalid: number;
  duplicates: number;
}

export interface IntakeOptions {
  filters: readonly Filter[];
  /** Absent with --no-verify: ids and signatures are then believed. */
  verifier: Verifier | undefined;
  /** Told of each dropped event. */
  onInvalid: (reason: string) => void;
}

export class Intake {
  readonly #matches: Matcher;
  readonly #verifier: Verifier | undefined;
  readonly #onInvalid: (reason: string) => void;
  /** What came so far, as paging sees it. */
  readonly page: Page = { received: 0, oldest: undefined };

  constructor(options: IntakeOptions) {
    // What a relay makes of `limit` and `search` is its own affair; the rest of the filter binds it.
    this.#matches = compileFilters(options.filters);
    this.#verifier = options.verifier;
    this.#onInvalid = options.onInvalid;
  }

  /** How many events to hand over at once. */
  get batchSize(): number {
    return this.#verifier?.batchSize ?? UNVERIFIED_BATCH;
  }

  /**
   * The events of the batch that are well-formed, true and asked for, in order; the rest is counted. What it means
   * for the page is noted at once, also when the verdicts take their time.
   */
  accept(values: readonly unknown[], tally: Tally): StreamEvent[] | Promise<StreamEvent[]> {
    const parsed = this.#parse(values, tally);
    if (!this.#verifier || parsed.length === 0) return parsed;
    const verdicts = this.#verifier.verify(parsed);
    if (Array.isArray(verdicts)) return this.#judge(parsed, verdicts, tally);
    return verdicts.then(late => this.#judge(parsed, late, tally));
  }

  #judge(events: StreamEvent[], verdicts: readonly Verdict[], tally: Tally): StreamEvent[] {
    return events.filter(
      (event, i) => verdicts[i] === 'valid' || this.#drop(tally, `wrong ${verdicts[i]}: ${event.id}`),
    );
  }

  #parse(values: readonly unknown[], tally: Tally): StreamEvent[] {
    const events: StreamEvent[] = [];
    for (const value of values) {
      this.page.received++;
      const event = this.#parseOne(value, tally);
      if (event === undefined) continue;
      this.page.oldest = Math.min(this.page.oldest ?? Number.POSITIVE_INFINITY, event.created_at);
      if (this.#matches(event)) events.push(event);
      else this.#drop(tally, `not asked for: ${event.id}`);
    }
    return events;
  }

  #parseOne(value: unknown, tally: Tally): StreamEvent | undefined {
    try {
      return parseStreamEvent(value);
    } catch (error) {
      if (!(error instanceof InvalidEvent)) throw error;
      this.#drop(tally, error.message);
      return undefined;
    }
  }

  #drop(tally: Tally, reason: string): false {
    tally.invalid++;
    this.#onInvalid(reason);
    return false;
  }
}

/** Without signatures a batch costs little: only fairness between relays bounds it. */
const UNVERIFIED_BATCH = 512;

// One subscription's events, checked: well-formed, true (id and signature), and asked for, in the order they came.
// Deduplication comes after, so that a forgery can never hide the true event.
import { setImmediate as turn } from 'node:timers/promises';
import { InvalidEvent } from '../../protocol/event.ts';
import { compileFilters, type Filter, type Matcher } from '../../protocol/filter.ts';
import { parseStreamEvent } from '../../protocol/parsed-event.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { Verdict, Verifier } from '../../verify/verifier.ts';
import type { Counts } from '../link/outcome.ts';
import type { Signal } from '../link/signal.ts';
import type { Subscription } from '../link/subscription.ts';
import type { Page } from './paging.ts';
import { SeenIds } from './seen-ids.ts';

/** Events that came one after the other. */
export interface CheckedBatch {
  /** A promise while threads still verify. */
  events: StreamEvent[] | Promise<StreamEvent[]>;
  /** Whether they came before EOSE. */
  stored: boolean;
  /** EOSE came right after them. */
  eose?: boolean;
}

export interface CheckOptions {
  filters: readonly Filter[];
  /** Absent with --no-verify: ids and signatures are then believed. */
  verifier: Verifier | undefined;
  counts: Counts;
  /** Told of each dropped event. */
  onInvalid: (reason: string) => void;
  /** Told when so many events were judged; `isAlive`: one of them was asked for, true, and new. */
  onJudged?: (count: number, isAlive: boolean) => void;
}

/** How a subscription is read. */
export interface Reading {
  /** Beyond EOSE. */
  live?: boolean;
  /** As a page of `--all`. */
  page?: Page;
  /** The limit is ours, not the user's, as it is of a page: what a relay sends beyond it is as welcome. */
  isLimitOurs?: boolean;
}

/** Without signatures a batch costs little: only fairness between relays bounds it. */
const UNVERIFIED_BATCH = 512;

/**
 * What the subscription brings, up to the signal that ends it, which is returned; EOSE ends it unless it is `live`.
 * What came so far is noted in `page` at once, also while the verdicts take their time.
 */
export async function* checked(
  subscription: Subscription,
  options: CheckOptions,
  how: Reading = {},
): AsyncGenerator<CheckedBatch, Signal> {
  const onJudged = (count: number, isAlive: boolean) => subscription.judged(count, isAlive);
  const check = new EventCheck({ ...options, onJudged }, how);
  for (;;) {
    const { events, signal } = await subscription.take(check.batchSize);
    const eose = signal?.type === 'eose';
    const { stored } = check;
    if (events.length > 0 || eose) yield { events: check.accept(events), stored, eose };
    if (signal !== undefined && !(eose && how.live)) return signal;
    if (eose) check.stored = false;
    if (events.length === check.batchSize) await turn(); // verification must not starve the sockets
  }
}

/** A page of which nothing has come yet. */
export function newPage(): Page {
  return { received: 0, oldest: undefined };
}

/** Ids of stored events that are told from repetitions, on one subscription; and room for so many at first. */
const REPEATS_KNOWN = 65_536;
const REPEATS_EXPECTED = 64;

/** The checks of one subscription. */
export class EventCheck {
  /** Whether EOSE is still to come. */
  stored = true;
  readonly #matches: Matcher;
  readonly #options: CheckOptions;
  readonly #page: Page;
  /** Stored events that may still come. */
  #left: number;
  /** Drops what is beyond the limit, if it is older than this: in a stream the rest may be live already. */
  readonly #dropsBefore: number;
  /** What counts towards the limit. */
  readonly #counted: SeenIds | undefined;
  /** Events that once were a sign of life: of each batch as many as were looked at until a new one was found. */
  readonly #signs = new SeenIds(REPEATS_KNOWN, REPEATS_EXPECTED);

  constructor(options: CheckOptions, { live = false, page, isLimitOurs = page !== undefined }: Reading = {}) {
    // What a relay makes of `search` is its own affair; the rest of the filter binds it.
    this.#matches = compileFilters(options.filters);
    this.#options = options;
    this.#page = page ?? newPage();
    this.#left = limitOf(options.filters);
    if (!isLimitOurs && this.#left < Number.POSITIVE_INFINITY)
      this.#counted = new SeenIds(REPEATS_KNOWN, REPEATS_EXPECTED);
    this.#dropsBefore = isLimitOurs ? 0 : live ? Math.floor(Date.now() / 1000) : Number.POSITIVE_INFINITY;
  }

  /** How many events to hand over at once. */
  get batchSize(): number {
    return this.#options.verifier?.batchSize ?? UNVERIFIED_BATCH;
  }

  /** The events of the batch that are well-formed, true and asked for, in order; the rest is counted. */
  accept(values: readonly unknown[]): StreamEvent[] | Promise<StreamEvent[]> {
    const parsed = this.#parse(values);
    const { verifier } = this.#options;
    const verdicts = verifier && parsed.length > 0 ? verifier.verify(parsed) : undefined;
    if (verdicts instanceof Promise) return verdicts.then(late => this.#judge(parsed, values.length, late));
    return this.#judge(parsed, values.length, verdicts);
  }

  /** Without verdicts all are believed. */
  #judge(events: StreamEvent[], count: number, verdicts?: readonly Verdict[]): StreamEvent[] {
    const valid = verdicts
      ? events.filter(
          (event, i) => verdicts[i] === 'valid' || this.#drop(`wrong ${verdicts[i]}: ${event.id}`),
        )
      : events;
    this.#options.onJudged?.(count, this.stored && this.#left >= 0 && valid.some(this.#isSign));
    return valid;
  }

  readonly #isSign = (event: StreamEvent): boolean => this.#signs.addEvent(event);

  #parse(values: readonly unknown[]): StreamEvent[] {
    const page = this.#page;
    const events: StreamEvent[] = [];
    for (const value of values) {
      page.received++;
      const event = this.#parseOne(value);
      if (event === undefined) continue;
      page.oldest = Math.min(page.oldest ?? Number.POSITIVE_INFINITY, event.created_at);
      if (!this.#matches(event)) this.#drop(`not asked for: ${event.id}`);
      else if (this.#fits(event)) events.push(event);
      else this.#drop(`beyond the limit asked for: ${event.id}`);
    }
    return events;
  }

  /** Whether it is within the limit that was asked for. A repetition takes nothing of it. */
  #fits(event: StreamEvent): boolean {
    if (!this.stored || this.#counted?.addEvent(event) === false) return true;
    return --this.#left >= 0 || event.created_at >= this.#dropsBefore;
  }

  #parseOne(value: unknown): StreamEvent | undefined {
    try {
      return parseStreamEvent(value);
    } catch (error) {
      if (!(error instanceof InvalidEvent)) throw error;
      this.#drop(error.message);
      return undefined;
    }
  }

  #drop(reason: string): false {
    this.#options.counts.invalid++;
    this.#options.onInvalid(reason);
    return false;
  }
}

/** How many stored events the filters ask for: their limits add up (NIP-01). */
function limitOf(filters: readonly Filter[]): number {
  return filters.reduce((sum, { limit = Number.POSITIVE_INFINITY }) => sum + limit, 0);
}

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
  { live = false, page = newPage() }: { live?: boolean; page?: Page } = {},
): AsyncGenerator<CheckedBatch, Signal> {
  const check = new EventCheck(options, page);
  for (let stored = true; ; ) {
    const { events, signal } = await subscription.take(check.batchSize);
    const eose = signal?.type === 'eose';
    if (events.length > 0 || eose) yield { events: check.accept(events), stored, eose };
    if (signal !== undefined && !(eose && live)) return signal;
    if (eose) stored = false;
    if (events.length === check.batchSize) await turn(); // verification must not starve the sockets
  }
}

/** A page of which nothing has come yet. */
export function newPage(): Page {
  return { received: 0, oldest: undefined };
}

/** The checks of one subscription. */
export class EventCheck {
  readonly #matches: Matcher;
  readonly #options: CheckOptions;
  readonly #page: Page;

  constructor(options: CheckOptions, page: Page) {
    // What a relay makes of `limit` and `search` is its own affair; the rest of the filter binds it.
    this.#matches = compileFilters(options.filters);
    this.#options = options;
    this.#page = page;
  }

  /** How many events to hand over at once. */
  get batchSize(): number {
    return this.#options.verifier?.batchSize ?? UNVERIFIED_BATCH;
  }

  /** The events of the batch that are well-formed, true and asked for, in order; the rest is counted. */
  accept(values: readonly unknown[]): StreamEvent[] | Promise<StreamEvent[]> {
    const parsed = this.#parse(values);
    const { verifier } = this.#options;
    if (!verifier || parsed.length === 0) return parsed;
    const verdicts = verifier.verify(parsed);
    if (Array.isArray(verdicts)) return this.#judge(parsed, verdicts);
    return verdicts.then(late => this.#judge(parsed, late));
  }

  #judge(events: StreamEvent[], verdicts: readonly Verdict[]): StreamEvent[] {
    return events.filter(
      (event, i) => verdicts[i] === 'valid' || this.#drop(`wrong ${verdicts[i]}: ${event.id}`),
    );
  }

  #parse(values: readonly unknown[]): StreamEvent[] {
    const page = this.#page;
    const events: StreamEvent[] = [];
    for (const value of values) {
      page.received++;
      const event = this.#parseOne(value);
      if (event === undefined) continue;
      page.oldest = Math.min(page.oldest ?? Number.POSITIVE_INFINITY, event.created_at);
      if (this.#matches(event)) events.push(event);
      else this.#drop(`not asked for: ${event.id}`);
    }
    return events;
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

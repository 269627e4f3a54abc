// One second with more events than the relay gives at once. `until` cannot go inside a second, so it is taken apart
// by the lists of the filter, by kind, and by the authors seen; and it counts as whole only when that is proved.

import { MAX_KIND } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { isTransient } from '../link/outcome.ts';
import type { Signal } from '../link/signal.ts';
import { halveFilter } from '../link/split-request.ts';
import { type CheckedBatch, newPage } from './checked.ts';
import type { Page } from './paging.ts';
import { SeenIds } from './seen-ids.ts';

/** The relay, as far as one second is concerned. */
export interface SecondSource {
  /** Reads one page, and notes in `page` what came; returns the signal that ended it. */
  read(filter: Filter, page: Page): AsyncGenerator<CheckedBatch, Signal>;
  /** How many events match (NIP-45); undefined when the relay does not say exactly. */
  count(filter: Filter): Promise<number | undefined>;
}

/** Requests that one second may cost. */
const MAX_REQUESTS = 1000;

/** Kinds that one filter may hold. */
const KINDS_AT_ONCE = 1000;

/** The connection ended in the middle. */
class Lost extends Error {
  readonly signal: Signal;
  constructor(signal: Signal) {
    super(signal.type);
    this.signal = signal;
  }
}

export class DenseSecond {
  readonly #filter: Filter;
  readonly #wholeBelow: number;
  readonly #source: SecondSource;
  readonly #seen = new SeenIds();
  readonly #kinds = new Set<number>();
  readonly #authors = new Set<string>();
  /** What no seen event has shown yet: the other kinds. */
  readonly #rest: Filter[] = [];
  #found = 0;
  #requests = 0;

  /** `filter` asks for that second alone; a page of fewer than `wholeBelow` events was not cut. */
  constructor(filter: Filter, wholeBelow: number, source: SecondSource) {
    this.#filter = filter;
    this.#wholeBelow = wholeBelow;
    this.#source = source;
  }

  /**
   * Reads all it can find. Returns true when that is proved to be all, false when not; else the signal that ended the
   * connection.
   */
  async *solve(): AsyncGenerator<CheckedBatch, boolean | Signal> {
    try {
      const isWhole = yield* this.#read(this.#filter);
      return (
        (isWhole && this.#rest.length === 0) ||
        (await this.#isCounted()) ||
        (isWhole && (yield* this.#readEach(this.#rest.splice(0))))
      );
    } catch (error) {
      if (error instanceof Lost) return error.signal;
      throw error;
    }
  }

  /** True when everything that matches has been read; what is left for later is in `#rest`. */
  async *#read(filter: Filter): AsyncGenerator<CheckedBatch, boolean> {
    if (yield* this.#isShort(filter)) return true;
    const halves = halveFilter(filter);
    if (halves) return yield* this.#readEach(halves);
    if (filter.kinds === undefined) return yield* this.#readByKind(filter);
    // Authors that were not seen cannot be named: those that were give what can be had.
    if (filter.authors === undefined) yield* this.#read({ ...filter, authors: [...this.#authors] });
    return false;
  }

  /** What one part could not give, another still may: all are read. */
  async *#readEach(filters: readonly Filter[]): AsyncGenerator<CheckedBatch, boolean> {
    let isWhole = true;
    for (const filter of filters) if (!(yield* this.#read(filter))) isWhole = false;
    return isWhole;
  }

  #readByKind(filter: Filter): AsyncGenerator<CheckedBatch, boolean> {
    const seen = [...this.#kinds];
    for (const kinds of otherKinds(this.#kinds)) this.#rest.push({ ...filter, kinds });
    return this.#readEach(seen.map(kind => ({ ...filter, kinds: [kind] })));
  }

  async #isCounted(): Promise<boolean> {
    const { limit: _, ...filter } = this.#filter; // strfry lets `limit` bound the count
    return (await this.#source.count(filter)) === this.#found;
  }

  /** Reads a page; true when it was not cut. */
  async *#isShort(filter: Filter): AsyncGenerator<CheckedBatch, boolean> {
    if (++this.#requests > MAX_REQUESTS) return false;
    const page = newPage();
    const signal = yield* this.#readPage(filter, page);
    if (signal.type === 'eose')
      return signal.hint === 'finish' || (page.received < this.#wholeBelow && signal.hint !== 'more');
    if (signal.type === 'refused' || signal.type === 'auth_required') return false;
    if (signal.type === 'closed' && !isTransient({ end: 'closed', reason: signal.message })) return false;
    throw new Lost(signal);
  }

  /** What comes next depends on what is true of the page, so its verdicts are awaited. */
  async *#readPage(filter: Filter, page: Page): AsyncGenerator<CheckedBatch, Signal> {
    const batches = this.#source.read(filter, page);
    for (;;) {
      const { done, value } = await batches.next();
      if (done) return value;
      const events = await value.events;
      this.#note(events);
      yield { ...value, events };
    }
  }

  #note(events: readonly StreamEvent[]): void {
    for (const event of events) {
      if (!this.#seen.addEvent(event)) continue;
      this.#found++;
      this.#kinds.add(event.kind);
      this.#authors.add(event.pubkey);
    }
  }
}

/** All kinds but these, in lists that fit one filter: kinds are the one thing that can be named without being seen. */
function otherKinds(kinds: ReadonlySet<number>): number[][] {
  const others = Array.from({ length: MAX_KIND + 1 }, (_, kind) => kind).filter(kind => !kinds.has(kind));
  const count = Math.ceil(others.length / KINDS_AT_ONCE);
  return Array.from({ length: count }, (_, i) => others.slice(i * KINDS_AT_ONCE, (i + 1) * KINDS_AT_ONCE));
}

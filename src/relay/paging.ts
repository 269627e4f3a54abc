// `--all`: what to ask next after a page, so that nothing is missed behind a relay's cap. Pure.
// A short page is never taken for the last, for events a relay hides count towards its limit (relay-quirks:
// strfry); only an empty page is. (A page that is hidden as a whole cannot be told from the end.) `until` is
// inclusive, so the next page begins inside the last second of this one, and ids are deduplicated.
import type { Filter } from '../protocol/filter.ts';
import type { EoseHint } from '../protocol/message.ts';

/** Events asked for at once when the user names no --limit; far larger pages are clamped or refused. */
const PAGE_LIMIT = 500;

/** What is asked for when one second fills a whole page. */
const DENSE_LIMIT = 5000;

/** What one page held, counted over everything the relay sent, true or not. */
export interface Page {
  received: number;
  /** The smallest created_at of the page. */
  oldest: number | undefined;
}

/** A second that had a whole page to itself, so that more of it may be out of reach. */
interface DenseSecond {
  second: number;
  received: number;
  limit: number;
  /** The relay said that it has more: of this second, or older. */
  more: boolean;
}

export class Paging {
  readonly #filter: Filter;
  readonly #pageLimit: number;
  #limit: number;
  #until: number | undefined;
  /** The second just left, as long as it is not known whether the relay has anything older. */
  #left: DenseSecond | undefined;
  /** The most events that ever came at once. */
  #largest = 0;
  readonly #gaps: string[] = [];

  /** Pages over one filter; its own `limit` is the page size. */
  constructor(filter: Filter) {
    this.#filter = filter;
    this.#pageLimit = filter.limit ?? PAGE_LIMIT;
    this.#limit = this.#pageLimit;
    this.#until = filter.until;
  }

  /** The filter of the page to ask for now. */
  get filter(): Filter {
    const filter: Filter = { ...this.#filter, limit: this.#limit };
    if (this.#until !== undefined) filter.until = this.#until;
    return filter;
  }

  /** Notes a page and the hint of its EOSE (NIP-67); true when another must be asked for. */
  advance({ received, oldest }: Page, hint?: EoseHint): boolean {
    this.#largest = Math.max(this.#largest, received);
    if (this.#limit === 0) return false;
    if (oldest === undefined)
      return this.#stop(hint === 'more', 'the relay says there is more, but sends nothing');
    if (this.#until !== undefined && oldest > this.#until)
      return this.#stop(true, 'the relay does not honour `until`');
    if (this.#returnToCut()) return true;
    if (hint === 'finish') return false;
    this.#step(received, oldest, hint === 'more');
    return this.#until! >= (this.#filter.since ?? 0);
  }

  #stop(isGap: boolean, reason: string): false {
    if (isGap) this.#gaps.push(reason);
    return false;
  }

  #step(received: number, oldest: number, more: boolean): void {
    const limit = this.#limit;
    if (oldest !== this.#until) this.#ask(oldest);
    else if (received >= limit && limit < DENSE_LIMIT) this.#ask(oldest, DENSE_LIMIT);
    else {
      this.#left = { second: oldest, received, limit, more };
      this.#ask(oldest - 1);
    }
  }

  #ask(until: number, limit = this.#pageLimit): void {
    this.#until = until;
    this.#limit = limit;
  }

  /**
   * The relay has something older than the second just left, but that second's page did not show it: the page was
   * cut. True when a larger page may still get it all.
   */
  #returnToCut(): boolean {
    if (this.#left === undefined) return false;
    const { second, limit } = this.#left;
    this.#left = undefined;
    if (limit < DENSE_LIMIT) this.#ask(second, DENSE_LIMIT);
    else this.#gaps.push(tooDense(second));
    return limit < DENSE_LIMIT;
  }

  /** Whether the relay's cap must be known to tell a whole oldest second from a cut one. */
  get needsCap(): boolean {
    return this.#left !== undefined && this.#mayBeCut(this.#left) && this.#left.received < this.#left.limit;
  }

  /** A relay that has sent a larger page would not have cut this one. */
  #mayBeCut({ received, more }: DenseSecond): boolean {
    return !more && received >= this.#largest;
  }

  /**
   * What may be missing, in words. `cap` is the relay's `max_limit` (NIP-11), by which the oldest second is
   * judged; where it is not told, a page of exactly a round number of events is taken for a cut one.
   */
  gaps(cap: number | undefined): string[] {
    if (this.#left === undefined) return this.#gaps;
    const { second, received, limit, more } = this.#left;
    const isRound = cap === undefined && received >= 50 && received % 50 === 0;
    const isFull = isRound || received >= Math.min(limit, cap ?? limit);
    const isCut = more || (isFull && this.#mayBeCut(this.#left));
    return isCut ? [...this.#gaps, tooDense(second)] : this.#gaps;
  }
}

function tooDense(second: number): string {
  return `more events than a page can hold at created_at ${second}`;
}

// `--all`: what to ask next after a page, so that nothing is missed behind a relay's cap. Pure.
// A short page is never taken for the last, for hidden events count towards a relay's limit (relay-quirks:
// strfry); only an empty page is. `until` is inclusive, so the next page begins inside the last second of this
// one, and ids are deduplicated.
import type { Filter } from '../protocol/filter.ts';

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

/** A second that filled a whole page, so that more of it may be out of reach. */
interface DenseSecond {
  second: number;
  received: number;
  limit: number;
}

export class Paging {
  readonly #filter: Filter;
  readonly #pageLimit: number;
  #limit: number;
  #until: number | undefined;
  #dense: DenseSecond[] = [];

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

  /** Notes a page; true when another must be asked for. */
  advance({ received, oldest }: Page): boolean {
    if (oldest === undefined || this.#limit === 0) return false;
    if (oldest !== this.#until) this.#until = oldest;
    else if (received >= this.#limit && this.#limit < DENSE_LIMIT) {
      this.#limit = DENSE_LIMIT;
      return true;
    } else this.#leave({ second: oldest, received, limit: this.#limit });
    return this.#until >= (this.#filter.since ?? 0);
  }

  #leave(dense: DenseSecond): void {
    this.#dense.push(dense);
    this.#limit = this.#pageLimit;
    this.#until = dense.second - 1;
  }

  /** Whether the relay's cap must be known to tell a full second from a cut one. */
  get needsCap(): boolean {
    return this.#dense.some(({ received, limit }) => received < limit);
  }

  /**
   * The seconds of which more may exist than was sent. `cap` is the relay's `max_limit` (NIP-11); where it is
   * not told, a page of exactly a round number of events is taken for a cut one.
   */
  gaps(cap: number | undefined): number[] {
    const isCut = ({ received, limit }: DenseSecond) =>
      received >= Math.min(limit, cap ?? limit) ||
      (cap === undefined && received >= 50 && received % 50 === 0);
    return this.#dense.filter(isCut).map(({ second }) => second);
  }
}

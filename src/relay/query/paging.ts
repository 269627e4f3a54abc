// `--all`: what to ask next after a page, so that nothing is missed behind a relay's cap. Pure.
// A short page is never taken for the last, for events that a relay hides count towards its limit (strfry); only an
// empty page is, and not even that where the relay is known to hide events (`hidden-pages.ts`). `until` is inclusive,
// so the next page begins inside the last second of this one, and ids are deduplicated. A cap is never guessed: what
// lies in the oldest second may have been cut at any number of events but a very small one.
import type { Filter } from '../../protocol/filter.ts';
import type { EoseHint } from '../../protocol/message.ts';
import { HiddenPages } from './hidden-pages.ts';

/** Events asked for at once when neither the user nor the relay names a number. */
const PAGE_LIMIT = 500;

/** The largest page, also where the relay would give more; far larger ones are clamped or refused. */
const DENSE_LIMIT = 5000;

/** A page of fewer events than this was not cut: no relay gives so few at once without saying so (NIP-11). */
const WHOLE_BELOW = 10;

/** What one page held, counted over everything the relay sent, true or not. */
export interface Page {
  received: number;
  /** The smallest created_at of the page. */
  oldest: number | undefined;
}

/** A second that had a whole page to itself, so that more of it may be out of reach. */
interface LeftSecond {
  second: number;
  received: number;
  limit: number;
  /** The relay said that it has more: of this second, or older. */
  more: boolean;
}

export class Paging {
  /** Nothing is left to ask for. */
  isDone = false;
  readonly #filter: Filter;
  #cap: number | undefined;
  /** The page asked for now is a second that filled an ordinary one. */
  #isDense = false;
  #until: number | undefined;
  /** The second just left, as long as it is not known whether the relay has anything older. */
  #left: LeftSecond | undefined;
  /** The most events that ever came at once. */
  #largest = 0;
  readonly #gaps: string[] = [];
  readonly #dense = new Set<number>();
  readonly #solved = new Map<number, boolean>();
  readonly #hidden = new HiddenPages();

  /** Pages over one filter; its own `limit` is the page size. */
  constructor(filter: Filter) {
    this.#filter = filter;
    this.#until = filter.until;
  }

  /** Tells the relay's `max_limit` (NIP-11) as soon as it is known; it must not change between asking and `advance`. */
  setCap(cap: number | undefined): void {
    this.#cap = cap;
  }

  /** The filter of the page to ask for now. */
  get filter(): Filter {
    const filter: Filter = { ...this.#filter, limit: this.#limit };
    if (this.#until !== undefined) filter.until = this.#until;
    return filter;
  }

  get #limit(): number {
    return this.#isDense ? this.#denseLimit : this.#pageLimit;
  }

  get #pageLimit(): number {
    return Math.min(
      this.#filter.limit ?? (this.#cap ? DENSE_LIMIT : PAGE_LIMIT),
      this.#cap ?? Number.POSITIVE_INFINITY,
    );
  }

  get #denseLimit(): number {
    return this.#cap ?? DENSE_LIMIT;
  }

  /** Notes a page and the hint of its EOSE (NIP-67); true when another must be asked for. */
  advance(page: Page, hint?: EoseHint): boolean {
    this.isDone = !this.#advance(page, hint);
    return !this.isDone;
  }

  #advance({ received, oldest }: Page, hint?: EoseHint): boolean {
    this.#largest = Math.max(this.#largest, received);
    if (this.#limit === 0) return false;
    if (oldest === undefined) {
      if (hint === undefined && this.#lookBehind()) return true;
      return this.#stop(hint === 'more', 'the relay says there is more, but sends nothing');
    }
    if (this.#until !== undefined && oldest > this.#until)
      return this.#stop(this.#until > 0, 'the relay does not honour `until`'); // some take 0 for none
    const emptyFrom = this.#hidden.end();
    if (emptyFrom !== undefined)
      this.#gaps.push(`whole pages are hidden between created_at ${oldest} and ${emptyFrom}`);
    if (this.#returnToCut()) return true;
    if (hint === 'finish') return false;
    this.#step(received, oldest, hint === 'more');
    return this.#until! >= this.#since;
  }

  get #since(): number {
    return this.#filter.since ?? 0;
  }

  #stop(isGap: boolean, reason: string): false {
    if (isGap) this.#gaps.push(reason);
    return false;
  }

  #step(received: number, oldest: number, more: boolean): void {
    const limit = this.#limit;
    const isShort = received < Math.min(limit, this.#largest);
    this.#hidden.note(isShort, this.#until, oldest);
    if (oldest !== this.#until) this.#ask(oldest);
    else if (received >= limit && limit < this.#denseLimit) this.#ask(oldest, true);
    else {
      this.#left = { second: oldest, received, limit, more };
      this.#ask(oldest - 1);
    }
  }

  #ask(until: number, isDense = false): void {
    this.#until = until;
    this.#isDense = isDense;
  }

  /** True when the empty page may be one that is hidden as a whole: the next is asked from further back. */
  #lookBehind(): boolean {
    const until = this.#hidden.lookBehind(this.#until!);
    if (until === undefined || until < this.#since) return false;
    this.#ask(until);
    return true;
  }

  /**
   * The relay has something older than the second just left, but that second's page did not show it: the page was
   * cut. True when a larger page may still get it all.
   */
  #returnToCut(): boolean {
    if (this.#left === undefined) return false;
    const { second, limit } = this.#left;
    this.#left = undefined;
    if (limit < this.#denseLimit) this.#ask(second, true);
    else this.#dense.add(second);
    return limit < this.#denseLimit;
  }

  /** Whether a cap that the relay names itself may be so small that it cut the oldest second. */
  get needsCap(): boolean {
    if (this.#cap !== undefined || this.#left === undefined) return false;
    return this.#left.received < WHOLE_BELOW && this.#left.received >= this.#largest;
  }

  #mayBeCut({ received, limit, more }: LeftSecond): boolean {
    return more || received >= Math.min(this.wholeBelow, limit);
  }

  /** The seconds of which more may be out of reach, but for those that were taken apart. */
  get denseSeconds(): number[] {
    const dense = new Set(this.#dense);
    if (this.#left && this.#mayBeCut(this.#left)) dense.add(this.#left.second);
    return [...dense].filter(second => !this.#solved.has(second));
  }

  /** The filter of a dense second. */
  filterOf(second: number): Filter {
    return { ...this.#filter, since: second, until: second, limit: this.#denseLimit };
  }

  /** A page of fewer events than this was not cut; what the relay says of its limit may be wrong. */
  get wholeBelow(): number {
    return Math.min(WHOLE_BELOW, this.#denseLimit);
  }

  /** A dense second was taken apart; `isWhole`: it is proved that nothing of it is missing. */
  noteSolved(second: number, isWhole: boolean): void {
    this.#solved.set(second, isWhole);
  }

  /** What may be missing, in words. */
  get gaps(): string[] {
    const unsolved = [...this.#solved].filter(([, isWhole]) => !isWhole).map(([second]) => second);
    return [...this.#gaps, ...[...this.denseSeconds, ...unsolved].map(tooDense)];
  }
}

function tooDense(second: number): string {
  return `more events than a page can hold at created_at ${second}`;
}

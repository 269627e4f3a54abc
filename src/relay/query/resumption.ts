// What to ask a relay again after a disconnect, so that nothing is missed and no promise of the filter is broken.
// Pure.
import type { Filter } from '../../protocol/filter.ts';

/**
 * Seconds that are asked for again after a disconnect, before the newest event seen: clocks of authors differ, and
 * relays hear of events late.
 */
export const OVERLAP_SECONDS = 300;

/** Gift wraps carry times up to two days in the past, on purpose (NIP-59), by clocks that may be a quarter of an hour behind. */
export const GIFT_WRAP_OVERLAP_SECONDS = 2 * 86_400 + 3 * OVERLAP_SECONDS;

const GIFT_WRAP = 1059;

/** What a stream has seen, as far as asking for the rest depends on it. */
export class Resumption {
  readonly #filters: readonly Filter[];
  /** Events that are older were there before, and --limit or --new left them out. */
  #floor: number | undefined;
  #newest: number | undefined;
  /** The newest event of the time when nothing older was missing. */
  #from: number | undefined;
  #settled = false;
  #isCurrent = false;

  constructor(filters: readonly Filter[]) {
    this.#filters = filters;
  }

  /** Whether the relay's stored events have been read once, so that only what was missed is wanted. */
  get isUnderWay(): boolean {
    return this.#settled;
  }

  /**
   * Notes an event. `now`, in seconds, bounds its time: a clock that is ahead must not make us skip what others
   * publish until then.
   */
  note(createdAt: number, now: number): void {
    const time = Math.min(createdAt, now);
    if (this.#newest === undefined || time > this.#newest) this.#newest = time;
    if (!this.#settled && (this.#floor === undefined || time < this.#floor)) this.#floor = time;
  }

  /** Everything older than the newest event has been read, and it stays so until the connection is lost. */
  settle(now: number): void {
    if (!this.#settled) this.#floor ??= now;
    this.#settled = true;
    this.#isCurrent = true;
  }

  /** The connection is lost. What came before everything older was read does not move the place to resume from. */
  lose(): void {
    if (this.#isCurrent) this.#from = this.#newest;
    this.#isCurrent = false;
  }

  /** The filters of what may have been missed. Their limits are dropped: they were for the stored events. */
  get missed(): Filter[] {
    return this.#filters.map(({ limit, ...filter }) => {
      const since = Math.max(
        filter.since ?? 0,
        this.#since(filter.kinds),
        limit === undefined ? 0 : this.#floor!,
      );
      if (since > 0) filter.since = filter.until === undefined ? since : Math.min(since, filter.until);
      return filter;
    });
  }

  #since(kinds: number[] | undefined): number {
    const overlap = kinds?.includes(GIFT_WRAP) ? GIFT_WRAP_OVERLAP_SECONDS : OVERLAP_SECONDS;
    return this.#from === undefined ? 0 : this.#from - overlap;
  }
}

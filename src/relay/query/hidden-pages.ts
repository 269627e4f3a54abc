// Relays that hide events behind their limit: pages of different sizes with something older behind them tell. There a
// page may be hidden as a whole, so an empty one is not taken for the last: it is looked some way behind it. Pure.

/** How often it is looked behind empty pages, each time twice as far: 2^16 pages in all. */
const MAX_LOOKS = 16;

export class HiddenPages {
  /** The last page was shorter than another of its kind. */
  #isShort = false;
  /** Something older came after a short page: the relay hides events. */
  #hides = false;
  /** The most seconds that a page ever spanned. */
  #span = 1;
  #looks = 0;
  /** Where the first of a row of empty pages began. */
  #emptyFrom: number | undefined;

  /** Notes a page that held something, asked for up to `until`. */
  note(isShort: boolean, until: number | undefined, oldest: number): void {
    if (this.#isShort && oldest < until!) this.#hides = true;
    if (oldest === until) return;
    this.#isShort = isShort;
    if (until !== undefined) this.#span = Math.max(this.#span, until - oldest);
  }

  /** Where to ask from when the page up to `until` was empty; undefined when it was the last. */
  lookBehind(until: number): number | undefined {
    if (!this.#hides || this.#looks === MAX_LOOKS) return undefined;
    this.#emptyFrom ??= until;
    return until - this.#span * 2 ** this.#looks++;
  }

  /** There is something behind empty pages, so between them there may be, too: returns where they began. */
  end(): number | undefined {
    const from = this.#emptyFrom;
    this.#emptyFrom = undefined;
    return from;
  }
}

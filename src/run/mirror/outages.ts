// Which outages are told: each once, with its end, but not each of a relay that comes and goes all the time.

interface Relay {
  isAway: boolean;
  isTold: boolean;
  /** Outages that may still be told, and when that was found, in milliseconds. */
  left: number;
  at: number;
}

/** Outages that are told in a row, and milliseconds until another may be. */
const MOST = 5;
const PAUSE_MS = 10 * 60_000;

export class Outages {
  readonly #relays = new Map<string, Relay>();
  readonly #now: () => number;

  /** Milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** It was lost: whether that is told. `last`: it is, and those that follow soon are not. */
  lost(relay: string): 'told' | 'last' | 'untold' {
    const known = this.#relays.get(relay) ?? { isAway: false, isTold: false, left: MOST, at: this.#now() };
    this.#relays.set(relay, known);
    if (known.isAway) return 'untold';
    const now = this.#now();
    known.left = Math.min(MOST, known.left + (now - known.at) / PAUSE_MS);
    known.at = now;
    known.isAway = true;
    known.isTold = known.left >= 1;
    if (!known.isTold) return 'untold';
    known.left--;
    return known.left >= 1 ? 'told' : 'last';
  }

  /** It is back: whether that is told, as its loss was; undefined where it was not away. */
  back(relay: string): boolean | undefined {
    const known = this.#relays.get(relay);
    if (!known?.isAway) return undefined;
    known.isAway = false;
    return known.isTold;
  }
}

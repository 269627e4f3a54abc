// One source and one target: what the target lacks of the source is found by comparing, again whenever something may have
// been missed. Never two comparisons of one pair at once, and with pauses between them that grow, so that a relay that
// comes and goes all the time causes no storm.
import { Backoff } from '../../relay/link/clocks/backoff.ts';
import { waitAwake } from '../../relay/link/clocks/long-wait.ts';
import { SideFailed } from '../side-failed.ts';
import type { Source } from './source.ts';
import type { Target } from './target.ts';

export interface PairOptions {
  /** Brings what the target lacks; `since`: the time in seconds from which on something may be missing. Throws `SideFailed`. */
  compare: (pair: Pair, since: number | undefined) => Promise<void>;
  /** Where an earlier run ended, in seconds. */
  since: number | undefined;
  /** The `created_at` of the oldest event that is on its way to the targets, and has not reached them. */
  oldestHeld?: (() => number | undefined) | undefined;
  signal: AbortSignal;
  /** The pauses between two comparisons. */
  pauses?: { first: number; most: number } | undefined;
  /** A comparison failed, or gave less than the whole. */
  onFailed: (pair: Pair, error: SideFailed) => void;
  /** Nothing is missing now. */
  onWhole: (pair: Pair) => void;
  onFault: (error: unknown) => void;
}

/** After so long without a comparison, the next pause is a short one again. */
const CALM_MS = 5 * 60_000;

/** Seconds that a clock may be set back without a consequence: an overlap bears more. */
const SET_BACK = 60;

const PAUSES = { first: 1000, most: 60_000 };

export class Pair {
  readonly source: Source;
  readonly target: Target;
  readonly #options: PairOptions;
  readonly #pauses: Backoff;
  #lastEnd = Number.NEGATIVE_INFINITY;
  #isWanted = false;
  #isRunning = false;
  #run: Promise<void> = Promise.resolve();
  /** Up to when nothing of the source is missing, but for what the target has not answered for: in seconds. */
  #since: number | undefined;
  /** Nothing is known to be missing: what comes is handed over as it comes. */
  #isWhole = false;

  constructor(source: Source, target: Target, options: PairOptions) {
    this.source = source;
    this.target = target;
    this.#options = options;
    this.#since = options.since;
    this.#pauses = new Backoff(options.pauses ?? PAUSES);
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** From when on an event may be missing at the target, in seconds. */
  get since(): number | undefined {
    if (this.#isWhole) this.#advance();
    if (this.#since === undefined) return undefined;
    if (this.#since > Date.now() / 1000 + SET_BACK) this.#since = undefined; // a clock was wrong: it says nothing
    if (this.#since === undefined) return undefined;
    const held = this.#options.oldestHeld?.() ?? Number.POSITIVE_INFINITY;
    return Math.min(this.#since, held, this.target.oldestPending ?? Number.POSITIVE_INFINITY);
  }

  /** Something may be missing from now on. */
  lose(): void {
    if (this.#isWhole) this.#advance();
    this.#isWhole = false;
  }

  /** Compares, as soon as that may be. */
  request(): void {
    this.lose();
    this.#isWanted = true;
    if (!this.#isRunning) this.#run = this.#compareWhileWanted();
  }

  /** Resolves when no comparison is under way. */
  async settled(): Promise<void> {
    await this.#run;
  }

  async #compareWhileWanted(): Promise<void> {
    const { signal, onFault } = this.#options;
    this.#isRunning = true;
    try {
      while (this.#mayCompare) {
        await this.#pause();
        if (!this.#mayCompare) break;
        this.#isWanted = false;
        if (!(await this.#compare())) this.#isWanted = true;
        this.#lastEnd = performance.now();
      }
    } catch (error) {
      if (!signal.aborted) onFault(error);
    }
    this.#isRunning = false; // on the turn of the last look: what is wanted later begins anew
  }

  /** A relay that is away asks for a comparison when it is back. */
  get #mayCompare(): boolean {
    const { source, target } = this;
    return (
      this.#isWanted && !this.#options.signal.aborted && source.state === 'live' && target.state !== 'down'
    );
  }

  async #pause(): Promise<void> {
    if (performance.now() - this.#lastEnd > CALM_MS) return this.#pauses.reset();
    await waitAwake(this.#pauses.next(), this.#options.signal);
  }

  /** False when it is to be tried again. */
  async #compare(): Promise<boolean> {
    const { compare, onFailed, onWhole, signal } = this.#options;
    const begun = Math.floor(Date.now() / 1000);
    try {
      await compare(this, this.since);
    } catch (error) {
      if (!(error instanceof SideFailed) || signal.aborted) throw error;
      onFailed(this, error);
      return false;
    }
    if (this.#isWanted) return true; // something happened meanwhile
    this.#since = Math.max(this.#since ?? 0, this.source.newest ?? begun);
    this.#isWhole = true;
    onWhole(this);
    return true;
  }

  #advance(): void {
    this.#since = Math.max(this.#since ?? 0, this.source.newest ?? 0);
  }
}

// One thread's part of a search: takes counters and tries them, some milliseconds' worth at a time.
import type { UnsignedEvent } from '../protocol/event.ts';
import type { MinedEvent } from '../protocol/nip13.ts';
import { type Hasher, openHasher } from './hasher.ts';
import type { SharedSearch } from './shared-search.ts';

/** What is searched for: it goes to threads as it is. */
export interface Search {
  number: number;
  event: UnsignedEvent;
  bits: number;
}

/** What one step should take: long beside what its beginning costs, short for whoever waits for its end. */
const STEP_MS = 25;

/** Counters of the first step: an event may be so large that a few take long. */
const FIRST_STEP = 16;

/** A step of an easy search is a small part of what is to be expected, but never smaller than this. */
const LEAST_SHARE = 256;
const SHARES = 16;

export class Searcher {
  readonly #shared: SharedSearch;
  readonly #hash: Hasher;
  /** Milliseconds. */
  readonly #clock: () => number;
  #attempts = FIRST_STEP;

  constructor(shared: SharedSearch, clock: () => number, hash: Hasher = openHasher()) {
    this.#shared = shared;
    this.#clock = clock;
    this.#hash = hash;
  }

  /** Tries the next counters that nobody has taken. */
  step({ event, bits }: Search): MinedEvent | undefined {
    const share = Math.max(LEAST_SHARE, 2 ** bits / SHARES);
    const attempts = Math.min(this.#attempts, share);
    const from = this.#shared.claim(attempts);
    const start = this.#clock();
    const mined = this.#hash({ ...event, created_at: this.#shared.createdAt }, bits, { from, attempts });
    if (attempts === this.#attempts) this.#adapt(this.#clock() - start);
    return mined;
  }

  #adapt(ms: number): void {
    const factor = Math.min(2, Math.max(0.5, STEP_MS / ms));
    this.#attempts = Math.max(1, Math.round(this.#attempts * factor));
  }
}

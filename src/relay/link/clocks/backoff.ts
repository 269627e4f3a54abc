// How long to wait before trying again: doubling, with full jitter, so that clients which lost the same relay do not
// all come back in the same moment.

export interface BackoffOptions {
  /** The longest first wait, in milliseconds. */
  first?: number;
  /** What waits grow to, in milliseconds. */
  most?: number;
  /** From 0 to below 1. */
  random?: () => number;
}

export class Backoff {
  readonly #first: number;
  readonly #most: number;
  readonly #random: () => number;
  #limit: number;

  constructor({ first = 1000, most = 60_000, random = Math.random }: BackoffOptions = {}) {
    this.#first = first;
    this.#most = most;
    this.#random = random;
    this.#limit = first;
  }

  /** The next wait in milliseconds. */
  next(): number {
    const wait = this.#random() * this.#limit;
    this.#limit = Math.min(this.#limit * 2, this.#most);
    return wait;
  }

  /** It worked: the next wait is a short one again. */
  reset(): void {
    this.#limit = this.#first;
  }
}

// A bound on how many events go in how long: each has its turn, evenly.
import { setTimeout as wait } from 'node:timers/promises';
import type { Rate } from '../protocol/rate.ts';

/** Milliseconds that turns may be ahead, so that a timer is not needed for each. */
const SLACK_MS = 20;

export class Pace {
  readonly #step: number;
  readonly #signal: AbortSignal;
  #next = 0;

  constructor({ count, ms }: Rate, signal: AbortSignal) {
    this.#step = ms / count;
    this.#signal = signal;
  }

  /** Where it returns a promise, that resolves when it is the next one's turn. Rejects with the reason of the signal. */
  turn(): Promise<void> | undefined {
    const now = performance.now();
    this.#next = Math.max(this.#next, now) + this.#step;
    const ahead = this.#next - this.#step - now;
    if (ahead < SLACK_MS) return undefined;
    return wait(ahead, undefined, { signal: this.#signal }).catch(() => {
      throw this.#signal.reason;
    });
  }
}

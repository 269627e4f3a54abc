// Bounds a silence. One timer for the whole wait: `touch` only notes the time, so it costs nothing per frame.

export class Watchdog {
  readonly #onSilence: () => void;
  #limit: number;
  #last = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Calls `onSilence` once when `limit` milliseconds pass without a `touch`, counted from `start`. */
  constructor(limit: number, onSilence: () => void) {
    this.#limit = limit;
    this.#onSilence = onSilence;
  }

  start(limit = this.#limit): void {
    this.stop();
    this.#limit = limit;
    this.touch();
    this.#arm(limit);
  }

  touch(): void {
    this.#last = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(ms: number): void {
    if (ms > MAX_TIMER) return; // as good as never
    this.#timer = setTimeout(() => {
      const left = this.#last + this.#limit - performance.now();
      if (left > 1) this.#arm(left);
      else this.#onSilence();
    }, ms);
  }
}

/** The longest wait a Node timer can hold, about 24 days. */
const MAX_TIMER = 2 ** 31 - 1;

// Bounds a silence. One timer for the whole wait: `touch` only notes the time, so it costs nothing per frame.

export class Watchdog {
  readonly #onSilence: () => void;
  /** Where `start` names none. */
  readonly #usual: number;
  #limit: number;
  #last = 0;
  #timer: NodeJS.Timeout | undefined;
  #check: NodeJS.Immediate | undefined;

  /** Calls `onSilence` once when `limit` milliseconds pass without a `touch`, counted from `start`. */
  constructor(limit: number, onSilence: () => void) {
    this.#usual = limit;
    this.#limit = limit;
    this.#onSilence = onSilence;
  }

  /** Begins to wait, for `limit` milliseconds where that is another than usual. */
  start(limit = this.#usual): void {
    this.stop();
    this.#limit = limit;
    this.touch();
    this.#arm();
  }

  /** Something was heard: the silence begins anew. */
  touch(): void {
    this.#last = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#check);
  }

  get #left(): number {
    return this.#last + this.#limit - performance.now();
  }

  /** When the process itself was held up (suspended, busy), the sockets are read before anybody is judged. */
  #arm(): void {
    if (this.#limit > MAX_TIMER) return; // as good as never
    this.#timer = setTimeout(() => {
      this.#check = setImmediate(() => (this.#left > 1 ? this.#arm() : this.#onSilence()));
    }, this.#left);
  }
}

/** The longest wait a Node timer can hold, about 24 days. */
const MAX_TIMER = 2 ** 31 - 1;

// Bounds a silence. One timer for the whole wait: `touch` only notes the time, so it costs nothing per frame.

export class Watchdog {
  readonly #onSilence: () => void;
  /** Where `start` names none. */
  readonly #usual: number;
  #limit: number;
  #last = 0;
  /** What was left of the wait when it was held. */
  #rest: number | undefined;
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
    if (this.#rest !== undefined) this.#rest = this.#limit;
  }

  /** Bounds the wait that is running by `limit` milliseconds from now, where more of it is left. */
  shorten(limit: number): void {
    if (this.#left <= limit) return;
    this.#last = performance.now() + limit - this.#limit;
    if (this.#rest === undefined) this.#arm();
    else this.#rest = limit;
  }

  /** The clock stands still until `release`. */
  hold(): void {
    if (this.#timer === undefined) return;
    const left = this.#left;
    this.stop();
    this.#rest = left;
  }

  /** Goes on with what was left. */
  release(): void {
    if (this.#rest === undefined) return;
    this.#last = performance.now() + this.#rest - this.#limit;
    this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#check);
    this.#timer = undefined;
    this.#rest = undefined;
  }

  get #left(): number {
    return this.#rest ?? this.#last + this.#limit - performance.now();
  }

  /** When the process itself was held up (suspended, busy), the sockets are read before anybody is judged. */
  #arm(): void {
    this.stop();
    if (this.#limit > MAX_TIMER) return; // as good as never
    this.#timer = setTimeout(() => {
      this.#check = setImmediate(() => (this.#left > 1 ? this.#arm() : this.#bark()));
    }, this.#left);
  }

  #bark(): void {
    this.stop();
    this.#onSilence();
  }
}

/** The longest wait a Node timer can hold, about 24 days. */
const MAX_TIMER = 2 ** 31 - 1;

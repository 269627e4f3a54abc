// How many events may await their answer at one relay. It closes when the relay is overrun and opens again with its
// answers, as TCP does it: halved at once, and larger by one after a windowful of answers. Where it may grow beyond where
// it began, it does so with each answer, for as long as the answers come as fast as at first: when they take longer, more
// events in flight would only wait at the relay.

/** Answers may take so many times as long as the fastest, and so many milliseconds more, while it still grows. */
const SLOWER = 2;
const SLACK_MS = 10;

/** The usual wait follows the last answers by this part. */
const SMOOTHING = 1 / 8;

export class SendWindow {
  readonly #first: number;
  readonly #most: number;
  #size: number;
  #isResting = false;
  /** Nothing was lost or refused yet: it grows with each answer. */
  #isOpening = true;
  #fastest = Number.POSITIVE_INFINITY;
  #usual = 0;

  /** `first`: where it begins, at least 1; `most`: what it never exceeds. */
  constructor(first: number, most = first) {
    this.#first = first;
    this.#most = most;
    this.#size = first;
  }

  /** None while it rests, else at least 1. */
  get size(): number {
    return this.#isResting ? 0 : Math.floor(this.#size);
  }

  /** An event was answered after so many milliseconds. */
  answered(ms: number): void {
    this.#fastest = Math.min(this.#fastest, ms);
    this.#usual += (ms - this.#usual) * SMOOTHING;
    if (this.#size >= this.#most || (this.#size >= this.#first && this.#isSlow)) return;
    const step = this.#isOpening && this.#size >= this.#first ? 1 : 1 / this.#size;
    this.#size = Math.min(this.#size + step, this.#most);
  }

  get #isSlow(): boolean {
    return this.#usual > SLOWER * this.#fastest + SLACK_MS;
  }

  get isResting(): boolean {
    return this.#isResting;
  }

  /** The relay asked to slow down: fewer events, and none until `wake`. */
  rest(): void {
    this.#size = Math.max(1, this.#size / 2);
    this.#isOpening = false;
    this.#isResting = true;
  }

  wake(): void {
    this.#isResting = false;
  }

  /** Something in the window broke the connection: one at a time will tell what. */
  close(): void {
    this.#size = 1;
    this.#isOpening = false;
  }
}

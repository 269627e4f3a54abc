// How many events may await their answer at one relay. It closes when the relay is overrun and opens again with its
// answers, as TCP does it: halved at once, and larger by one after a windowful of answers.

export class SendWindow {
  readonly #most: number;
  #size: number;

  /** `most`: where it begins, and what it never exceeds; at least 1. */
  constructor(most: number) {
    this.#most = most;
    this.#size = most;
  }

  /** At least 1. */
  get size(): number {
    return Math.floor(this.#size);
  }

  /** An event was answered. */
  answered(): void {
    if (this.#size < this.#most) this.#size = Math.min(this.#size + 1 / this.#size, this.#most);
  }

  /** The relay asked to slow down. */
  halve(): void {
    this.#size = Math.max(1, this.#size / 2);
  }

  /** Something in the window broke the connection: one at a time will tell what. */
  close(): void {
    this.#size = 1;
  }
}

// Messages in the order they were written: relays send gift wraps in the order of times that are made up on purpose. All are
// held until the reading ends, within a bound. What comes beyond it is printed as it comes; where only the newest are wanted,
// the oldest of them give way.

/** A message as it is printed, and when it was written, in unix seconds. */
export interface MessageLine {
  time: number;
  line: string;
}

/** Characters that are held. */
const MOST_HELD = 32 * 1024 * 1024;

export class SortedLines {
  readonly #most: number;
  readonly #mostHeld: number;
  #held: MessageLine[] = [];
  #size = 0;
  #isFull = false;
  #isCut = false;

  /** `most`: how many of the newest are wanted. */
  constructor(most: number, mostHeld = MOST_HELD) {
    this.#most = most;
    this.#mostHeld = mostHeld;
  }

  /** Whether there were more than can be held, so that the rest is in no order. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Whether so many of the newest as are wanted cannot be held, so that there are fewer. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Takes messages; returns the lines that are to be printed now. */
  add(messages: readonly MessageLine[]): string[] {
    if (this.#isFull) return messages.map(({ line }) => line);
    for (const message of messages) {
      this.#held.push(message);
      this.#size += message.line.length;
    }
    const isSome = this.#most < Number.POSITIVE_INFINITY;
    if (this.#held.length > 2 * this.#most || (isSome && this.#size > 2 * this.#mostHeld)) this.#cut();
    if (isSome || this.#size <= this.#mostHeld) return [];
    const lines = this.rest();
    this.#isFull = true;
    return lines;
  }

  /** Everything that is still to be printed. */
  rest(): string[] {
    this.#cut();
    const lines = this.#held.map(({ line }) => line);
    this.#held = [];
    return lines;
  }

  /** Keeps the newest that are wanted, and of those what can be held. */
  #cut(): void {
    this.#held.sort((a, b) => a.time - b.time);
    this.#held = this.#held.slice(Math.max(0, this.#held.length - this.#most));
    this.#size = this.#held.reduce((size, { line }) => size + line.length, 0);
    if (this.#most === Number.POSITIVE_INFINITY) return;
    let dropped = 0;
    for (; this.#size > this.#mostHeld && dropped < this.#held.length - 1; dropped++)
      this.#size -= this.#held[dropped]!.line.length;
    if (dropped === 0) return;
    this.#held = this.#held.slice(dropped);
    this.#isCut = true;
  }
}

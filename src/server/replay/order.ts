// The order in which a recording's relays spoke, kept across connections: what one relay sends waits for what another had
// sent before. Who waits for something that does not come goes on after a while.

/** Milliseconds without any progress after which one goes on. */
const PATIENCE_MS = 2000;

export class Order {
  /** The lines at which a relay acts, in order, and the first that has not been played. */
  readonly #lines: readonly number[];
  readonly #done = new Set<number>();
  readonly #heard = new Set<number>();
  #next = 0;
  #waiting: (() => void)[] = [];
  readonly #patience: number;
  #last: object | undefined;

  constructor(lines: readonly number[], patience = PATIENCE_MS) {
    this.#lines = lines.toSorted((a, b) => a - b);
    this.#patience = patience;
  }

  /** Whether everything before this line was played. */
  isTurn(line: number): boolean {
    return (this.#lines[this.#next] ?? Number.POSITIVE_INFINITY) >= line;
  }

  /** Resolves when it is this line's turn, or nothing got on for a while: then what was to come before is overdue. */
  async turn(line: number): Promise<void> {
    while (!this.isTurn(line)) {
      if (await this.#progress()) continue;
      while (!this.isTurn(line)) this.#next++;
    }
  }

  /**
   * Tells who acts next; true when another did last: the client may not have read that yet, and would read both at once.
   */
  moved(who: object | undefined): boolean {
    const isSame = this.#last === who;
    this.#last = who;
    return !isSame;
  }

  /** The client has said this line. */
  heard(line: number): void {
    this.#heard.add(line);
    this.#wake();
  }

  /** Resolves when the client has said it, or nothing got on for a while. */
  async heardOf(line: number): Promise<void> {
    while (!this.#heard.has(line)) if (!(await this.#progress())) return;
  }

  /** These lines were played, or never will be. */
  done(lines: Iterable<number>): void {
    for (const line of lines) this.#done.add(line);
    while (this.#done.delete(this.#lines[this.#next] ?? -1)) this.#next++;
    this.#wake();
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }

  /** Whether something was played within the patience. */
  #progress(): Promise<boolean> {
    return new Promise(resolve => {
      const timer = setTimeout(() => resolve(false), this.#patience);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }
}

// Hands batches from many producers to one consumer, with a bound: a producer waits until its batch has a
// place, so a slow consumer slows every relay and memory stays flat.

export class Mailbox<T> {
  readonly #capacity: number;
  readonly #items: T[] = [];
  readonly #putters: (() => void)[] = [];
  #taker: (() => void) | undefined;
  #closed = false;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Resolves when the item has a place; false when it is not wanted any more. */
  async put(item: T): Promise<boolean> {
    while (this.#items.length >= this.#capacity && !this.#closed) {
      await new Promise<void>(resolve => this.#putters.push(resolve));
    }
    if (this.#closed) return false;
    this.post(item);
    return true;
  }

  /** Places an item whatever the bound, also after `close`. */
  post(item: T): void {
    this.#items.push(item);
    this.#taker?.();
  }

  /** The next item, in the order they were placed; waits for one. */
  async take(): Promise<T> {
    while (this.#items.length === 0) {
      await new Promise<void>(resolve => {
        this.#taker = resolve;
      });
    }
    const item = this.#items.shift()!;
    this.#putters.shift()?.();
    return item;
  }

  /** Turns producers away from now on; what is there can still be taken. */
  close(): void {
    this.#closed = true;
    for (const resolve of this.#putters.splice(0)) resolve();
  }
}

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

  /** Resolves when the item has a place; false when nobody will read it any more. */
  async put(item: T): Promise<boolean> {
    while (this.#items.length >= this.#capacity && !this.#closed) {
      await new Promise<void>(resolve => this.#putters.push(resolve));
    }
    if (this.#closed) return false;
    this.#items.push(item);
    this.#taker?.();
    return true;
  }

  /** The next item; undefined when closed and empty. */
  async take(): Promise<T | undefined> {
    while (this.#items.length === 0 && !this.#closed) {
      await new Promise<void>(resolve => {
        this.#taker = resolve;
      });
    }
    const item = this.#items.shift();
    this.#putters.shift()?.();
    return item;
  }

  /** No more items are accepted; what is there can still be taken. */
  close(): void {
    this.#closed = true;
    this.#taker?.();
    for (const resolve of this.#putters.splice(0)) resolve();
  }
}

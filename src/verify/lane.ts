// Batches under verification: several are checked at once, and handed over in the order they came.
import { setImmediate as turn } from 'node:timers/promises';

export class Lane<T> {
  readonly #depth: number;
  readonly #deliver: (batch: T) => Promise<boolean>;
  /** The handing over of each batch under way; the oldest first. */
  readonly #turns: Promise<boolean>[] = [];
  #last: Promise<boolean> = Promise.resolve(true);
  #open = true;

  /** `deliver` says false when nobody wants more; from then on nothing is delivered. */
  constructor(depth: number, deliver: (batch: T) => Promise<boolean>) {
    this.#depth = depth;
    this.#deliver = deliver;
  }

  /** Takes a batch; resolves when there is room for another, with false when none is wanted. */
  async put(batch: T | Promise<T>): Promise<boolean> {
    this.#last = this.#takeTurn(this.#last, batch);
    this.#last.catch(() => {}); // told to whoever waits for it below
    this.#turns.push(this.#last);
    while (this.#turns.length >= this.#depth) await this.#oldest();
    return this.#open;
  }

  /** Resolves when everything has been handed over, with false when no more is wanted. */
  async drained(): Promise<boolean> {
    while (this.#turns.length > 0) await this.#oldest();
    return this.#open;
  }

  async #oldest(): Promise<void> {
    if (!(await this.#turns.shift()!)) this.#open = false;
  }

  async #takeTurn(before: Promise<boolean>, batch: T | Promise<T>): Promise<boolean> {
    const ready = await batch;
    if (!(await before)) return false;
    await turn(); // whoever put it may have more to ask of its relay: that comes first
    return this.#deliver(ready);
  }
}

// Several generators as one: items in the order in which they come, whichever source they are of. Pulls one item of
// each source ahead, no more: a slow consumer slows them all.

/** An item of a source, or what the source returned at its end. */
export type Merged<T, R> = { source: AsyncGenerator<T, R> } & ({ value: T } | { returned: R });

export class Merge<T, R> {
  readonly #ready: (Merged<T, R> | { error: unknown })[] = [];
  #running = 0;
  #wake: (() => void) | undefined;

  /** Lets a source take part from now on. */
  add(source: AsyncGenerator<T, R>): void {
    this.#running++;
    void this.#pull(source);
  }

  /** The next item of any source; undefined when all have ended. Throws what a source throws, which ends that one. */
  async next(): Promise<Merged<T, R> | undefined> {
    while (this.#ready.length === 0) {
      if (this.#running === 0) return undefined;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    const item = this.#ready.shift()!;
    if ('value' in item) void this.#pull(item.source);
    else this.#running--;
    if ('error' in item) throw item.error;
    return item;
  }

  async #pull(source: AsyncGenerator<T, R>): Promise<void> {
    try {
      const { done, value } = await source.next();
      this.#ready.push(done ? { source, returned: value } : { source, value });
    } catch (error) {
      this.#ready.push({ error });
    }
    this.#wake?.();
  }
}

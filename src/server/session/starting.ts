// The REQs of one client whose stored events are being sent: until its EOSE each holds memory, so they are few.
import { MAX_STARTING } from '../limits.ts';

export class Starting {
  readonly #under = new Set<Promise<void>>();
  readonly #most: number;

  constructor(most = MAX_STARTING) {
    this.#most = most;
  }

  /** Notes one, which must not reject; resolves when there is room for the next. */
  async add(start: Promise<void>): Promise<void> {
    this.#under.add(start);
    void start.then(() => this.#under.delete(start));
    while (this.#under.size >= this.#most) await Promise.race(this.#under);
  }
}

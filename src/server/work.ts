// The share of one request in the event loop: how much it may do in all, and when it has to let others go first.
// Requests that need more than one slice take turns, one slice in each round of the loop, so that a short request of
// another client waits for one slice, not for all of them.

/** Milliseconds of work at a stretch: at first few, for as many may begin in one round as there are clients. */
const FIRST_SLICE_MS = 1;
const SLICE_MS = 4;

/** Steps between two looks at the clock. */
const STEPS = 256;

/** A request may not cost more; it is answered with `error: too expensive`. */
export class TooExpensive extends Error {
  override name = 'TooExpensive';
}

/** The requests that wait for their next slice. There is one of it in a relay. */
export class Turns {
  readonly #clock: () => number;
  readonly #waiting: (() => void)[] = [];

  /** `clock` counts milliseconds, from whenever. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  begin(steps: number): Work {
    return new Work(this, this.#clock, steps);
  }

  /** Resolves when it is this request's turn again, never in the same round of the event loop. */
  next(): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(this.#round);
    });
  }

  readonly #round = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(this.#round);
  };
}

/** One request at work. A step is about a microsecond. */
export class Work {
  readonly #turns: Turns;
  readonly #clock: () => number;
  #steps: number;
  #untilLook = STEPS;
  #began: number;
  #slice = FIRST_SLICE_MS;

  constructor(turns: Turns, clock: () => number, steps: number) {
    this.#turns = turns;
    this.#clock = clock;
    this.#steps = steps;
    this.#began = clock();
  }

  /** Counts steps that are about to be made. Throws `TooExpensive` when the request has had its share. */
  spend(steps: number): void {
    this.#steps -= steps;
    this.#untilLook -= steps;
    if (this.#steps < 0) throw new TooExpensive('it looks at too many events');
  }

  /** Whether the others have waited long enough: then `rest` is due. */
  isDue(): boolean {
    if (this.#untilLook > 0) return false;
    this.#untilLook = STEPS;
    return this.isSliceOver();
  }

  /** The same by the clock alone, for what counts no steps. */
  isSliceOver(): boolean {
    return this.#clock() - this.#began >= this.#slice;
  }

  /** Lets others go first. */
  async rest(): Promise<void> {
    await this.#turns.next();
    this.#began = this.#clock();
    this.#slice = SLICE_MS;
  }
}

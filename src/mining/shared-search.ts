// What the threads of a search share in memory: which search it is, the time to write into the event, and the next
// counter nobody has tried. Threads never wait for one another.

/** No search is under way. */
const NONE = 0;

export class SharedSearch {
  /** To be handed to a thread, which makes its own object of it. */
  readonly memory: SharedArrayBuffer;
  readonly #number: Int32Array;
  readonly #numbers: BigInt64Array;

  constructor(memory = new SharedArrayBuffer(3 * 8)) {
    this.memory = memory;
    this.#number = new Int32Array(memory, 0, 1);
    this.#numbers = new BigInt64Array(memory, 8, 2);
  }

  /** Begins a search; threads that work for another one stop. */
  begin(number: number, createdAt: number): void {
    Atomics.store(this.#numbers, 1, 0n);
    this.createdAt = createdAt;
    Atomics.store(this.#number, 0, number);
  }

  end(): void {
    Atomics.store(this.#number, 0, NONE);
  }

  isFor(number: number): boolean {
    return Atomics.load(this.#number, 0) === number;
  }

  /** Seconds since 1970. */
  get createdAt(): number {
    return Number(Atomics.load(this.#numbers, 0));
  }

  set createdAt(seconds: number) {
    Atomics.store(this.#numbers, 0, BigInt(seconds));
  }

  /** Takes so many counters, and returns the first of them. */
  claim(count: number): number {
    return Number(Atomics.add(this.#numbers, 1, BigInt(count)));
  }

  /** How many counters were taken in this search. */
  get claimed(): number {
    return Number(Atomics.load(this.#numbers, 1));
  }
}

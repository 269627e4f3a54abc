// Memory that all connections share, as a number of bytes. When it is more than half full, whoever is about to put more
// in may wait; when that does not help for a while, or it is full, whoever holds the most is dropped.

/** One who holds a part of the memory. */
export class Share {
  readonly #memory: SharedMemory;
  readonly #drop: () => void;
  held = 0;
  /** When it last let something go, in milliseconds of `performance.now()`. */
  relieved = performance.now();
  /** For how many reasons it waits for the relay, and cannot let anything go. */
  #waits = 0;

  constructor(memory: SharedMemory, drop: () => void) {
    this.#memory = memory;
    this.#drop = drop;
  }

  /** It holds so many bytes more; fewer when it is negative. */
  add(bytes: number): void {
    if (bytes < 0) this.relieved = performance.now();
    this.#memory.add(this, bytes);
  }

  get isWaiting(): boolean {
    return this.#waits > 0;
  }

  /** While it waits for the relay, the time that it has to let something go does not pass. Told once for each wait. */
  wait(begins: boolean): void {
    this.#waits += begins ? 1 : -1;
    this.relieved = performance.now();
  }

  /** It holds nothing any more. */
  close(): void {
    this.#memory.remove(this);
  }

  drop(): void {
    this.close();
    this.#drop();
  }
}

export class SharedMemory {
  readonly #most: number;
  readonly #patienceMs: number | undefined;
  readonly #shares = new Set<Share>();
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #total = 0;

  /** `patienceMs`: how long it may be more than half full; undefined: for ever. */
  constructor(most: number, patienceMs?: number) {
    this.#most = most;
    this.#patienceMs = patienceMs;
  }

  /** A new part of it. `drop` is called when it has to let go. */
  open(drop: () => void): Share {
    const share = new Share(this, drop);
    this.#shares.add(share);
    return share;
  }

  get total(): number {
    return this.#total;
  }

  /** Whether one should wait for `room()` before more is put in. */
  get isCrowded(): boolean {
    return this.#total > this.#most / 2;
  }

  /** What each may hold so that nobody is ever dropped. */
  get fairPart(): number {
    return this.#most / 2 / Math.max(1, this.#shares.size);
  }

  /** Resolves when it is at most half full. */
  async room(): Promise<void> {
    while (this.isCrowded) await new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  add(share: Share, bytes: number): void {
    if (!this.#shares.has(share)) return;
    share.held += bytes;
    this.#total += bytes;
    if (this.#total > this.#most) this.#dropUntil(this.#most, () => true);
    this.#settle();
  }

  remove(share: Share): void {
    if (!this.#shares.delete(share)) return;
    this.#total -= share.held;
    share.held = 0;
    this.#settle();
  }

  /** Drops of those whom it may those who hold the most. */
  #dropUntil(most: number, mayDrop: (share: Share) => boolean): void {
    const inOrder = [...this.#shares].filter(mayDrop).toSorted((one, other) => other.held - one.held);
    for (const share of inOrder) {
      if (this.#total <= most) return;
      share.drop();
    }
  }

  #settle(): void {
    if (this.isCrowded) {
      if (this.#patienceMs !== undefined) this.#timer ??= setTimeout(this.#lose, this.#patienceMs).unref();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  /**
   * Those who hold much and let nothing go had their time. When there are none, it is those who hold the most. Who waits
   * for the relay is not at fault, and who holds little never is.
   */
  readonly #lose = (): void => {
    this.#timer = undefined;
    const much = this.fairPart / 2;
    const since = performance.now() - this.#patienceMs!;
    const mayDrop = ({ isWaiting, held }: Share) => !isWaiting && held > much;
    for (const share of [...this.#shares].filter(mayDrop)) if (share.relieved < since) share.drop();
    this.#dropUntil(this.#most / 2, mayDrop);
    this.#settle();
  };
}

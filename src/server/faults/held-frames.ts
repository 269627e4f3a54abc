// Frames that wait before they are sent: for a time each, or for their turn. Order is kept, and whoever owns a queue is
// told how many characters it holds.
import type { About } from './scope.ts';

/** A frame on its way out. */
export interface Outgoing {
  text: string;
  /** The first element of the frame; empty for garbage. */
  type: string;
  about: About;
}

/** What a queue does with its frames. */
export interface Keeper {
  release(frame: Outgoing): void;
  /** The characters that wait have become more or fewer. */
  holds(difference: number): void;
}

interface Waiting {
  frame: Outgoing;
  timer: NodeJS.Timeout | undefined;
}

/** Frames that wait for a time each. None overtakes another. */
export class Lane {
  readonly #keeper: Keeper;
  #queue: Waiting[] = [];

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  /** Releases the frame after so many milliseconds, and not before those that wait already. */
  hold(frame: Outgoing, delayMs: number): void {
    const waiting: Waiting = { frame, timer: undefined };
    if (delayMs > 0) {
      waiting.timer = setTimeout(() => {
        waiting.timer = undefined;
        this.#run();
      }, delayMs);
    }
    this.#queue.push(waiting);
    this.#keeper.holds(frame.text.length); // who keeps too much may have to discard it
  }

  /** Releases all that waits. */
  flush(): void {
    for (const { timer } of this.#queue) clearTimeout(timer);
    for (const waiting of this.#queue) waiting.timer = undefined;
    this.#run();
  }

  /** Forgets all that waits. */
  discard(): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const { frame, timer } of queue) {
      clearTimeout(timer);
      this.#keeper.holds(-frame.text.length);
    }
  }

  #run(): void {
    while (this.#queue.length > 0 && this.#queue[0]!.timer === undefined) {
      const { frame } = this.#queue.shift()!;
      this.#keeper.holds(-frame.text.length);
      this.#keeper.release(frame);
    }
  }
}

/** Frames that wait for a time each, whatever the others do. */
export class Delays {
  readonly #keeper: Keeper;
  readonly #timers = new Map<Outgoing, NodeJS.Timeout>();

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  hold(frame: Outgoing, delayMs: number): void {
    const timer = setTimeout(() => this.#release(frame), delayMs);
    this.#timers.set(frame, timer);
    this.#keeper.holds(frame.text.length);
  }

  flush(): void {
    for (const [frame, timer] of this.#timers) {
      clearTimeout(timer);
      this.#release(frame);
    }
  }

  discard(): void {
    for (const [{ text }, timer] of this.#timers) {
      clearTimeout(timer);
      this.#keeper.holds(-text.length);
    }
    this.#timers.clear();
  }

  #release(frame: Outgoing): void {
    if (!this.#timers.delete(frame)) return;
    this.#keeper.holds(-frame.text.length);
    this.#keeper.release(frame);
  }
}

/** Frames that are sent one by one, with a pause behind each. */
export class Pace {
  readonly #keeper: Keeper;
  #queue: { frame: Outgoing; pauseMs: number }[] = [];
  #pause: NodeJS.Timeout | undefined;

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  /** Releases the frame when those before it and their pauses are over. */
  push(frame: Outgoing, pauseMs: number): void {
    this.#queue.push({ frame, pauseMs });
    this.#keeper.holds(frame.text.length);
    if (this.#pause === undefined) this.#run();
  }

  flush(): void {
    for (const waiting of this.#queue) waiting.pauseMs = 0;
    this.#endPause();
    this.#run();
  }

  discard(): void {
    const queue = this.#queue;
    this.#queue = [];
    this.#endPause();
    for (const { frame } of queue) this.#keeper.holds(-frame.text.length);
  }

  #run(): void {
    while (this.#pause === undefined && this.#queue.length > 0) {
      const { frame, pauseMs } = this.#queue.shift()!;
      if (pauseMs > 0) {
        this.#pause = setTimeout(() => {
          this.#pause = undefined;
          this.#run();
        }, pauseMs);
      }
      this.#keeper.holds(-frame.text.length);
      this.#keeper.release(frame);
    }
  }

  #endPause(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }
}

// Removes events that have expired (NIP-40), some each minute: they are hidden from their second on, so there is no haste.
import type { EventStore } from './store/store.ts';
import type { Position } from './store/tables.ts';
import type { Turns } from './work.ts';

const INTERVAL_MS = 60_000;

/** Slices of one sweep; the next goes on behind them. */
const SLICES = 20;

export interface Sweeping {
  store: EventStore;
  turns: Turns;
  /** Milliseconds since 1970. */
  now: () => number;
  log: (line: string) => void;
}

export class Sweeper {
  readonly #sweeping: Sweeping;
  readonly #timer: NodeJS.Timeout;
  #after: Position | undefined;
  #work: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(sweeping: Sweeping) {
    this.#sweeping = sweeping;
    this.#timer = setInterval(() => this.sweep(), INTERVAL_MS).unref();
  }

  /** Sweeps some of the store; resolves when it is done. Never rejects. */
  sweep(): Promise<void> {
    this.#work = this.#work.then(() => this.#sweepSlices());
    return this.#work;
  }

  /** Resolves when the store is not touched any more. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#isOver = true;
    await this.#work;
  }

  async #sweepSlices(): Promise<void> {
    const { store, turns, now, log } = this.#sweeping;
    try {
      for (let slice = 0; slice < SLICES && !this.#isOver; slice++) {
        this.#after = await store.removeExpired(Math.floor(now() / 1000), this.#after);
        if (this.#after === undefined) return;
        await turns.next();
      }
    } catch (error) {
      log(`expired events could not be removed: ${(error as Error).message}`);
    }
  }
}

// Waits on a live subscription for one event: when it comes, or what comes instead.
import type { Filter } from '../../protocol/filter.ts';
import { parseStreamEvent } from '../../protocol/parsed-event.ts';
import type { Connection } from '../link/connection.ts';
import type { Signal } from '../link/signal.ts';
import { Subscription } from '../link/subscription.ts';

/** Events that are looked at together. */
const AT_ONCE = 64;

export class Arrival {
  readonly #subscription: Subscription;

  constructor(connection: Connection, filters: readonly Filter[]) {
    this.#subscription = new Subscription(connection, filters);
  }

  /**
   * Resolves with `eose` when the relay listens: what is published from then on should come; with `stopped` after so many
   * milliseconds, whatever else comes.
   */
  listening(timeout: number): Promise<Signal> {
    return this.#within(timeout, async () => {
      for (;;) {
        const { events, signal } = await this.#subscription.take(AT_ONCE);
        this.#subscription.judged(events.length, false);
        if (signal) return signal;
      }
    });
  }

  /** When the event of this id came, as `performance.now()` tells it; `stopped` after so many milliseconds. */
  of(id: string, timeout: number): Promise<number | Signal> {
    return this.#within(timeout, async () => {
      for (;;) {
        const { events, signal } = await this.#subscription.take(AT_ONCE);
        if (events.some(event => idOf(event) === id)) return performance.now();
        if (signal) return signal;
      }
    });
  }

  async #within<T>(timeout: number, wait: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.stop(), timeout);
    try {
      return await wait();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends every wait. */
  stop(): void {
    this.#subscription.stop();
  }

  /** Sends CLOSE. */
  close(): void {
    this.#subscription.close();
  }
}

/** Undefined for what is no event. */
function idOf(value: unknown): string | undefined {
  try {
    return parseStreamEvent(value).id;
  } catch {
    return undefined;
  }
}

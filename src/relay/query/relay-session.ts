// One connection as a query uses it: subscriptions are read on it, each checked, and all of them can be stopped at
// once. What their ending means for the query is the business of others.
import type { Filter } from '../../protocol/filter.ts';
import type { CountResult } from '../../protocol/message.ts';
import type { Connection } from '../link/connection.ts';
import { askCount } from '../link/count.ts';
import { type Signal, STOPPED } from '../link/signal.ts';
import { Subscription } from '../link/subscription.ts';
import { type CheckedBatch, type CheckOptions, checked, type Reading } from './checked.ts';

export class RelaySession {
  readonly connection: Connection;
  readonly #checks: Omit<CheckOptions, 'filters'>;
  readonly #open = new Set<Subscription>();
  readonly #end = new AbortController();

  constructor(connection: Connection, checks: Omit<CheckOptions, 'filters'>) {
    this.connection = connection;
    this.#checks = checks;
  }

  /** What comes for one REQ, up to EOSE, or beyond it when it is `live`; returns the signal that ended it. */
  async *read(filters: readonly Filter[], how: Reading = {}): AsyncGenerator<CheckedBatch, Signal> {
    if (this.isStopped) return STOPPED;
    const subscription = new Subscription(this.connection, filters);
    this.#open.add(subscription);
    try {
      return yield* checked(subscription, { ...this.#checks, filters }, how);
    } finally {
      subscription.close();
      this.#open.delete(subscription);
    }
  }

  /** How many events match, as the relay says within that many milliseconds. */
  count(filter: Filter, timeout: number): Promise<CountResult | Signal> {
    return askCount(this.connection, [filter], timeout, this.#end.signal);
  }

  get isStopped(): boolean {
    return this.#end.signal.aborted;
  }

  /** Everything that is being read or counted ends with `stopped`, and so does what is begun later. */
  stop(): void {
    this.#end.abort();
    for (const subscription of this.#open) subscription.stop();
  }
}

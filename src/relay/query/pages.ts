// `--all` on one relay: page after page of each filter, until nothing older is left. Each filter pages on its own,
// for each has its own limit (NIP-01). Outlives a connection: what was read is not asked for again.
import type { Filter } from '../../protocol/filter.ts';
import type { RelayLimits } from '../link/relay-limits.ts';
import { EOSE, type Signal, STOPPED } from '../link/signal.ts';
import { type CheckedBatch, newPage } from './checked.ts';
import { DenseSecond, type SecondSource } from './dense-second.ts';
import { Paging } from './paging.ts';
import type { RelaySession } from './relay-session.ts';

/** How long an answer to COUNT is waited for at most: many relays never give one. In milliseconds. */
const COUNT_WAIT_MS = 10_000;

const COUNT_NIP = 45;

/** What is known of the relay's limits. */
export type PageLimits = Pick<RelayLimits, 'ask' | 'maxLimit'>;

/** Where pages are read: a session with a relay. */
export type PageSource = Pick<RelaySession, 'read' | 'count' | 'isStopped'>;

export class Pages {
  readonly #limits: PageLimits;
  readonly #relayTimeout: number;
  /** The filters that are not through yet. */
  readonly #left: Paging[];
  readonly #gaps = new Set<string>();

  constructor(filters: readonly Filter[], limits: PageLimits, relayTimeout: number) {
    this.#left = filters.map(filter => new Paging(filter));
    this.#limits = limits;
    this.#relayTimeout = relayTimeout;
  }

  /** What may be missing, in words; whole once `read` has ended with `eose`. */
  get gaps(): string[] {
    return [...this.#gaps];
  }

  /** Reads what is left, and returns the signal that ended it: `eose` when nothing is left. */
  async *read(session: PageSource): AsyncGenerator<CheckedBatch, Signal> {
    void this.#limits.ask(); // it comes in time or it does not
    for (let paging = this.#left[0]; paging; paging = this.#left[0]) {
      const signal = yield* this.#readFilter(session, paging);
      if (signal.type !== 'eose') return signal;
      for (const gap of paging.gaps) this.#gaps.add(gap);
      this.#left.shift();
    }
    return EOSE;
  }

  async *#readFilter(session: PageSource, paging: Paging): AsyncGenerator<CheckedBatch, Signal> {
    while (!paging.isDone) {
      paging.setCap(this.#limits.maxLimit);
      const page = newPage();
      const signal = yield* session.read([paging.filter], { page });
      if (signal.type !== 'eose') return signal;
      paging.advance(page, signal.hint);
    }
    if (paging.needsCap) {
      await this.#limits.ask();
      paging.setCap(this.#limits.maxLimit);
    }
    if (session.isStopped) return STOPPED;
    return yield* this.#readDenseSeconds(session, paging);
  }

  async *#readDenseSeconds(session: PageSource, paging: Paging): AsyncGenerator<CheckedBatch, Signal> {
    for (const second of paging.denseSeconds) {
      await this.#limits.ask();
      paging.setCap(this.#limits.maxLimit);
      const dense = new DenseSecond(paging.filterOf(second), paging.wholeBelow, this.#source(session));
      const solved = yield* dense.solve();
      if (typeof solved !== 'boolean') return solved;
      paging.noteSolved(second, solved);
    }
    return EOSE;
  }

  #source(session: PageSource): SecondSource {
    return {
      read: (filter, page) => session.read([filter], { page }),
      count: async filter => {
        const { supported_nips } = await this.#limits.ask();
        if (!supported_nips?.includes(COUNT_NIP)) return undefined;
        const answer = await session.count(filter, Math.min(this.#relayTimeout, COUNT_WAIT_MS));
        return 'count' in answer && !answer.approximate ? answer.count : undefined;
      },
    };
  }
}

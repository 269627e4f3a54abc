// A relay's part of a query that goes on after EOSE and outlives its connections. The subscription stays as the user
// asked for it; what was missed while the relay was away is paged through beside it, so that no cap and no moment
// between two requests can hide anything.
import type { Filter } from '../../protocol/filter.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { heartbeatWithin } from '../link/clocks/heartbeat.ts';
import type { RelayLimits } from '../link/relay-limits.ts';
import { EOSE, type Signal } from '../link/signal.ts';
import type { CheckedBatch } from './checked.ts';
import { Merge } from './merge.ts';
import { Pages } from './pages.ts';
import type { RelaySession } from './relay-session.ts';
import { Resumption } from './resumption.ts';

export interface StreamOptions {
  filters: readonly Filter[];
  /** Page through what is stored, too. */
  all: boolean;
  /** Leave out what is stored. */
  onlyNew: boolean;
}

/** A batch of a stream. */
export interface StreamBatch extends CheckedBatch {
  /** Nothing older is missing now, but for these gaps. */
  caughtUp?: { gaps: readonly string[] };
}

/** Events left out by --new that are remembered, to leave them out again after a disconnect. */
const MAX_LEFT_OUT = 10_000;

export class Stream {
  /** Nothing that is older than EOSE is missing. */
  isCaughtUp = false;
  readonly #options: StreamOptions;
  readonly #limits: RelayLimits;
  readonly #resumption: Resumption;
  readonly #leftOut = new Set<string>();
  readonly #gaps = new Set<string>();

  constructor(options: StreamOptions, limits: RelayLimits) {
    this.#options = options;
    this.#limits = limits;
    this.#resumption = new Resumption(options.onlyNew ? newestOf(options.filters) : options.filters);
  }

  /** Whether the stored events have been read once: from then on it comes back for ever. */
  get isUnderWay(): boolean {
    return this.#resumption.isUnderWay;
  }

  /** What it could not page through, in words. */
  get gaps(): string[] {
    return [...this.#gaps];
  }

  /** Everything that comes on one connection; returns the signal that ended it. The first REQ to end ends them all. */
  async *read(session: RelaySession): AsyncGenerator<StreamBatch, Signal> {
    const pages = await this.#pages(session);
    const requests = await this.#requests(pages);
    const refusal = tooMany(requests.length, this.#limits);
    if (refusal) return refusal;
    const how = { live: true, isLimitOurs: this.#wantsNewest(pages) };
    const live = new Set(requests.map(request => session.read(request, how)));
    const merge = new Merge<StreamBatch, Signal>();
    for (const subscription of live) merge.add(subscription);
    let due = live.size;
    let ended: Signal | undefined;
    try {
      for (let item = await merge.next(); item; item = await merge.next()) {
        if ('value' in item) {
          if (item.value.eose && live.has(item.source) && --due === 0) {
            session.connection.keepAlive(heartbeatWithin(session.connection.relayTimeout));
            merge.add(catchUp(session, pages));
          }
          yield item.value;
        } else if (item.returned.type !== 'eose') {
          ended ??= item.returned;
          session.stop();
        }
      }
    } finally {
      session.stop();
    }
    return ended ?? EOSE;
  }

  /** Notes a batch whose turn has come; returns the events to be printed. `now` is in seconds. */
  take({ stored, caughtUp }: StreamBatch, events: StreamEvent[], now: number): StreamEvent[] {
    for (const { created_at } of events) this.#resumption.note(created_at, now);
    if (caughtUp) this.#catchUp(caughtUp.gaps, now);
    if (!this.#options.onlyNew || !stored) return events;
    if (this.isUnderWay) return events.filter(({ id }) => !this.#leftOut.has(id));
    for (const { id } of events.slice(0, MAX_LEFT_OUT - this.#leftOut.size)) this.#leftOut.add(id);
    return [];
  }

  /** The connection is lost. */
  lose(): void {
    this.#resumption.lose();
    this.isCaughtUp = false;
  }

  #catchUp(gaps: readonly string[], now: number): void {
    this.#resumption.settle(now);
    for (const gap of gaps) this.#gaps.add(gap);
    this.isCaughtUp = this.#gaps.size === 0;
  }

  async #pages({ connection }: RelaySession): Promise<Pages | undefined> {
    const { filters, all } = this.#options;
    if (!this.isUnderWay && !all) return undefined;
    const missed = this.isUnderWay ? this.#resumption.missed : filters;
    return new Pages(await this.#limits.partsOf(missed), this.#limits, connection.relayTimeout);
  }

  /** With pages beside it, or where only what is new counts, the subscription needs nothing of what is stored. */
  #wantsNewest(pages: Pages | undefined): boolean {
    return pages !== undefined || this.#options.onlyNew;
  }

  #requests(pages: Pages | undefined): Promise<Filter[][]> {
    const { filters } = this.#options;
    return this.#limits.requestsFor(this.#wantsNewest(pages) ? newestOf(filters) : filters);
  }
}

/** Reads what was missed; returns `eose` when nothing older is missing. */
async function* catchUp(
  session: RelaySession,
  pages: Pages | undefined,
): AsyncGenerator<StreamBatch, Signal> {
  const signal = pages ? yield* pages.read(session) : EOSE;
  if (signal.type === 'eose') yield { events: [], stored: true, caughtUp: { gaps: pages?.gaps ?? [] } };
  return signal;
}

/** The same filters, each asking for no more than one stored event: some relays take 0 for no limit at all. */
function newestOf(filters: readonly Filter[]): Filter[] {
  return filters.map(filter => ({ ...filter, limit: 1 }));
}

function tooMany(requests: number, limits: RelayLimits): Signal | undefined {
  const { max_subscriptions: most } = limits.known.limitation ?? {};
  if (!most || requests < most) return undefined;
  const message = `so many filters take ${requests + 1} subscriptions, the relay has ${most}`;
  return { type: 'refused', message };
}

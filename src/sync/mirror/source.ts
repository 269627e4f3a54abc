// A relay that a mirror follows: what is new there, for as long as it takes. It comes back after every disconnect; what was
// missed meanwhile is found by comparing.
import { setMaxListeners } from 'node:events';
import type { Filter } from '../../protocol/filter.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { Backoff } from '../../relay/link/clocks/backoff.ts';
import { waitAwake } from '../../relay/link/clocks/long-wait.ts';
import type { EndReason, RelayEnding } from '../../relay/link/outcome.ts';
import type { LinkOptions } from '../../relay/link/relay-link.ts';
import { type Phase, RelayQuery } from '../../relay/query/relay-query.ts';
import { SeenIds } from '../../relay/query/seen-ids.ts';
import type { Verifier } from '../../verify/verifier.ts';

export interface SourceOptions {
  filters: readonly Filter[];
  connection: LinkOptions['connection'] & { signal: AbortSignal };
  backoff?: LinkOptions['backoff'];
  verifier: Verifier;
}

export interface SourceHooks {
  /** Its events, as they come; `isLate`: they came while it was away. Resolves when more may come. */
  onEvents: (source: Source, events: readonly StreamEvent[], isLate: boolean) => Promise<void> | void;
  /** Its subscription stands: what is new comes from now on. */
  onLive: (source: Source) => void;
  /** It was lost, or could not be reached, and is tried again in so many milliseconds. Told at each attempt. */
  onLost: (source: Source, reason: string, waitMs: number) => void;
  /** The mirror as a whole must stop. */
  onFault: (error: unknown) => void;
}

/** The running numbers of a source. */
export interface SourceCounts {
  /** Events that it sent. */
  events: number;
  /** What comparisons, and connections that are over, brought that was no valid event. */
  invalid: number;
  reconnects: number;
}

/** Ids that are remembered, so that an event is counted once. */
const COUNTED = 50_000;

export class Source {
  readonly relay: string;
  readonly counts: SourceCounts = { events: 0, invalid: 0, reconnects: 0 };
  /** Milliseconds since 1970. */
  lastEventAt: number | undefined;
  /** Why it is down. */
  reason = '';
  /** The newest `created_at` of what came, no later than now. */
  newest: number | undefined;
  state: 'connecting' | 'live' | 'down' = 'connecting';
  readonly #options: SourceOptions;
  readonly #hooks: SourceHooks;
  #query: RelayQuery | undefined;
  readonly #left = new AbortController();
  readonly #counted = new SeenIds(COUNTED, 1024);
  hasBeenLive = false;

  constructor(relay: string, options: SourceOptions, hooks: SourceHooks) {
    this.relay = relay;
    const signal = AbortSignal.any([options.connection.signal, this.#left.signal]);
    setMaxListeners(0, signal);
    this.#options = { ...options, connection: { ...options.connection, signal } };
    this.#hooks = hooks;
  }

  /** What it sent that is no valid event, or was not asked for. */
  get invalid(): number {
    return this.counts.invalid + (this.#query?.counts.invalid ?? 0);
  }

  get filters(): readonly Filter[] {
    return this.#options.filters;
  }

  /** It is not followed any more. */
  leave(): void {
    this.state = 'down';
    this.#left.abort();
  }

  get isLeft(): boolean {
    return this.#left.signal.aborted;
  }

  /** Follows it until the signal aborts, or it refuses before it was ever live: that ending is returned. */
  async follow(): Promise<EndReason> {
    const { signal } = this.#options.connection;
    const backoff = new Backoff(this.#options.backoff);
    for (;;) {
      const ending = await this.#followOnce();
      if (signal.aborted || !this.hasBeenLive) return this.#ended(ending);
      const wait = backoff.next();
      this.#lost(ending.reason === '' ? ending.end : `${ending.end}: ${ending.reason}`, wait);
      await waitAwake(wait, signal);
    }
  }

  /** Notes an event that it gave. */
  note(event: StreamEvent): void {
    const now = Date.now();
    if (this.#counted.addEvent(event)) this.counts.events++;
    this.lastEventAt = now;
    this.newest = Math.min(Math.max(this.newest ?? 0, event.created_at), Math.floor(now / 1000));
  }

  async #followOnce(): Promise<RelayEnding> {
    const query: RelayQuery = new RelayQuery(
      this.relay,
      { ...this.#options, stream: true, onlyNew: true, all: false, retry: Number.POSITIVE_INFINITY },
      {
        onPhase: () => this.#entered(query.phase),
        onRetry: (_, reason, waitMs) => this.#lost(reason, waitMs),
        onReturn: () => {},
        onFault: this.#hooks.onFault,
      },
    );
    const { signal } = this.#options.connection;
    const halt = () => query.halt('interrupted');
    if (signal.aborted) halt();
    signal.addEventListener('abort', halt);
    this.#query = query;
    try {
      return await this.#read(query);
    } finally {
      this.#query = undefined;
      this.counts.invalid += query.counts.invalid;
      signal.removeEventListener('abort', halt);
    }
  }

  async #read(query: RelayQuery): Promise<RelayEnding> {
    const batches = query.read();
    for (;;) {
      const { done, value } = await batches.next();
      if (done) return value;
      for (const event of value.events) this.note(event);
      const room = this.#hooks.onEvents(this, value.events, value.stored);
      if (room) await room;
    }
  }

  #entered(phase: Phase): void {
    if (phase !== 'answered' || this.state === 'live' || this.isLeft) return;
    if (this.hasBeenLive) this.counts.reconnects++;
    this.hasBeenLive = true;
    this.state = 'live';
    this.reason = '';
    this.#hooks.onLive(this);
  }

  #lost(reason: string, waitMs: number): void {
    this.state = 'down';
    this.reason = reason;
    this.#hooks.onLost(this, reason, waitMs);
  }

  #ended(ending: EndReason): EndReason {
    if (this.#options.connection.signal.aborted) return ending; // how it was is what is told of it
    this.state = 'down';
    this.reason = ending.reason === '' ? ending.end : ending.reason;
    return ending;
  }
}

// Reads one relay's part of a query from connect to ending: one subscription, or page after page. Whatever
// goes wrong becomes an ending; it never throws for a relay's fault.
import { setImmediate as turn } from 'node:timers/promises';
import type { Received } from '../protocol/event-bytes.ts';
import type { Filter } from '../protocol/filter.ts';
import { Lane } from '../verify/lane.ts';
import type { Verifier } from '../verify/verifier.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { fetchRelayInformation } from './http.ts';
import { Intake, type Tally } from './intake.ts';
import type { End, RelayEnding } from './outcome.ts';
import { Paging } from './paging.ts';
import { SeenIds } from './seen-ids.ts';
import { ConnectError } from './socket.ts';
import { type Signal, Subscription } from './subscription.ts';

export interface ReaderOptions {
  filters: readonly Filter[];
  /** Go on after EOSE. */
  stream: boolean;
  /** Page past the relay's cap. */
  all: boolean;
  verifier: Verifier | undefined;
  connection: Omit<ConnectionOptions, 'signal'>;
}

/** What the query around it gives a reader. */
export interface ReaderHost {
  /** Hands over true events; false when nobody wants more. */
  deliver(reader: RelayReader, events: Received[], stored: boolean): Promise<boolean>;
  /** The connection is open. */
  opened(reader: RelayReader): void;
  /** Stored events are done: EOSE came. */
  ready(reader: RelayReader): void;
  /** The user's own key could not sign an AUTH: the whole command stops. */
  fail(error: unknown): void;
}

interface Verdict {
  end: End;
  reason: string;
}

export class RelayReader {
  readonly relay: string;
  readonly tally: Tally = { events: 0, invalid: 0, duplicates: 0 };
  /** What came from this relay alone: pages overlap, and some relays repeat themselves. */
  readonly seen = new SeenIds();
  readonly #options: ReaderOptions;
  readonly #host: ReaderHost;
  readonly #abort = new AbortController();
  readonly #lane: Lane<Received[]>;
  #connection: Connection | undefined;
  #subscription: Subscription | undefined;
  #halted: End | undefined;
  #eose = false;

  constructor(relay: string, options: ReaderOptions, host: ReaderHost) {
    this.relay = relay;
    this.#options = options;
    this.#host = host;
    const depth = options.verifier?.batchesInFlight ?? 1;
    this.#lane = new Lane(depth, events => this.#deliver(events));
  }

  /** Ends the reading from outside, with what it will be called. */
  halt(end: End): void {
    if (this.#halted !== undefined) return;
    this.#halted = end;
    this.#abort.abort();
    this.#subscription?.stop();
  }

  /** Reads to the end. What the relay itself brought about counts, also when it was halted right after. */
  async run(): Promise<RelayEnding> {
    const start = performance.now();
    try {
      const { end, reason } = await this.#converse();
      await this.#lane.drained();
      const complete = this.#options.all ? end === 'eose' : this.#eose;
      const ms = Math.round(performance.now() - start);
      this.tally.invalid += this.#connection?.garbage ?? 0;
      return { relay: this.relay, end, complete, ...this.tally, reason, ms };
    } finally {
      await this.#connection?.close();
    }
  }

  async #converse(): Promise<Verdict> {
    const options = { ...this.#options.connection, signal: this.#abort.signal };
    try {
      this.#connection = await Connection.open(this.relay, options);
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      if (this.#halted !== undefined) return this.#verdictOf({ type: 'stopped' });
      return { end: 'unreachable', reason: error.message };
    }
    this.#host.opened(this);
    return this.#options.all ? this.#readPages(this.#connection) : this.#readOnce(this.#connection);
  }

  async #readOnce(connection: Connection): Promise<Verdict> {
    const { filters, stream } = this.#options;
    const signal = await this.#read(connection, filters, this.#intake(filters), stream);
    return this.#verdictOf(signal);
  }

  /** Each filter pages on its own, for each has its own limit (NIP-01). */
  async #readPages(connection: Connection): Promise<Verdict> {
    const gaps: string[] = [];
    for (const filter of this.#options.filters) {
      const paging = new Paging(filter);
      const verdict = await this.#readFilter(connection, paging);
      if (verdict.end !== 'eose') return verdict;
      const cap = paging.needsCap ? await this.#cap() : undefined;
      if (paging.needsCap && this.#halted !== undefined) return this.#verdictOf({ type: 'stopped' });
      gaps.push(...paging.gaps(cap));
    }
    if (gaps.length === 0) return { end: 'eose', reason: '' };
    return { end: 'gap', reason: [...new Set(gaps)].join('; ') };
  }

  async #readFilter(connection: Connection, paging: Paging): Promise<Verdict> {
    for (;;) {
      const filters = [paging.filter];
      const intake = this.#intake(filters);
      const signal = await this.#read(connection, filters, intake, false);
      if (signal.type !== 'eose' || !paging.advance(intake.page, signal.hint)) return this.#verdictOf(signal);
    }
  }

  async #cap(): Promise<number | undefined> {
    try {
      const information = await fetchRelayInformation(this.relay, {
        route: this.#options.connection.route,
        connectTimeout: this.#options.connection.connectTimeout,
        timeout: this.#options.connection.relayTimeout,
        signal: this.#abort.signal,
      });
      return information.limitation?.max_limit;
    } catch {
      return undefined; // a relay need not have the document
    }
  }

  /** Reads one subscription until it is over, and says by which signal. */
  async #read(
    connection: Connection,
    filters: readonly Filter[],
    intake: Intake,
    stream: boolean,
  ): Promise<Signal> {
    const subscription = new Subscription(connection, filters, this.#options.connection.relayTimeout);
    this.#subscription = subscription;
    if (this.#halted !== undefined) subscription.stop();
    try {
      for (;;) {
        const { events, signal } = await subscription.take(intake.batchSize);
        if (!(await this.#hand(intake.accept(events, this.tally), signal))) return { type: 'stopped' };
        if (signal?.type === 'eose') {
          this.#eose = true;
          if (!this.#options.all) this.#host.ready(this);
        }
        if (signal?.type === 'failed') this.#host.fail(signal.error);
        if (signal !== undefined && !(stream && signal.type === 'eose')) return signal;
        if (events.length === intake.batchSize) await turn(); // verification must not starve the sockets
      }
    } finally {
      subscription.close();
      this.#subscription = undefined;
    }
  }

  /** What the relay says after its events must be told after them; a page's EOSE is told to nobody. */
  async #hand(batch: Received[] | Promise<Received[]>, signal: Signal | undefined): Promise<boolean> {
    const goesOn = await this.#lane.put(batch);
    return signal === undefined || this.#options.all ? goesOn : this.#lane.drained();
  }

  async #deliver(events: Received[]): Promise<boolean> {
    const stored = this.#options.all || !this.#eose;
    return events.length === 0 || this.#host.deliver(this, events, stored);
  }

  #intake(filters: readonly Filter[]): Intake {
    const { verifier, connection } = this.#options;
    const onInvalid = (reason: string) => connection.log?.(this.relay, 'invalid', reason);
    return new Intake({ filters, verifier, onInvalid });
  }

  #verdictOf(signal: Signal): Verdict {
    switch (signal.type) {
      case 'eose':
        return { end: 'eose', reason: '' };
      case 'closed':
        return { end: 'closed', reason: signal.message };
      case 'auth_required':
        return { end: 'auth_required', reason: signal.message };
      case 'refused':
        return { end: 'refused', reason: signal.message };
      case 'silent':
        return { end: 'timeout', reason: 'no EOSE' };
      case 'disconnected':
        return { end: 'disconnect', reason: signal.reason };
      case 'stopped':
      case 'failed':
        return { end: this.#halted ?? 'interrupted', reason: '' };
    }
  }
}

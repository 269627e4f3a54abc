// Reads one relay's part of a query from connect to ending: one subscription, or page after page. Whatever
// goes wrong becomes an ending; it never throws for a relay's fault.
import { setImmediate as turn } from 'node:timers/promises';
import type { Event } from '../protocol/event.ts';
import type { Filter } from '../protocol/filter.ts';
import type { Verifier } from '../verify/verifier.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { fetchRelayInformation } from './http.ts';
import { Intake, type Tally } from './intake.ts';
import type { End, RelayEnding } from './outcome.ts';
import { Paging } from './paging.ts';
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
  deliver(reader: RelayReader, events: Event[], stored: boolean): Promise<boolean>;
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
  readonly #options: ReaderOptions;
  readonly #host: ReaderHost;
  readonly #abort = new AbortController();
  #subscription: Subscription | undefined;
  #halted: End | undefined;
  #eose = false;

  constructor(relay: string, options: ReaderOptions, host: ReaderHost) {
    this.relay = relay;
    this.#options = options;
    this.#host = host;
  }

  /** Ends the reading from outside, with what it will be called. */
  halt(end: End): void {
    if (this.#halted !== undefined) return;
    this.#halted = end;
    this.#abort.abort();
    this.#subscription?.stop();
  }

  /** Reads to the end. */
  async run(): Promise<RelayEnding> {
    const start = performance.now();
    const verdict = await this.#converse();
    const end = this.#halted ?? verdict.end;
    return {
      relay: this.relay,
      end,
      complete: this.#eose && end !== 'gap' && !(this.#options.all && end !== 'eose'),
      ...this.tally,
      reason: this.#halted === undefined ? verdict.reason : '',
      ms: Math.round(performance.now() - start),
    };
  }

  async #converse(): Promise<Verdict> {
    let connection: Connection;
    try {
      connection = await Connection.open(this.relay, {
        ...this.#options.connection,
        signal: this.#abort.signal,
      });
    } catch (error) {
      if (error instanceof ConnectError) return { end: 'unreachable', reason: error.message };
      throw error;
    }
    this.#host.opened(this);
    try {
      return await (this.#options.all ? this.#readPages(connection) : this.#readOnce(connection));
    } finally {
      this.tally.invalid += connection.garbage;
      await connection.close();
    }
  }

  async #readOnce(connection: Connection): Promise<Verdict> {
    const { filters, stream } = this.#options;
    const signal = await this.#read(connection, filters, this.#intake(filters), stream);
    return verdictOf(signal);
  }

  /** Each filter pages on its own, for each has its own limit (NIP-01). */
  async #readPages(connection: Connection): Promise<Verdict> {
    const gaps: string[] = [];
    for (const filter of this.#options.filters) {
      const paging = new Paging(filter);
      const verdict = await this.#readFilter(connection, paging);
      if (verdict.end !== 'eose') return verdict;
      gaps.push(...(await this.#gaps(paging)));
    }
    if (gaps.length === 0) return { end: 'eose', reason: '' };
    return { end: 'gap', reason: `more events than one page can hold at ${gaps.join(', ')}` };
  }

  async #readFilter(connection: Connection, paging: Paging): Promise<Verdict> {
    for (;;) {
      const filters = [paging.filter];
      const intake = this.#intake(filters);
      const signal = await this.#read(connection, filters, intake, false);
      if (signal.type !== 'eose') return verdictOf(signal);
      if (signal.hint === 'finish' || !paging.advance(intake.turnPage())) return verdictOf(signal);
    }
  }

  async #gaps(paging: Paging): Promise<string[]> {
    const cap = paging.needsCap ? await this.#cap() : undefined;
    return paging.gaps(cap).map(second => `created_at ${second}`);
  }

  async #cap(): Promise<number | undefined> {
    try {
      const information = await fetchRelayInformation(this.relay, {
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
    let stored = true;
    try {
      for (;;) {
        const { events, signal } = await subscription.take(intake.batchSize);
        if (!(await this.#deliver(await intake.accept(events, this.tally), stored)))
          return { type: 'stopped' };
        if (signal?.type === 'eose') {
          stored = false;
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

  async #deliver(events: Event[], stored: boolean): Promise<boolean> {
    return events.length === 0 || this.#host.deliver(this, events, stored);
  }

  #intake(filters: readonly Filter[]): Intake {
    const { verifier, connection } = this.#options;
    const onInvalid = (reason: string) => connection.log?.(this.relay, 'invalid', reason);
    return new Intake({ filters, verifier, onInvalid });
  }
}

function verdictOf(signal: Signal): Verdict {
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
      return { end: 'interrupted', reason: '' };
  }
}

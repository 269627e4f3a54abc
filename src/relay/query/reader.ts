// Reads one relay's part of a query to its ending: visit after visit, when a stream is to survive a disconnect or
// the user allows further attempts. Whatever goes wrong becomes an ending; it never throws for a relay's fault.

import type { Filter } from '../../protocol/filter.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { Lane } from '../../verify/lane.ts';
import type { Verifier } from '../../verify/verifier.ts';
import { Backoff, type BackoffOptions } from '../link/backoff.ts';
import type { ConnectionOptions } from '../link/connection.ts';
import { waitAwake } from '../link/long-wait.ts';
import type { End, RelayEnding } from '../link/outcome.ts';
import { RelayLimits } from '../link/relay-limits.ts';
import type { Signal } from '../link/subscription.ts';
import { ConnectError } from '../wire/socket.ts';
import type { Tally } from './intake.ts';
import { Pages } from './pages.ts';
import { isTransient, Resumption } from './resumption.ts';
import { SeenIds } from './seen-ids.ts';
import { Visit, type VisitHost } from './visit.ts';

export interface ReaderOptions {
  filters: readonly Filter[];
  /** Go on after EOSE, and come back after every disconnect. */
  stream: boolean;
  /** Page past the relay's cap. */
  all: boolean;
  /** Leave out what was stored when the stream began. */
  onlyNew: boolean;
  /** Attempts after the first that fails for a while; a stream that has answered once is not bounded by it. */
  retry: number;
  verifier: Verifier | undefined;
  connection: Omit<ConnectionOptions, 'signal'>;
  backoff?: BackoffOptions;
}

/** What the query around it gives a reader. */
export interface ReaderHost {
  /** Hands over true events; false when nobody wants more. */
  deliver(reader: RelayReader, events: StreamEvent[], stored: boolean): Promise<boolean>;
  /** The connection is open. */
  opened(reader: RelayReader): void;
  /** Stored events are done: EOSE came. */
  answered(reader: RelayReader): void;
  /** It has never answered and has no attempts left of its own; true as soon as another relay answers. */
  othersAnswer(reader: RelayReader): Promise<boolean>;
  /** It was lost, and is tried again in so many milliseconds. */
  retrying(reader: RelayReader, reason: string, wait: number): void;
  /** The user's own key could not sign an AUTH: the whole command stops. */
  fail(error: unknown): void;
}

interface Verdict {
  end: End;
  reason: string;
}

/** Where nothing is verified: one is written while the next is asked for. */
const BATCHES_IN_FLIGHT = 2;

interface Batch {
  events: StreamEvent[];
  stored: boolean;
}

/** A connection that answered and lived so long is no part of a row of failures: the next wait is a short one. */
const STEADY_MS = 10_000;

/** A live relay is pinged after so much silence, and must answer within the other. */
const SILENCE_MS = 30_000;
const PONG_MS = 10_000;

/** Events left out by --new that are remembered, to leave them out again after a disconnect. */
const MAX_LEFT_OUT = 10_000;

export class RelayReader implements VisitHost {
  readonly relay: string;
  readonly tally: Tally = { events: 0, invalid: 0, duplicates: 0 };
  /** What came from this relay alone: pages overlap, and some relays repeat themselves. */
  readonly seen = new SeenIds();
  readonly #options: ReaderOptions;
  readonly #host: ReaderHost;
  readonly #abort = new AbortController();
  readonly #lane: Lane<Batch>;
  readonly #backoff: Backoff;
  readonly #resumption: Resumption;
  readonly #leftOut = new Set<string>();
  readonly #limits: RelayLimits;
  #pages: Pages | undefined;
  #visit: Visit | undefined;
  #attempts = 0;
  #halted: End | undefined;
  /** EOSE came, on this visit. */
  #eose = false;
  /** Nothing that is older than EOSE is missing: it is what `complete` tells of a stream. */
  #caughtUp = false;
  /** What a stream could not page through. */
  readonly #gaps = new Set<string>();

  constructor(relay: string, options: ReaderOptions, host: ReaderHost) {
    this.relay = relay;
    this.#options = options;
    this.#host = host;
    this.#limits = new RelayLimits(relay, { ...options.connection, signal: this.#abort.signal });
    this.#backoff = new Backoff(options.backoff);
    this.#resumption = new Resumption(options.onlyNew ? newestOf(options.filters) : options.filters);
    const depth = options.verifier?.batchesInFlight ?? BATCHES_IN_FLIGHT;
    this.#lane = new Lane(depth, batch => this.#deliver(batch));
  }

  /** Ends the reading from outside, with what it will be called. */
  halt(end: End): void {
    if (this.#halted !== undefined) return;
    this.#halted = end;
    this.#abort.abort();
    this.#visit?.halt();
  }

  /** Reads to the end. What the relay itself brought about counts, also when it was halted right after. */
  async run(): Promise<RelayEnding> {
    const start = performance.now();
    try {
      const { end, reason } = this.#withGaps(await this.#readToEnd());
      await this.#lane.drained();
      const { all, stream } = this.#options;
      const complete = stream ? this.#caughtUp : all ? end === 'eose' : this.#eose;
      const ms = Math.round(performance.now() - start);
      this.tally.invalid += this.#garbage();
      return { relay: this.relay, end, complete, ...this.tally, reason, ms };
    } finally {
      this.#limits.close();
      await this.#visit?.close();
    }
  }

  /** A stream ends by our own doing: what it had to leave out is worth more words than that. */
  #withGaps(verdict: Verdict): Verdict {
    if (this.#gaps.size === 0 || verdict.end === 'limit') return verdict;
    return { end: 'gap', reason: [...this.#gaps].join('; ') };
  }

  async #readToEnd(): Promise<Verdict> {
    for (;;) {
      const start = performance.now();
      const verdict = await this.#visitOnce();
      if (this.#eose && performance.now() - start > STEADY_MS) this.#backoff.reset();
      if (this.#halted !== undefined || !(await this.#triesAgain(verdict))) return verdict;
      await this.#leave();
      await this.#waitToRetry(verdict.reason);
      if (this.#halted !== undefined) return { end: this.#halted, reason: verdict.reason };
    }
  }

  /**
   * A stream that has answered comes back for ever. One that has not goes on only beside another that has, so that
   * a command which never had a relay ends.
   */
  async #triesAgain(verdict: Verdict): Promise<boolean> {
    if (!isTransient(verdict)) return false;
    if (this.#options.stream && this.#resumption.isUnderWay) return true;
    if (this.#attempts <= this.#options.retry) return true;
    return this.#options.stream && this.#host.othersAnswer(this);
  }

  async #leave(): Promise<void> {
    this.#resumption.lose();
    this.#caughtUp = false;
    this.#eose = false;
    this.tally.invalid += this.#garbage();
    const visit = this.#visit;
    this.#visit = undefined;
    await visit?.close();
  }

  async #waitToRetry(reason: string): Promise<void> {
    const wait = this.#backoff.next();
    this.#host.retrying(this, reason, wait);
    await waitAwake(wait, this.#abort.signal);
  }

  #garbage(): number {
    return this.#visit?.connection.garbage ?? 0;
  }

  async #visitOnce(): Promise<Verdict> {
    this.#attempts++;
    const { verifier, connection } = this.#options;
    try {
      const options = { verifier, connection: { ...connection, signal: this.#abort.signal } };
      this.#visit = await Visit.open(this.relay, options, this);
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      if (this.#halted !== undefined) return this.#verdictOf({ type: 'stopped' });
      return { end: 'unreachable', reason: error.message };
    }
    if (this.#halted !== undefined) this.#visit.halt();
    this.#host.opened(this);
    return this.#ask(this.#visit);
  }

  #ask(visit: Visit): Promise<Verdict> {
    if (this.#options.stream) return this.#stay(visit);
    return this.#options.all ? this.#readPages(visit) : this.#readOnce(visit);
  }

  async #readOnce(visit: Visit): Promise<Verdict> {
    let signal: Signal = EOSE;
    for (const filters of await this.#limits.requestsFor(this.#options.filters)) {
      signal = await visit.readStored(filters);
      if (signal.type !== 'eose') return this.#verdictOf(signal);
    }
    this.#answered();
    return this.#verdictOf(signal);
  }

  /** What has been paged through is not asked for again at a further attempt. */
  async #readPages(visit: Visit): Promise<Verdict> {
    this.#pages ??= await this.#pagesOf(this.#options.filters);
    const signal = await this.#pages.read(visit);
    const gaps = this.#pages.gaps;
    if (signal.type !== 'eose' || gaps.length === 0) return this.#verdictOf(signal);
    return { end: 'gap', reason: gaps.join('; ') };
  }

  /**
   * The subscription stays as the user asked for it, with only the newest stored event; what was missed is paged
   * through beside it, so that no cap and no moment between two requests can hide anything.
   */
  async #stay(visit: Visit): Promise<Verdict> {
    const { filters, all, onlyNew } = this.#options;
    const resumes = this.#resumption.isUnderWay;
    const pages =
      resumes || all ? await this.#pagesOf(resumes ? this.#resumption.missed : filters) : undefined;
    const asked = await this.#limits.requestsFor(pages || onlyNew ? newestOf(filters) : filters);
    const { max_subscriptions: most } = this.#limits.known.limitation ?? {};
    if (most && asked.length >= most)
      return {
        end: 'refused',
        reason: `so many filters take ${asked.length + 1} subscriptions, the relay has ${most}`,
      };
    let catchUp: Promise<Signal> | undefined;
    const signal = await visit.readOn(asked, () => {
      this.#keepAlive(visit);
      catchUp = this.#catchUp(visit, pages);
      const haltWhenLost = (signal?: Signal) => signal?.type !== 'eose' && visit.halt();
      catchUp.then(haltWhenLost, () => haltWhenLost());
    });
    const caught = await catchUp;
    const isCause = signal.type === 'stopped' && caught !== undefined && caught.type !== 'eose';
    return this.#verdictOf(isCause ? caught : signal);
  }

  /** `eose` when nothing older is missing. */
  async #catchUp(visit: Visit, pages: Pages | undefined): Promise<Signal> {
    const signal = pages ? await pages.read(visit) : EOSE;
    if (signal.type !== 'eose' || !(await this.#lane.drained())) return signal;
    this.#resumption.settle(nowSeconds());
    for (const gap of pages?.gaps ?? []) this.#gaps.add(gap);
    this.#caughtUp = this.#gaps.size === 0;
    this.#answered();
    return signal;
  }

  #keepAlive({ connection }: Visit): void {
    const { relayTimeout } = this.#options.connection;
    connection.keepAlive({
      silence: Math.min(SILENCE_MS, relayTimeout),
      pongWithin: Math.min(PONG_MS, relayTimeout),
    });
  }

  #answered(): void {
    this.#eose = true;
    this.#host.answered(this);
  }

  async #pagesOf(filters: readonly Filter[]): Promise<Pages> {
    const parts = await this.#limits.requestsFor(filters);
    return new Pages(parts.flat(), this.#limits, this.#options.connection.relayTimeout);
  }

  put(batch: StreamEvent[] | Promise<StreamEvent[]>, stored: boolean): Promise<boolean> {
    return this.#lane.put(
      Array.isArray(batch) ? { events: batch, stored } : batch.then(events => ({ events, stored })),
    );
  }

  drained(): Promise<boolean> {
    return this.#lane.drained();
  }

  async #deliver({ events, stored }: Batch): Promise<boolean> {
    const wanted = this.#options.stream ? this.#note(events, stored) : events;
    return wanted.length === 0 || this.#host.deliver(this, wanted, stored);
  }

  /** What a stream keeps in mind of its events; returns those to be printed. */
  #note(events: StreamEvent[], stored: boolean): StreamEvent[] {
    const now = nowSeconds();
    for (const { created_at } of events) this.#resumption.note(created_at, now);
    if (!this.#options.onlyNew || !stored) return events;
    if (this.#resumption.isUnderWay) return events.filter(({ id }) => !this.#leftOut.has(id));
    for (const { id } of events.slice(0, MAX_LEFT_OUT - this.#leftOut.size)) this.#leftOut.add(id);
    return [];
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
      case 'failed':
        this.#host.fail(signal.error);
        return { end: this.#halted ?? 'interrupted', reason: '' };
      case 'stopped':
        return { end: this.#halted ?? 'interrupted', reason: '' };
    }
  }
}

const EOSE: Signal = { type: 'eose', hint: undefined };

/** The same filters, each asking for no more than one stored event: some relays take 0 for no limit at all. */
function newestOf(filters: readonly Filter[]): Filter[] {
  return filters.map(filter => ({ ...filter, limit: 1 }));
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

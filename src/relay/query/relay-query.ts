// One relay's part of a query, to its ending: attempt after attempt where a stream is to survive a disconnect, or where
// the user allows more. Whatever goes wrong becomes an ending; it never throws for a relay's fault.
import type { Filter } from '../../protocol/filter.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { readAhead } from '../../verify/read-ahead.ts';
import type { Verifier } from '../../verify/verifier.ts';
import type { Connection } from '../link/connection.ts';
import { type Counts, type End, type EndReason, isTransient, type RelayEnding } from '../link/outcome.ts';
import { type LinkOptions, RelayLink } from '../link/relay-link.ts';
import { EOSE, endReasonOf, type Signal, STOPPED } from '../link/signal.ts';
import { introduce } from './introduction.ts';
import { Pages } from './pages.ts';
import { RelaySession } from './relay-session.ts';
import { Stream, type StreamBatch } from './stream.ts';

export interface RelayQueryOptions {
  filters: readonly Filter[];
  /** Go on after EOSE, and come back after every disconnect. */
  stream: boolean;
  /** Page past the relay's cap. */
  all: boolean;
  /** Leave out what was stored when the stream began. */
  onlyNew: boolean;
  /** Say who we are before anything is asked, where the relay wants to know: see `introduce`. */
  introduces?: boolean | undefined;
  /** Attempts after the first, where the failure is transient; a stream that has answered once is not bounded by it. */
  retry: number;
  verifier: Verifier | undefined;
  connection: LinkOptions['connection'];
  backoff?: LinkOptions['backoff'];
}

/** What the query around it is told. */
export interface RelayQueryHooks {
  /** `phase` is another one now. */
  onPhase: () => void;
  /** It was lost, and is tried again in so many milliseconds. */
  onRetry: (relay: string, reason: string, waitMs: number) => void;
  /** A stream that was lost has all it missed. */
  onReturn: (relay: string) => void;
  /** The user's own key could not sign: the whole command must stop. */
  onFault: (error: unknown) => void;
}

/**
 * `connecting`: for the first time. `asked`: EOSE is due. `answered`: it came. `away`: lost, and tried again.
 * `parked`: it goes on only when another relay answers. `ended`: for good.
 */
export type Phase = 'connecting' | 'asked' | 'answered' | 'away' | 'parked' | 'ended';

/** Events of one relay, in its order. */
export interface Batch {
  relay: string;
  /** Whether they came before EOSE. */
  stored: boolean;
  /** Whether a stream missed them while the relay was away: they were not there when it began. */
  missed?: boolean;
  events: StreamEvent[];
}

/** Where nothing is verified: one batch is written while the next is asked for. */
const BATCHES_AHEAD = 2;

/** A connection that answered and lived so long is no part of a row of failures: the next wait is a short one. */
const STEADY_MS = 10_000;

export class RelayQuery {
  readonly relay: string;
  readonly counts: Counts = { events: 0, invalid: 0, duplicates: 0 };
  phase: Phase = 'connecting';
  /** Whether it has ever reached EOSE. */
  hasAnswered = false;
  readonly #options: RelayQueryOptions;
  readonly #hooks: RelayQueryHooks;
  readonly #link: RelayLink;
  #stream: Stream | undefined;
  /** With --all: what was paged through is not asked for again at another attempt. */
  #pages: Pages | undefined;
  #session: RelaySession | undefined;
  #halted: End | undefined;
  #release: (goesOn: boolean) => void = () => {};

  constructor(relay: string, options: RelayQueryOptions, hooks: RelayQueryHooks) {
    this.relay = relay;
    this.#options = options;
    this.#hooks = hooks;
    const onRetry = (reason: string, waitMs: number) => hooks.onRetry(relay, reason, waitMs);
    this.#link = new RelayLink(relay, { connection: options.connection, backoff: options.backoff, onRetry });
    this.#stream = options.stream ? new Stream(options, this.#link.limits) : undefined;
  }

  /** Ends the reading from outside, with what it will be called. */
  halt(end: End): void {
    if (this.#halted !== undefined) return;
    this.#halted = end;
    this.#link.abort();
    this.#session?.stop();
    this.release(false);
  }

  /** Says whether it goes on, where it is parked. */
  release(goesOn: boolean): void {
    this.#release(goesOn);
  }

  /** Reads to the end, which is returned. What the relay itself brought about counts, though it be halted right after. */
  async *read(): AsyncGenerator<Batch, RelayEnding> {
    const start = performance.now();
    try {
      for await (const connection of this.#link.connections(ended => this.#mayRetry(ended))) {
        const opened = performance.now();
        this.#link.ended = yield* this.#attempt(connection);
        if (this.phase === 'answered' && performance.now() - opened > STEADY_MS) this.#link.isWell();
      }
      return this.#ending(start);
    } finally {
      await this.#link.close();
      this.#enter('ended');
    }
  }

  /** Everything that one connection brings, in order; returns how that ended. */
  async *#attempt(connection: Connection): AsyncGenerator<Batch, EndReason> {
    for (;;) {
      const session = this.#open(connection);
      const refusal = this.#options.introduces ? await introduce(connection, this.#link.signal) : undefined;
      if (refusal) return this.#judge(refusal);
      if (this.#options.introduces) connection.authentication.onDue(() => session.stop());
      const signal = yield* this.#readAll(session);
      if (!this.#isStranger(connection, signal)) return this.#judge(signal);
      this.#forget();
    }
  }

  /** Whether the relay has asked only now who we are, so that what it said before was said to a stranger. */
  #isStranger(connection: Connection, { type }: Signal): boolean {
    if (!this.#options.introduces || this.#halted !== undefined) return false;
    return connection.authentication.isDue && (type === 'eose' || type === 'stopped');
  }

  /** Everything is to be asked for anew. */
  #forget(): void {
    this.#pages = undefined;
    if (this.#stream) this.#stream = new Stream(this.#options, this.#link.limits);
  }

  async *#readAll(session: RelaySession): AsyncGenerator<Batch, Signal> {
    const depth = this.#options.verifier?.batchesInFlight ?? BATCHES_AHEAD;
    const batches = readAhead(this.#ask(session), depth, verified);
    for (let isCut = false; ; ) {
      const { done, value } = await batches.next();
      if (done) return isCut ? STOPPED : value;
      if (this.#halted !== undefined) isCut ||= value.events.length > 0;
      const missed = value.stored && this.#stream?.isUnderWay === true;
      const events = isCut ? [] : this.#take(value);
      if (events.length > 0) yield { relay: this.relay, stored: value.stored, missed, events };
    }
  }

  #open(connection: Connection): RelaySession {
    const { verifier, connection: options } = this.#options;
    const onInvalid = (reason: string) => options.log?.(this.relay, 'invalid', reason);
    this.#session = new RelaySession(connection, { verifier, counts: this.counts, onInvalid });
    if (this.#halted !== undefined) this.#session.stop();
    if (this.phase === 'connecting') this.#enter('asked');
    return this.#session;
  }

  /** The three ways to read: a stream, all pages, or what one answer holds. */
  #ask(session: RelaySession): AsyncGenerator<StreamBatch, Signal> {
    if (this.#stream) return this.#stream.read(session);
    return this.#options.all ? this.#readPages(session) : this.#readOnce(session);
  }

  /** One REQ, or as many as the filters take, one after the other. */
  async *#readOnce(session: RelaySession): AsyncGenerator<StreamBatch, Signal> {
    for (const request of await this.#link.limits.requestsFor(this.#options.filters)) {
      const signal = yield* session.read(request);
      if (signal.type !== 'eose') return signal;
    }
    return EOSE;
  }

  async *#readPages(session: RelaySession): AsyncGenerator<StreamBatch, Signal> {
    const { filters, connection } = this.#options;
    const { limits } = this.#link;
    this.#pages ??= new Pages(await limits.partsOf(filters), limits, connection.relayTimeout);
    return yield* this.#pages.read(session);
  }

  /** The events to be printed of a batch whose turn has come. */
  #take(batch: VerifiedBatch): StreamEvent[] {
    if (!this.#stream) return batch.events;
    const wanted = this.#stream.take(batch, batch.events, Math.floor(Date.now() / 1000));
    if (batch.caughtUp) this.#answered();
    return wanted;
  }

  /** What the signal that ended an attempt means. */
  #judge(signal: Signal): EndReason {
    if (signal.type === 'failed') this.#hooks.onFault(signal.error);
    if (signal.type === 'eose') this.#answered();
    return endReasonOf(signal, 'interrupted');
  }

  #answered(): void {
    this.hasAnswered = true;
    if (this.#stream && this.phase === 'away') this.#hooks.onReturn(this.relay);
    this.#enter('answered');
  }

  /**
   * A stream that has answered comes back for ever. One that has not goes on only beside another that has, so that
   * a command which never had a relay ends.
   */
  async #mayRetry(ended: EndReason): Promise<boolean> {
    if (this.#halted !== undefined || !isTransient(ended)) return false;
    const goesOn =
      this.#stream?.isUnderWay ||
      this.#link.failures <= this.#options.retry ||
      (this.#stream !== undefined && (await this.#othersAnswer()));
    if (!goesOn) return false;
    this.#stream?.lose();
    this.#enter('away');
    return true;
  }

  #othersAnswer(): Promise<boolean> {
    return new Promise(resolve => {
      this.#release = resolve;
      this.#enter('parked');
    });
  }

  #enter(phase: Phase): void {
    this.phase = phase;
    this.#hooks.onPhase();
  }

  #ending(start: number): RelayEnding {
    this.counts.invalid += this.#link.garbage;
    const { end, reason } = this.#withGaps(this.#link.ended);
    const complete = this.#stream ? this.#stream.isCaughtUp : end === 'eose';
    const ms = Math.round(performance.now() - start);
    return { relay: this.relay, end, complete, ...this.counts, reason, ms };
  }

  /** A stream ends by our own doing: what it had to leave out is worth more words than that. */
  #withGaps({ end, reason }: EndReason): EndReason {
    const ours = end === 'interrupted' ? (this.#halted ?? end) : end;
    const gaps = this.#stream?.gaps ?? (end === 'eose' ? this.#pages?.gaps : undefined) ?? [];
    if (gaps.length === 0 || ours === 'limit') return { end: ours, reason };
    return { end: 'gap', reason: gaps.join('; ') };
  }
}

type VerifiedBatch = StreamBatch & { events: StreamEvent[] };

/** The batch when its verdicts are there. */
function verified(batch: StreamBatch): VerifiedBatch | Promise<VerifiedBatch> {
  const { events } = batch;
  if (Array.isArray(events)) return { ...batch, events };
  return events.then(valid => ({ ...batch, events: valid }));
}

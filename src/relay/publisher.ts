// Publishes to one relay: a window of events in flight, each answer matched by its id, every wait bounded.
// Whatever goes wrong becomes an outcome for each event; it never throws for a relay's fault.
import type { Event } from '../protocol/event.ts';
import { parseReason } from '../protocol/message.ts';
import { Connection, type ConnectionOptions, type PublishListener } from './connection.ts';
import {
  NOTICE_GRACE_MS,
  okStatus,
  type PublishOutcome,
  type PublishStatus,
  readsLikeRefusal,
} from './outcome.ts';
import { ConnectError } from './socket.ts';
import { Watchdog } from './watchdog.ts';

export interface PublisherOptions {
  /** Events that may await their OK at once. */
  pipeline: number;
  connection: ConnectionOptions;
}

export interface PublisherHost {
  /** The outcome of one event at this relay: exactly one call for each event offered. */
  settled(outcome: PublishOutcome, event: Event): void;
  /** There is room for more events. */
  hungry(): void;
  /** The user's own key could not sign an AUTH: the whole command stops. */
  fail(error: unknown): void;
}

interface Flight {
  event: Event;
  attempts: number;
  /** Of the first and of the last sending, on the monotonic clock. */
  since: number;
  sent: number;
}

/** Silences in a row after which a relay is given up. */
const MAX_SILENCES = 2;

/** The part of the patience an event must have waited for to be given up in a silence. */
const LATE = 0.9;

/** Events that wait for this relay before the source is held: its lag behind the fastest. */
const MAX_WAITING = 1000;

export class Publisher implements PublishListener {
  readonly relay: string;
  readonly #options: PublisherOptions;
  readonly #host: PublisherHost;
  readonly #watchdog: Watchdog;
  readonly #abort = new AbortController();
  #waiting: Event[] = [];
  readonly #inFlight = new Map<string, Flight>();
  /** Refused until we are authenticated; while there are any, nothing is sent. */
  #held: Flight[] = [];
  #connection: Connection | undefined;
  /** Why nothing more can be sent here. */
  #over: { status: PublishStatus; message: string } | undefined;
  #silences = 0;
  /** A notice that may be the only answer to what is in flight. */
  #notice: string | undefined;

  constructor(relay: string, options: PublisherOptions, host: PublisherHost) {
    this.relay = relay;
    this.#options = options;
    this.#host = host;
    this.#watchdog = new Watchdog(options.connection.relayTimeout, () => this.#silent());
  }

  /** Connects; events offered before or meanwhile wait. Rejects only by a fault of ours. */
  async open(): Promise<void> {
    const { connection } = this.#options;
    const signal = AbortSignal.any([connection.signal, this.#abort.signal]);
    try {
      this.#connection = await Connection.open(this.relay, { ...connection, signal });
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      return this.#end('unreachable', error.message);
    }
    if (this.#over) return this.#connection.close();
    this.#connection.publishTo(this);
    this.#pump();
  }

  /** Takes an event for sending. Its outcome comes by `settled`. */
  offer(event: Event): void {
    if (this.#over) return this.#reject(event, this.#over);
    this.#waiting.push(event);
    this.#pump();
  }

  get isFull(): boolean {
    return this.#waiting.length >= MAX_WAITING;
  }

  /** Gives every event that has no answer yet the status `timeout` with this message, and closes. */
  async close(message: string): Promise<void> {
    this.#end('timeout', message);
    this.#abort.abort();
    await this.#connection?.close();
  }

  #pump(): void {
    if (!this.#connection || this.#over || this.#held.length > 0) return;
    let sent = 0;
    while (this.#inFlight.size < this.#options.pipeline && sent < this.#waiting.length) {
      const event = this.#waiting[sent]!;
      if (this.#inFlight.has(event.id)) break; // the same event twice: one answer at a time
      sent++;
      this.#send({ event, attempts: 0, since: performance.now(), sent: 0 });
    }
    if (sent === 0) return;
    this.#waiting = this.#waiting.slice(sent);
    this.#host.hungry();
  }

  #send(flight: Flight): void {
    if (this.#inFlight.size === 0) this.#watch();
    flight.attempts++;
    flight.sent = performance.now();
    this.#inFlight.set(flight.event.id, flight);
    this.#connection!.send({ type: 'EVENT', event: flight.event });
  }

  #watch(limit = this.#options.connection.relayTimeout): void {
    this.#watchdog.start(limit);
  }

  ok(eventId: string, accepted: boolean, message: string): void {
    const flight = this.#inFlight.get(eventId);
    if (!flight) return; // repeated, late, or about an event nobody sent
    this.#silences = 0;
    this.#inFlight.delete(eventId);
    if (this.#inFlight.size === 0) this.#watchdog.stop();
    else if (this.#notice === undefined) this.#watchdog.touch();
    else this.#watch();
    this.#notice = undefined;
    const wantsAuth = !accepted && parseReason(message).prefix === 'auth-required';
    if (wantsAuth && this.#connection!.canAuthenticate && flight.attempts === 1) this.#hold(flight);
    else this.#answer(flight, { status: okStatus(accepted, message), message, ok: accepted });
    this.#pump();
  }

  #answer(
    { event, attempts, since }: Flight,
    { status, message, ok = false }: { status: PublishStatus; message: string; ok?: boolean },
  ): void {
    const ms = Math.round(performance.now() - since);
    this.#host.settled({ id: event.id, relay: this.relay, ok, status, message, attempts, ms }, event);
  }

  /** The outcome of an event that was never sent. */
  #reject(event: Event, why: { status: PublishStatus; message: string }): void {
    this.#answer({ event, attempts: 0, since: performance.now(), sent: 0 }, why);
  }

  #hold(flight: Flight): void {
    this.#held.push(flight);
    if (this.#held.length === 1) void this.#authenticate();
  }

  /** Authenticates once for the connection, then sends each event that was refused again, once. */
  async #authenticate(): Promise<void> {
    let refusal: string | undefined;
    try {
      const { ok, message } = await this.#connection!.authenticate();
      if (!ok) refusal = message || 'the relay refused the authentication';
    } catch (error) {
      refusal = 'authentication failed here';
      this.#host.fail(error);
    }
    for (const flight of this.#held.splice(0)) {
      if (refusal === undefined) this.#send(flight);
      else this.#answer(flight, { status: 'auth_required', message: refusal });
    }
    this.#pump();
  }

  /** A relay that answers an event by such a NOTICE will send no OK; with one in flight it is that one's. */
  notice(text: string): void {
    if (this.#inFlight.size === 0 || !readsLikeRefusal(text)) return;
    this.#notice = text;
    if (this.#inFlight.size === 1 && this.#waiting.length === 0)
      this.#watch(Math.min(NOTICE_GRACE_MS, this.#options.connection.relayTimeout));
  }

  disconnected(reason: string): void {
    this.#end('disconnect', reason);
  }

  #silent(): void {
    const notice = this.#notice;
    this.#notice = undefined;
    if (notice === undefined) this.#silences++;
    const patience = this.#options.connection.relayTimeout;
    const flights = [...this.#inFlight.values()];
    for (const flight of flights) {
      const isLate = performance.now() - flight.sent >= LATE * patience; // sent together, given up together
      if (notice !== undefined && flights.length === 1)
        this.#giveUp(flight, 'refused', `no OK, but a notice: ${notice}`);
      else if (isLate) this.#giveUp(flight, 'timeout', notice ? `no OK, but a notice: ${notice}` : 'no OK');
    }
    if (this.#silences >= MAX_SILENCES) return this.#end('timeout', 'the relay has stopped answering');
    if (this.#inFlight.size > 0) this.#watch();
    this.#pump();
  }

  #giveUp(flight: Flight, status: PublishStatus, message: string): void {
    this.#inFlight.delete(flight.event.id);
    this.#answer(flight, { status, message });
  }

  /** Nothing more can be sent: everything without an answer gets this one. */
  #end(status: PublishStatus, message: string): void {
    if (this.#over) return;
    this.#over = { status, message };
    this.#watchdog.stop();
    const flights = [...this.#inFlight.values(), ...this.#held.splice(0)];
    this.#inFlight.clear();
    for (const flight of flights) this.#answer(flight, this.#over);
    for (const event of this.#waiting.splice(0)) this.#reject(event, this.#over);
    this.#host.hungry();
  }
}

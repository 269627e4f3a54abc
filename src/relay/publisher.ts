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

interface InFlight {
  event: Event;
  since: number;
  attempts: number;
}

/** Silences in a row after which a relay is given up. */
const MAX_SILENCES = 2;

/** Events that wait for this relay before the source is held: its lag behind the fastest. */
const MAX_WAITING = 1000;

export class Publisher implements PublishListener {
  readonly relay: string;
  readonly #options: PublisherOptions;
  readonly #host: PublisherHost;
  readonly #watchdog: Watchdog;
  readonly #inFlight = new Map<string, InFlight>();
  #waiting: Event[] = [];
  #connection: Connection | undefined;
  /** Why nothing more can be sent here. */
  #over: { status: PublishStatus; message: string } | undefined;
  #silences = 0;
  #notice: string | undefined;
  #authenticating = false;

  constructor(relay: string, options: PublisherOptions, host: PublisherHost) {
    this.relay = relay;
    this.#options = options;
    this.#host = host;
    this.#watchdog = new Watchdog(options.connection.relayTimeout, () => this.#silent());
  }

  /** Connects; events offered before or meanwhile wait. Never rejects. */
  async open(): Promise<void> {
    try {
      this.#connection = await Connection.open(this.relay, this.#options.connection);
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      return this.#end('unreachable', error.message);
    }
    this.#connection.publishTo(this);
    this.#pump();
  }

  /** Takes an event for sending. Its outcome comes by `settled`. */
  offer(event: Event): void {
    if (this.#over) return this.#settle(event, performance.now(), 0, this.#over.status, this.#over.message);
    this.#waiting.push(event);
    this.#pump();
  }

  get isFull(): boolean {
    return this.#waiting.length >= MAX_WAITING;
  }

  /** Gives every event that has no answer yet the status `timeout` with this message, and closes. */
  async close(message: string): Promise<void> {
    this.#end('timeout', message);
    await this.#connection?.close();
  }

  #pump(): void {
    if (!this.#connection || this.#authenticating) return;
    let sent = 0;
    while (this.#inFlight.size < this.#options.pipeline && sent < this.#waiting.length) {
      const event = this.#waiting[sent]!;
      if (this.#inFlight.has(event.id)) break; // the same event twice: one answer at a time
      sent++;
      this.#send({ event, since: performance.now(), attempts: 0 });
    }
    if (sent === 0) return;
    this.#waiting = this.#waiting.slice(sent);
    this.#host.hungry();
  }

  #send(flight: InFlight): void {
    if (this.#inFlight.size === 0) this.#watchdog.start(this.#options.connection.relayTimeout);
    flight.attempts++;
    this.#inFlight.set(flight.event.id, flight);
    this.#connection!.send({ type: 'EVENT', event: flight.event });
  }

  ok(eventId: string, accepted: boolean, message: string): void {
    const flight = this.#inFlight.get(eventId);
    if (!flight) return; // repeated, late, or about an event nobody sent
    this.#silences = 0;
    this.#notice = undefined;
    this.#inFlight.delete(eventId);
    const wantsAuth = !accepted && parseReason(message).prefix === 'auth-required';
    if (wantsAuth && this.#connection!.canAuthenticate && flight.attempts === 1)
      this.#authenticate(flight, message);
    else this.#answer(flight, okStatus(accepted, message), message, accepted);
    if (this.#inFlight.size === 0) this.#watchdog.stop();
    this.#pump();
  }

  #answer(flight: InFlight, status: PublishStatus, message: string, ok = false): void {
    this.#settle(flight.event, flight.since, flight.attempts, status, message, ok);
  }

  #settle(
    event: Event,
    since: number,
    attempts: number,
    status: PublishStatus,
    message: string,
    ok = false,
  ): void {
    const ms = Math.round(performance.now() - since);
    this.#host.settled({ id: event.id, relay: this.relay, ok, status, message, attempts, ms }, event);
  }

  /** Authenticates once for the connection, then sends the event again, once. */
  async #authenticate(flight: InFlight, refusal: string): Promise<void> {
    this.#authenticating = true;
    try {
      const { ok, message } = await this.#connection!.authenticate();
      if (this.#over) this.#answer(flight, this.#over.status, this.#over.message);
      else if (ok) this.#send(flight);
      else this.#answer(flight, 'auth_required', message || refusal);
    } catch (error) {
      this.#answer(flight, 'auth_required', refusal);
      this.#host.fail(error);
    }
    this.#authenticating = false;
    this.#pump();
  }

  activity(): void {
    this.#watchdog.touch();
  }

  /** A relay that answers an event by such a NOTICE will send no OK; with one in flight it is that one's. */
  notice(text: string): void {
    if (this.#inFlight.size === 0 || !readsLikeRefusal(text)) return;
    this.#notice = text;
    if (this.#inFlight.size === 1 && this.#waiting.length === 0) this.#watchdog.start(NOTICE_GRACE_MS);
  }

  disconnected(reason: string): void {
    this.#end('disconnect', reason);
  }

  #silent(): void {
    const notice = this.#notice;
    const flights = [...this.#inFlight.values()];
    this.#inFlight.clear();
    for (const flight of flights) {
      if (notice === undefined) this.#answer(flight, 'timeout', 'no OK');
      else
        this.#answer(flight, flights.length === 1 ? 'refused' : 'timeout', `no OK, but a notice: ${notice}`);
    }
    if (++this.#silences >= MAX_SILENCES) this.#end('timeout', 'the relay has stopped answering');
    else this.#pump();
  }

  /** Nothing more can be sent: everything without an answer gets this one. */
  #end(status: PublishStatus, message: string): void {
    if (this.#over) return;
    this.#over = { status, message };
    this.#watchdog.stop();
    for (const flight of [...this.#inFlight.values()]) this.#answer(flight, status, message);
    this.#inFlight.clear();
    for (const event of this.#waiting.splice(0)) this.#settle(event, performance.now(), 0, status, message);
    this.#host.hungry();
  }
}

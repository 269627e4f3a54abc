// Publishes to one relay: a window of events in flight, each answer matched by its id, every wait and every retry
// bounded. Whatever goes wrong becomes an outcome for each event; it never throws for a relay's fault.
import { parseReason } from '../../protocol/message.ts';
import type { Connection, PublishListener } from '../link/connection.ts';
import {
  isTransientRefusal,
  NOTICE_GRACE_MS,
  okStatus,
  type PublishOutcome,
  readsLikeRefusal,
} from '../link/outcome.ts';
import {
  type ConnectionOwner,
  type Fault,
  RetryingConnection,
  type RetryOptions,
} from '../link/retrying-connection.ts';
import { Watchdog } from '../link/watchdog.ts';
import type { Outgoing } from './outgoing-event.ts';
import { type Flight, launch, newFlight, putBack } from './pending-event.ts';
import { SendWindow } from './send-window.ts';

export interface PublisherOptions extends RetryOptions {
  /** Events that may await their OK at once. */
  pipeline: number;
}

export interface PublisherHost {
  /** The outcome of one event at this relay: exactly one call for each event offered. */
  settled(outcome: PublishOutcome, event: Outgoing): void;
  /** More is about to be sent: answers that a kill must not lose are to be kept first. */
  sending(): void;
  /** There is room for more events. */
  hungry(): void;
  /** The user's own key could not sign an AUTH: the whole command stops. */
  fail(error: unknown): void;
}

/** Silences in a row after which a connection is given up. */
const MAX_SILENCES = 2;

/** The part of the patience an event must have waited for to be given up in a silence. */
const LATE = 0.9;

/** Events that wait for this relay before the source is held: how far the fastest may be ahead. */
const MAX_WAITING = 1000;

/** A full window is sent in so many pieces: a call to the system for each event costs more than the rest of it. */
const BURSTS = 8;

export class Publisher implements PublishListener, ConnectionOwner {
  readonly relay: string;
  readonly #options: PublisherOptions;
  readonly #host: PublisherHost;
  readonly #watchdog: Watchdog;
  readonly #window: SendWindow;
  readonly #connection: RetryingConnection;
  /** In the order of offering. */
  readonly #waiting: Flight[] = [];
  /** By event id, in the order of sending. */
  readonly #inFlight = new Map<string, Flight>();
  /** Refused until we are authenticated; while there are any, nothing is sent. */
  #held: Flight[] = [];
  /** Why nothing more can be sent here. */
  #over: Fault | undefined;
  #offered = 0;
  #isPumpDue = false;
  #silences = 0;
  /** A notice that may be the only answer to what is in flight. */
  #notice: string | undefined;

  constructor(relay: string, options: PublisherOptions, host: PublisherHost) {
    this.relay = relay;
    this.#options = options;
    this.#host = host;
    this.#window = new SendWindow(options.pipeline);
    this.#connection = new RetryingConnection(relay, options, this);
    this.#watchdog = new Watchdog(options.connection.relayTimeout, () => this.#silent());
  }

  /** Takes an event for sending. Its outcome comes by `settled`. */
  offer(event: Outgoing): void {
    const flight = newFlight(event, this.#offered++, this.#connection.retry);
    if (this.#over) return this.#answer(flight, this.#over);
    this.#waiting.push(flight);
    this.#pumpSoon();
  }

  get isFull(): boolean {
    return this.#waiting.length >= MAX_WAITING;
  }

  /** After having been full: so that the source goes on with many events, not with one for each answer. */
  get hasRoom(): boolean {
    return this.#waiting.length <= MAX_WAITING / 2;
  }

  /** Gives every event that has no answer yet the status `timeout` with this message, and closes. */
  async close(message: string): Promise<void> {
    this.over({ status: 'timeout', message });
    await this.#connection.close();
  }

  opened(connection: Connection): void {
    connection.publishTo(this);
    this.#pump();
  }

  rested(): void {
    this.#pump();
  }

  fail(error: unknown): void {
    this.#host.fail(error);
  }

  /** One sending for all the answers that came with one read, and for all the events that were offered in one go. */
  #pumpSoon(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    queueMicrotask(() => {
      this.#isPumpDue = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#over || this.#connection.isResting || this.#held.length > 0 || this.#waiting.length === 0)
      return;
    if (!this.#connection.open) return this.#connection.connect();
    const room = this.#window.size - this.#inFlight.size;
    if (room < Math.min(this.#waiting.length, this.#window.size / BURSTS)) return;
    const frames: Buffer[] = [];
    while (this.#waiting.length > 0 && frames.length < room) {
      if (this.#inFlight.has(this.#waiting[0]!.event.id)) break; // the same event twice: one answer at a time
      frames.push(this.#launch(this.#waiting.shift()!));
    }
    if (frames.length === 0) return;
    this.#host.sending();
    this.#connection.open.sendAll(frames);
    this.#host.hungry();
  }

  /** Notes it as sent; returns what is to be sent. */
  #launch(flight: Flight): Buffer {
    if (this.#inFlight.size === 0) this.#watch();
    launch(flight, performance.now());
    this.#inFlight.set(flight.event.id, flight);
    return flight.event.frame;
  }

  #watch(limit = this.#options.connection.relayTimeout): void {
    this.#watchdog.start(limit);
  }

  ok(eventId: string, accepted: boolean, message: string): void {
    const flight = this.#inFlight.get(eventId);
    if (!flight) return; // repeated, late, or about an event nobody sent
    this.#silences = 0;
    this.#connection.answered();
    this.#inFlight.delete(eventId);
    if (this.#inFlight.size === 0) this.#watchdog.stop();
    else if (this.#notice === undefined) this.#watchdog.touch();
    else this.#watch();
    this.#notice = undefined;
    this.#judge(flight, accepted, message);
    this.#giveUpOvertaken(flight);
    this.#pumpSoon();
  }

  #judge(flight: Flight, accepted: boolean, message: string): void {
    const wantsAuth = !accepted && parseReason(message).prefix === 'auth-required';
    if (wantsAuth && this.#connection.open!.canAuthenticate && !flight.afterAuth) return this.#hold(flight);
    if (!accepted && flight.retries > 0 && isTransientRefusal(message)) return this.#slowDown(flight);
    this.#window.answered();
    this.#connection.isWell();
    this.#answer(flight, { status: okStatus(accepted, message), message }, accepted);
  }

  #answer({ event, attempts, since }: Flight, { status, message }: Fault, ok = false): void {
    const ms = attempts === 0 ? 0 : Math.round(performance.now() - since);
    this.#host.settled({ id: event.id, relay: this.relay, ok, status, message, attempts, ms }, event);
  }

  /** The relay is overrun or in trouble: fewer events, later. */
  #slowDown(flight: Flight): void {
    this.#again(flight);
    if (this.#connection.isResting) return; // said by several events of one window
    this.#window.halve();
    this.#connection.rest('the relay asked to slow down');
  }

  #again(flight: Flight): void {
    flight.retries--;
    putBack(this.#waiting, flight);
  }

  /**
   * What was sent a whole patience before an event that is answered now will not be answered any more. (That the
   * answer is late says nothing: the program may have been stopped.)
   */
  #giveUpOvertaken({ sent }: Flight): void {
    const limit = sent - this.#options.connection.relayTimeout;
    for (const flight of this.#inFlight.values()) {
      if (flight.sent >= limit) return;
      this.#giveUp(flight, { status: 'timeout', message: 'no OK, though others got theirs' });
    }
  }

  #hold(flight: Flight): void {
    flight.afterAuth = true;
    this.#held.push(flight);
    if (this.#held.length === 1) void this.#authenticate(this.#connection.open!);
  }

  /** Authenticates once for the connection, then sends each event that was refused again, once. */
  async #authenticate(connection: Connection): Promise<void> {
    let refusal: string | undefined;
    try {
      const { ok, message } = await connection.authenticate();
      if (!ok) refusal = message || 'the relay refused the authentication';
    } catch (error) {
      refusal = 'authentication failed here';
      this.#host.fail(error);
    }
    if (connection !== this.#connection.open) return; // it was lost meanwhile, and those held with it
    const held = this.#held.splice(0);
    if (refusal === undefined) connection.sendAll(held.map(flight => this.#launch(flight)));
    else for (const flight of held) this.#answer(flight, { status: 'auth_required', message: refusal });
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
    this.#lose({ status: 'disconnect', message: reason });
  }

  #silent(): void {
    const notice = this.#notice;
    this.#notice = undefined;
    if (notice === undefined) this.#silences++;
    const patience = this.#options.connection.relayTimeout;
    const flights = [...this.#inFlight.values()];
    for (const flight of flights) {
      const isLate = performance.now() - flight.sent >= LATE * patience; // sent together, given up together
      if (notice !== undefined && flights.length === 1) this.#refuse(flight, notice);
      else if (isLate)
        this.#giveUp(flight, { status: 'timeout', message: notice ? withNotice(notice) : 'no OK' });
    }
    if (this.#silences >= MAX_SILENCES)
      return this.#lose({ status: 'timeout', message: 'the relay has stopped answering' });
    if (this.#inFlight.size > 0) this.#watch();
    this.#pump();
  }

  #refuse(flight: Flight, notice: string): void {
    this.#inFlight.delete(flight.event.id);
    this.#answer(flight, { status: 'refused', message: withNotice(notice) });
  }

  /** No answer came: once more, or for good. */
  #giveUp(flight: Flight, fault: Fault): void {
    this.#inFlight.delete(flight.event.id);
    if (flight.retries > 0) this.#again(flight);
    else this.#answer(flight, fault);
  }

  /**
   * The connection is gone, and with it the answers to what was in flight. One of those events may be what broke it
   * (relay-quirks: strfry drops a client at a frame that is too large), so afterwards they go one at a time: the one
   * that is alone in flight when it happens again bears it, the others lose none of their attempts.
   */
  #lose(fault: Fault): void {
    if (this.#over) return;
    const lost = [...this.#inFlight.values(), ...this.#held.splice(0)];
    this.#inFlight.clear();
    this.#watchdog.stop();
    this.#notice = undefined;
    this.#silences = 0;
    this.#window.close();
    for (const flight of lost) {
      flight.afterAuth = false;
      if (lost.length > 1 && this.#connection.retry > 0) putBack(this.#waiting, flight);
      else this.#giveUp(flight, fault);
    }
    this.#connection.lose(fault);
  }

  /** Nothing more can be sent: everything without an answer gets this one. */
  over(fault: Fault): void {
    if (this.#over) return;
    this.#over = fault;
    this.#watchdog.stop();
    this.#connection.stop();
    const flights = [...this.#inFlight.values(), ...this.#held.splice(0), ...this.#waiting.splice(0)];
    this.#inFlight.clear();
    for (const flight of flights) this.#answer(flight, fault);
    this.#host.hungry();
  }
}

function withNotice(notice: string): string {
  return `no OK, but a notice: ${notice}`;
}

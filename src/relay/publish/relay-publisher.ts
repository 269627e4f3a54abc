// Publishes to one relay: a window of events in flight, each answer matched by its id, every wait and every retry
// bounded. Whatever goes wrong becomes an outcome for each event; it never throws for a relay's fault.
import { heartbeatWithin } from '../link/clocks/heartbeat.ts';
import type { Connection } from '../link/connection.ts';
import type { PublishListener } from '../link/listeners.ts';
import {
  asksToSlowDown,
  type EndReason,
  isTransientRefusal,
  okStatus,
  type PublishStatus,
  readsLikeRefusal,
} from '../link/outcome.ts';
import { RelayLink } from '../link/relay-link.ts';
import { AnswerClock, type Silence } from './answer-clock.ts';
import { Breaks } from './breaks.ts';
import { ConnectionLoop } from './connection-loop.ts';
import { type Fault, faultOfAuth, refusalBy, silenceOf } from './fault.ts';
import { FrameLimit } from './frame-limit.ts';
import { oncePerTurn } from './once-per-turn.ts';
import type { OutgoingEvent } from './outgoing-event.ts';
import { type PendingEvent, PendingEvents } from './pending-event.ts';
import type { RelayPublisherHooks, RelayPublisherOptions } from './publisher-options.ts';
import { isHeavy, SendWindow } from './send-window.ts';

/** The part of the relay timeout an event must have waited for to be given up in a silence. */
const LATE = 0.9;

/** Events that wait for this relay before the source is held: how far the fastest may be ahead. */
const MAX_WAITING = 1000;

/** Nothing more is sent here. */
const INTERRUPTED: EndReason = { end: 'interrupted', reason: '' };

export class RelayPublisher implements PublishListener {
  readonly #options: RelayPublisherOptions;
  readonly #hooks: RelayPublisherHooks;
  readonly #link: RelayLink;
  readonly #loop: ConnectionLoop;
  readonly #window: SendWindow;
  readonly #clock: AnswerClock;
  readonly #limit: FrameLimit;
  readonly #breaks: Breaks;
  readonly #pending = new PendingEvents();
  /** One sending for all the answers that came with one read, and for all the events that were offered in one go. */
  readonly #pumpSoon = oncePerTurn(() => this.#pump());
  /** Why nothing more can be sent here. */
  #over: Fault | undefined;

  constructor(relay: string, options: RelayPublisherOptions, hooks: RelayPublisherHooks) {
    this.#options = options;
    this.#hooks = hooks;
    const { connection, backoff, pipeline } = options;
    const onRetry = (reason: string, waitMs: number) =>
      connection.log?.(relay, 'retry', `in ${Math.round(waitMs)} ms: ${reason}`);
    this.#link = new RelayLink(relay, { connection, backoff, onRetry });
    this.#loop = new ConnectionLoop(this.#link, {
      onOpen: opened => this.#use(opened),
      mayRetry: ended => this.#mayRetry(ended),
      onStopped: () => this.#pump(), // what was offered meanwhile
      onFault: hooks.onFault,
    });
    this.#window = SendWindow.of(pipeline);
    this.#limit = new FrameLimit(this.#link.limits, () => this.#pump());
    this.#breaks = new Breaks(this.#retry);
    this.#clock = new AnswerClock(connection.relayTimeout, silence => this.#silent(silence));
    if (options.staysConnected) this.#loop.start();
  }

  get relay(): string {
    return this.#link.url;
  }

  /** Takes an event for sending. Its outcome comes by `onOutcome`. */
  offer(event: OutgoingEvent): void {
    const pending = this.#pending.create(event, this.#retry);
    if (this.#over) return this.#answer(pending, this.#over);
    this.#limit.expect(event.frame.length);
    this.#pending.wait(pending);
    this.#pumpSoon();
  }

  get isFull(): boolean {
    return this.#pending.waiting >= MAX_WAITING;
  }

  /** After having been full: so that the source goes on with many events, not with one for each answer. */
  get hasRoom(): boolean {
    return this.#pending.waiting <= MAX_WAITING / 2;
  }

  /** Gives every event that has no answer yet the status `timeout` with this message, and closes. */
  async close(message: string): Promise<void> {
    this.#finish({ status: 'timeout', message });
    await this.#loop.close();
  }

  get #retry(): number {
    return this.#options.retry ?? 0;
  }

  #use(connection: Connection): void {
    if (this.#over) return this.#loop.lose(INTERRUPTED);
    connection.publishTo(this);
    if (this.#options.staysConnected) connection.keepAlive(heartbeatWithin(connection.relayTimeout));
    this.#hooks.onOpen?.();
    this.#pump();
  }

  /** Goes on unless so many connections in a row brought nothing. */
  #mayRetry(ended: EndReason): boolean {
    if (this.#over) return false;
    this.#hooks.onLost?.(ended);
    if (this.#options.staysConnected) return true;
    const { end, reason } = ended;
    if (this.#breaks.mayReconnect(end, this.#link.failures)) return this.#pending.waiting > 0;
    this.#finish({ status: end as PublishStatus, message: reason });
    return false;
  }

  #pump(): void {
    if (this.#over || this.#window.isResting || this.#pending.held > 0 || this.#pending.waiting === 0) return;
    const { connection } = this.#loop;
    if (!connection) return this.#loop.start();
    const { waiting, inFlight } = this.#pending;
    const frames = this.#takeFrames(this.#window.room(waiting, inFlight));
    if (this.#pending.waiting === waiting) return;
    this.#hooks.onSending();
    connection.sendAll(frames);
    this.#hooks.onRoom();
  }

  #takeFrames(room: number): Buffer[] {
    const frames: Buffer[] = [];
    while (frames.length < room && !isHeavy(this.#pending)) {
      const { first } = this.#pending;
      if (!first || this.#limit.isOpen(first.event.frame.length)) break;
      this.#pending.next();
      const fault = this.#limit.faultOf(first.event.frame.length);
      if (fault) this.#answer(first, fault);
      else frames.push(this.#send(first));
    }
    return frames;
  }

  /** Notes it as sent; returns what is to be sent. */
  #send(pending: PendingEvent): Buffer {
    if (this.#pending.inFlight === 0) this.#clock.start();
    this.#pending.send(pending, performance.now());
    return pending.event.frame;
  }

  ok(eventId: string, accepted: boolean, message: string): void {
    const pending = this.#pending.take(eventId);
    if (!pending) return; // repeated, late, or about an event nobody sent
    this.#link.answered();
    this.#breaks.answered();
    this.#clock.answered(this.#pending.inFlight === 0);
    this.#judge(pending, accepted, message);
    this.#giveUpOvertaken(pending);
    this.#pumpSoon();
  }

  #judge(pending: PendingEvent, accepted: boolean, message: string): void {
    const connection = this.#loop.connection!;
    const demand = accepted ? undefined : connection.authentication.demandOf(message);
    if (demand === 'wanted' && connection.authentication.isAllowed && !pending.afterAuth)
      return this.#hold(pending);
    if (!accepted && this.#mayPass(pending, message)) return this.#slowDown(pending);
    this.#window.answered(performance.now() - pending.sent);
    this.#link.isWell();
    const status = demand ? 'auth_required' : okStatus(accepted, message);
    this.#answer(pending, { status, message }, accepted);
  }

  /** Whoever stays connected waits for ever until a relay takes events again; an `error:` may be about the event. */
  #mayPass({ retries }: PendingEvent, message: string): boolean {
    if (!isTransientRefusal(message)) return false;
    return retries > 0 || (this.#options.staysConnected === true && asksToSlowDown(message));
  }

  #answer({ event, attempts, since }: PendingEvent, { status, message }: Fault, ok = false): void {
    const ms = attempts === 0 ? 0 : Math.round(performance.now() - since);
    this.#hooks.onOutcome({ id: event.id, relay: this.relay, ok, status, message, attempts, ms }, event);
  }

  /** The relay is overrun or in trouble: fewer events, later. */
  #slowDown(pending: PendingEvent): void {
    this.#again(pending);
    if (this.#window.isResting) return; // said by several events of one window
    void this.#rest();
  }

  async #rest(): Promise<void> {
    this.#window.rest();
    await this.#link.pause('the relay asked to slow down');
    this.#window.wake();
    this.#pump();
  }

  #again(pending: PendingEvent): void {
    pending.retries--;
    this.#pending.wait(pending);
  }

  /**
   * What was sent a whole relay timeout before an event that is answered now will not be answered any more. (That the
   * answer is late says nothing: the program may have been stopped.)
   */
  #giveUpOvertaken({ sent }: PendingEvent): void {
    const limit = sent - this.#options.connection.relayTimeout;
    for (const pending of this.#pending.sent()) {
      if (pending.sent >= limit) return;
      this.#giveUp(pending, { status: 'timeout', message: 'no OK, though others got theirs' });
    }
  }

  #hold(pending: PendingEvent): void {
    this.#pending.hold(pending);
    if (this.#pending.held === 1) void this.#authenticate(this.#loop.connection!);
  }

  /** Authenticates once for the connection, then sends each event that was refused again, once. */
  async #authenticate(connection: Connection): Promise<void> {
    const fault = await faultOfAuth(connection.authentication, this.#hooks.onFault);
    if (connection !== this.#loop.connection) return; // it was lost meanwhile, and those held with it
    const held = this.#pending.takeHeld();
    if (fault) for (const pending of held) this.#answer(pending, fault);
    else connection.sendAll(held.map(pending => this.#send(pending)));
    this.#pump();
  }

  /** A relay that answers an event by such a NOTICE will send no OK; with one in flight it is that one's. */
  notice(text: string): void {
    const { inFlight, waiting } = this.#pending;
    if (inFlight > 0 && (readsLikeRefusal(text) || asksToSlowDown(text)))
      this.#clock.noticed(text, inFlight === 1 && waiting === 0);
  }

  disconnected(reason: string): void {
    this.#lose({ end: 'disconnect', reason });
  }

  #silent({ notice, isLast }: Silence): void {
    const isOnly = this.#pending.inFlight === 1;
    const { relayTimeout } = this.#options.connection;
    for (const pending of [...this.#pending.sent()]) {
      const isLate = performance.now() - pending.sent >= LATE * relayTimeout; // sent together, given up together
      if (notice !== undefined && isOnly && !asksToSlowDown(notice)) this.#refuse(pending, notice);
      else if (isLate) this.#giveUp(pending, silenceOf(notice));
    }
    if (isLast) return this.#lose({ end: 'timeout', reason: 'the relay has stopped answering' });
    if (this.#pending.inFlight > 0) this.#clock.start();
    this.#pump();
  }

  #refuse(pending: PendingEvent, notice: string): void {
    this.#pending.take(pending.event.id);
    this.#answer(pending, refusalBy(notice));
  }

  /** No answer came: once more, or for good. */
  #giveUp(pending: PendingEvent, fault: Fault): void {
    this.#pending.take(pending.event.id);
    if (pending.retries > 0) this.#again(pending);
    else this.#answer(pending, fault);
  }

  /** The connection is gone, and with it the answers to what was in flight. */
  #lose(ended: EndReason): void {
    if (this.#over) return;
    const lost = this.#pending.takeSent();
    this.#clock.reset();
    this.#window.close();
    for (const pending of lost) {
      pending.afterAuth = false;
      if (this.#breaks.excuses(pending, lost.length, ended.end, this.#pending.offered > 1))
        this.#pending.wait(pending);
      else this.#giveUp(pending, { status: ended.end as PublishStatus, message: ended.reason });
    }
    this.#loop.lose(ended);
  }

  /** Nothing more can be sent: everything without an answer gets this one. */
  #finish(fault: Fault): void {
    if (this.#over) return;
    this.#over = fault;
    this.#clock.reset();
    for (const pending of this.#pending.takeAll()) this.#answer(pending, fault);
    this.#hooks.onRoom();
    this.#loop.lose(INTERRUPTED);
  }
}

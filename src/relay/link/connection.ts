// Frames on one socket, matched to the requests they answer (NIP-01, 42, 45, 77). Parses each frame once. Holds no events:
// they go straight to whoever asked.

import type { Filter } from '../../protocol/filter.ts';
import {
  type ClientMessage,
  encodeClientMessage,
  InvalidMessage,
  parseRelayMessage,
  type RelayMessage,
} from '../../protocol/message.ts';
import { readEventFrames } from '../../protocol/scanner/event-scanner.ts';
import { RelaySocket, type SocketOptions } from '../wire/socket.ts';
import { type Authenticate, Authentication } from './authentication.ts';
import { Heartbeat, type HeartbeatOptions } from './clocks/heartbeat.ts';
import { hasTooManyParts } from './frame-parts.ts';
import type {
  ConnectionLog,
  ConnectionNews,
  NegotiationListener,
  PublishListener,
  SubscriptionListener,
} from './listeners.ts';
import { Requests } from './requests.ts';

/** How a frame of NIP-77 begins. */
const NEGENTROPY_HEAD = /^\s*\[\s*"NEG-/;

/** Characters in which that shows. */
const HEAD_LENGTH = 100;

export interface ConnectionOptions extends SocketOptions {
  /** Silence that ends a wait for EOSE, OK, COUNT or a challenge, in milliseconds. */
  relayTimeout: number;
  /** Signs a challenge of a relay. */
  authenticate?: Authenticate | undefined;
  /** Whether it signs one of this relay; without it, of those that the user named. */
  mayAuthenticate?: ((relay: string) => boolean) | undefined;
  /** Told when a relay asks who we are, and is not told, as nobody consented. */
  onUntold?: ((relay: string) => void) | undefined;
  /** Told of what belongs to no request: notices, garbage, authentication. */
  log?: ConnectionLog | undefined;
}

export class Connection {
  readonly url: string;
  /** Frames that made no sense or that nobody had asked for. */
  garbage = 0;
  /** Who we are to the relay (NIP-42). */
  readonly authentication: Authentication;
  readonly #socket: RelaySocket;
  readonly #options: ConnectionOptions;
  readonly #requests = new Requests();
  #publisher: PublishListener | undefined;
  #heartbeat: Heartbeat | undefined;
  /** Why nothing can be sent or received any more. */
  #lost: string | undefined;

  private constructor(url: string, socket: RelaySocket, options: ConnectionOptions) {
    this.url = url;
    this.#socket = socket;
    this.#options = options;
    const { mayAuthenticate = options.isNamed } = options;
    this.authentication = new Authentication({
      relay: url,
      authenticate: mayAuthenticate?.(url) === false ? undefined : options.authenticate,
      relayTimeout: options.relayTimeout,
      send: event => this.send({ type: 'AUTH', event }),
      log: text => this.#log('auth', text),
    });
    this.#log('open', '');
  }

  /** Opens a connection; rejects with `ConnectError`. */
  static async open(url: string, options: ConnectionOptions): Promise<Connection> {
    let connection: Connection | undefined;
    await RelaySocket.open(url, options, socket => {
      const opened = new Connection(url, socket, options);
      connection = opened;
      return {
        texts: (bytes, ranges) => opened.#receive(bytes, ranges),
        binary: bytes => opened.#noise(`a binary frame of ${bytes} bytes`),
        closed: reason => opened.#disconnected(reason),
      };
    });
    return connection!;
  }

  get relayTimeout(): number {
    return this.#options.relayTimeout;
  }

  /** Sends a REQ and returns its subscription id. */
  subscribe(filters: readonly Filter[], listener: SubscriptionListener): string {
    const subId = this.#requests.subscribe(listener);
    this.resubscribe(subId, filters);
    return subId;
  }

  /** Sends a COUNT (NIP-45) and returns its subscription id. */
  count(filters: readonly Filter[], listener: SubscriptionListener): string {
    const subId = this.#requests.subscribe(listener);
    this.#ask({ type: 'COUNT', subId, filters: [...filters] }, listener);
    return subId;
  }

  /** Forgets a COUNT, whose answer ends it. */
  forget(subId: string): void {
    this.#requests.endSubscription(subId);
  }

  /** Opens a negotiation (NIP-77) by its first frame, and returns its subscription id. */
  negotiate(filter: Filter, frame: Uint8Array, listener: NegotiationListener): string {
    const subId = this.#requests.negotiate(listener);
    this.#ask({ type: 'NEG-OPEN', subId, filter, frame }, listener);
    return subId;
  }

  /** Forgets a negotiation; NEG-CLOSE tells the relay, unless that has ended it. */
  endNegotiation(subId: string, isOpen = true): void {
    if (this.#requests.endNegotiation(subId) && isOpen && this.#lost === undefined)
      this.send({ type: 'NEG-CLOSE', subId });
  }

  /** From now on a peer that is gone without a word is noticed: `disconnected` is told. */
  keepAlive(options: HeartbeatOptions): void {
    if (this.#lost !== undefined) return;
    this.#heartbeat ??= new Heartbeat(this.#socket, options);
    this.#heartbeat.start();
  }

  /** Sends the REQ again under the same id: after an AUTH. */
  resubscribe(subId: string, filters: readonly Filter[]): void {
    this.#ask({ type: 'REQ', subId, filters: [...filters] }, this.#requests.subscription(subId));
  }

  /** Sends a request, or tells whoever asks that nothing can be sent. */
  #ask(message: ClientMessage, listener: SubscriptionListener | NegotiationListener | undefined): void {
    if (this.#lost !== undefined) listener?.disconnected(this.#lost);
    else this.send(message);
  }

  /** Sends CLOSE and forgets the subscription: later frames for it are ignored. */
  unsubscribe(subId: string): void {
    if (this.#requests.endSubscription(subId)) this.send({ type: 'CLOSE', subId });
  }

  /** Registers who hears of OK frames; one publisher for each connection. */
  publishTo(listener: PublishListener): void {
    this.#publisher = listener;
    if (this.#lost !== undefined) listener.disconnected(this.#lost);
  }

  send(message: ClientMessage): void {
    this.#socket.send(encodeClientMessage(message));
  }

  /** Sends frames that are encoded already. */
  sendAll(frames: readonly Buffer[]): void {
    for (const frame of frames) this.#socket.send(frame);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Sends CLOSE for what is open and closes the socket, within a bound: the socket's own, or so many milliseconds. */
  async close(within?: number): Promise<void> {
    for (const subId of this.#requests.subscriptionIds) this.unsubscribe(subId);
    for (const subId of this.#requests.negotiationIds) this.endNegotiation(subId);
    this.#publisher = undefined;
    this.#heartbeat?.stop();
    this.#lost ??= 'the connection was closed';
    this.authentication.end(this.#lost);
    await this.#socket.close(within);
  }

  #receive(bytes: Buffer, ranges: readonly number[]): void {
    for (const found of readEventFrames(bytes, ranges)) {
      if (!Buffer.isBuffer(found)) this.#to(found.subId)?.events(found.events, found.size);
      else if (hasTooManyParts(found)) {
        const head = found.toString('latin1', 0, HEAD_LENGTH);
        this.#unreadable(head, `a frame of ${found.length} bytes that holds too many values`);
      } else this.#receiveOther(found.toString('utf8'));
    }
  }

  #receiveOther(text: string): void {
    let message: RelayMessage;
    try {
      message = parseRelayMessage(text);
    } catch (error) {
      if (!(error instanceof InvalidMessage)) throw error;
      return this.#unreadable(text.slice(0, HEAD_LENGTH), error.message);
    }
    this.#dispatch(message, text.length);
  }

  #dispatch(message: RelayMessage, size: number): void {
    switch (message.type) {
      case 'EVENT':
        return this.#to(message.subId)?.events([message.event], size);
      case 'EOSE':
        this.#log('eose', message.subId);
        return this.#to(message.subId)?.eose(message.hint);
      case 'COUNT':
        return this.#to(message.subId)?.count(message);
      case 'CLOSED':
      case 'NEG-ERR':
        this.#log('closed', message.message);
        return this.#refused(message.subId, message.message);
      case 'NEG-MSG':
        return this.#negotiated(message.subId, message.frame);
      case 'OK':
        return this.#ok(message.eventId, message.accepted, message.message);
      case 'NOTICE':
        return this.#notice(message.message);
      case 'AUTH':
        if (!this.authentication.isAllowed) this.#options.onUntold?.(this.url);
        return this.authentication.challenged(message.challenge);
    }
  }

  /** What a CLOSED or a NEG-ERR ends: no two of our ids are the same. */
  #refused(subId: string, message: string): void {
    const negotiation = this.#requests.negotiation(subId);
    if (negotiation) negotiation.refused(message);
    else this.#to(subId)?.closed(message);
  }

  #negotiated(subId: string, frame: Uint8Array): void {
    const negotiation = this.#requests.negotiation(subId);
    if (negotiation) negotiation.answered(frame);
    else this.#unasked(subId);
  }

  #to(subId: string): SubscriptionListener | undefined {
    const listener = this.#requests.subscription(subId);
    if (listener === undefined) this.#unasked(subId);
    return listener;
  }

  /** A frame for nobody. An id we once used is a frame that crossed our CLOSE: no fault. */
  #unasked(subId: string): void {
    if (!this.#requests.wasOurs(subId)) this.#noise('a frame for a subscription nobody opened');
  }

  #ok(eventId: string, accepted: boolean, message: string): void {
    if (this.authentication.takeOk(eventId, accepted, message)) return;
    if (this.#publisher) this.#publisher.ok(eventId, accepted, message);
    else this.#noise('an OK nobody waits for');
  }

  #notice(text: string): void {
    this.#log('notice', text);
    for (const listener of this.#requests.listeners) listener.notice(text);
    this.#publisher?.notice(text);
  }

  /** Whoever negotiates would wait for this frame: it is told at once. */
  #unreadable(head: string, reason: string): void {
    this.#noise(reason);
    if (!NEGENTROPY_HEAD.test(head)) return;
    for (const negotiation of this.#requests.negotiators) negotiation.unreadable(reason);
  }

  #noise(text: string): void {
    this.garbage++;
    this.#log('invalid', text);
  }

  #disconnected(reason: string): void {
    this.#lost = reason;
    this.#heartbeat?.stop();
    this.authentication.end(reason);
    for (const listener of this.#requests.listeners) listener.disconnected(reason);
    this.#publisher?.disconnected(reason);
  }

  #log(news: ConnectionNews, text: string): void {
    this.#options.log?.(this.url, news, text);
  }
}

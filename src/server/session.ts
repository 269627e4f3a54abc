// The dialogue with one client (NIP-01, 42, 45): answers its frames in order and keeps its subscriptions. policy.ts
// decides what a client may do, and the store decides what is kept.
import { type Event, InvalidEvent, parseEvent } from '../protocol/event.ts';
import type { Filter } from '../protocol/filter.ts';
import { isHex32 } from '../protocol/hex.ts';
import {
  type ClientMessage,
  type CountResult,
  encodeRelayMessage,
  InvalidMessage,
  parseClientMessage,
  type RelayMessage,
} from '../protocol/message.ts';
import { checkAuth } from '../protocol/nip42.ts';
import { addToHll, encodeHll, hllOffsetFor, newHll } from '../protocol/nip45.ts';
import { ParsedEvent } from '../protocol/parsed-event.ts';
import { quote } from '../protocol/quote.ts';
import type { Verdict } from '../verify/verifier.ts';
import type { Hub, Listener } from './hub.ts';
import { Inbox, type RawFrame } from './inbox.ts';
import { MAX_SUBSCRIPTIONS } from './limits.ts';
import { maySee, refusalToRead } from './policy.ts';
import { select, selectAll } from './store/selection.ts';
import { Subscription } from './subscription.ts';
import { describeFrame } from './traffic.ts';
import type { Transport } from './transport.ts';

/** The result of parsing a frame. The event of an EVENT frame is verified later, together with its batch. */
type Frame =
  | { message: ClientMessage; event?: Event; problem?: string }
  | { message: undefined; error: InvalidMessage };

export class Session implements Listener {
  readonly #hub: Hub;
  readonly #transport: Transport;
  readonly #inbox: Inbox;
  readonly #newChallenge: () => string;
  /** Hears of each frame and each refusal; undefined when nobody wants to. */
  readonly #tell: ((line: string) => void) | undefined;
  /** The URLs that this client may use for this relay, for the `relay` tag of NIP-42. */
  readonly #ownUrls: readonly string[];
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #authed = new Set<string>();
  #challenge: string | undefined;
  #closed = false;

  constructor(
    hub: Hub,
    transport: Transport,
    ownUrls: readonly string[],
    newChallenge: () => string,
    tell?: (line: string) => void,
  ) {
    this.#tell = tell;
    this.#hub = hub;
    this.#transport = transport;
    this.#ownUrls = ownUrls;
    this.#newChallenge = newChallenge;
    this.#inbox = new Inbox(transport, hub.settings.verifier.batchSize, frames => this.#handleAll(frames));
    hub.join(this);
    if (hub.settings.authRequired) this.#sendChallenge();
  }

  get subscriptionCount(): number {
    return this.#subscriptions.size;
  }

  receive(frame: RawFrame): void {
    this.#inbox.push(frame);
  }

  /** Resolves when all received frames have been answered. */
  idle(): Promise<void> {
    return this.#inbox.idle();
  }

  /** The client has disconnected. Events that it sent before are still handled. */
  close(): void {
    this.#closed = true;
    this.#hub.leave(this);
    for (const id of [...this.#subscriptions.keys()]) this.#endSubscription(id);
  }

  deliver(event: Event, json: string): void {
    if (this.#subscriptions.size === 0 || !maySee(event, this.#hub.visitor(this.#authed))) return;
    for (const [id, subscription] of this.#subscriptions) {
      if (!subscription.deliver(event, json)) this.#refuse(id, 'error: too slow to keep up with live events');
    }
  }

  async #handleAll(raw: RawFrame[]): Promise<void> {
    const frames = raw.map(readFrame);
    const events = frames.flatMap(frame => (frame.message && frame.event) ?? []);
    const verdicts = await this.#verify(events);
    for (const frame of frames) {
      try {
        this.#handle(frame, verdicts);
      } catch (error) {
        this.#hub.settings.log(`a frame could not be handled: ${(error as Error).stack}`);
        this.#answerFailed(frame);
      }
    }
  }

  async #verify(events: Event[]): Promise<Map<Event, Verdict>> {
    if (events.length === 0) return new Map();
    try {
      const verdicts = await this.#hub.settings.verifier.verify(events.map(event => new ParsedEvent(event)));
      return new Map(events.map((event, i) => [event, verdicts[i]!]));
    } catch (error) {
      this.#hub.settings.log(`events could not be verified: ${(error as Error).message}`);
      return new Map();
    }
  }

  #handle(frame: Frame, verdicts: ReadonlyMap<Event, Verdict>): void {
    if (frame.message === undefined) return this.#answerUnreadable(frame.error);
    const { message } = frame;
    this.#tell?.(describeFrame(message));
    switch (message.type) {
      case 'EVENT':
        return frame.event
          ? this.#publish(frame.event, verdicts.get(frame.event))
          : this.#answerMalformed(message.event, frame.problem!);
      case 'AUTH':
        return this.#authenticate(message.event);
      case 'REQ':
        return this.#subscribe(message.subId, message.filters);
      case 'COUNT':
        return this.#count(message.subId, message.filters);
      case 'CLOSE':
        return this.#endSubscription(message.subId);
      case 'NEG-OPEN':
      case 'NEG-MSG':
      case 'NEG-CLOSE':
        return this.#notice(`unsupported: ${message.type} (NIP-77)`);
    }
  }

  /** A refused REQ or COUNT is answered with CLOSED (NIP-01); without a subscription id only a NOTICE is possible. */
  #answerUnreadable({ message, subId }: InvalidMessage): void {
    if (subId === undefined) this.#notice(`invalid: ${message}`);
    else this.#refuse(subId, `invalid: ${message}`);
  }

  /** A fault of this program. The client still gets an answer. */
  #answerFailed(frame: Frame): void {
    const failure = 'error: the relay failed on this';
    const type = frame.message?.type;
    if (type === 'REQ' || type === 'COUNT') this.#refuse(frame.message!.subId, failure);
    else if (frame.message && frame.event) this.#ok(frame.event.id, false, failure);
    else this.#notice(failure);
  }

  /** An OK names the event, so the id must be readable. */
  #answerMalformed(value: unknown, problem: string): void {
    const id = (value as { id?: unknown } | null)?.id;
    if (isHex32(id)) this.#ok(id, false, `invalid: ${problem}`);
    else this.#notice(`invalid: ${problem}`);
  }

  #publish(event: Event, verdict: Verdict | undefined): void {
    if (verdict === undefined) return this.#ok(event.id, false, 'error: the event could not be verified');
    if (verdict !== 'valid') return this.#ok(event.id, false, `invalid: ${FAULTS[verdict]}`);
    const { accepted, message, isNews } = this.#hub.accept(event, this.#authed);
    if (message.startsWith('auth-required:')) this.#offerChallenge();
    this.#ok(event.id, accepted, message);
    if (isNews) this.#hub.broadcast(event);
  }

  #authenticate(value: unknown): void {
    const { event, problem } = readEvent(value);
    if (!event) return this.#answerMalformed(value, problem!);
    const refusal = this.#refusalToAuthenticate(event);
    if (refusal !== undefined) return this.#ok(event.id, false, `invalid: ${refusal}`);
    this.#authed.add(event.pubkey);
    this.#ok(event.id, true, '');
  }

  #refusalToAuthenticate(event: Event): string | undefined {
    const challenge = this.#challenge;
    if (challenge === undefined) return 'no challenge was sent on this connection';
    const { now } = this.#hub.visitor(this.#authed);
    const refusals = this.#ownUrls.map(relayUrl => checkAuth(event, { challenge, relayUrl, now }));
    return refusals.includes(undefined) ? undefined : refusals[0];
  }

  #subscribe(id: string, filters: readonly Filter[]): void {
    if (this.#closed) return;
    this.#endSubscription(id);
    if (!this.#mayRead(id, filters)) return;
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS) {
      return this.#refuse(id, `rate-limited: at most ${MAX_SUBSCRIPTIONS} subscriptions on a connection`);
    }
    const { store, maxLimit, eoseHint } = this.#hub.settings;
    const { events, complete } = select(store, filters, maxLimit, this.#hub.visibleTo(this.#authed));
    const hint = complete ? 'finish' : 'more';
    const subscription = new Subscription(this.#transport, id, filters, eoseHint ? hint : undefined);
    this.#subscriptions.set(id, subscription);
    void subscription.start(events);
  }

  #count(id: string, filters: readonly Filter[]): void {
    if (this.#closed || !this.#mayRead(id, filters)) return;
    const offset = hllOffsetFor(filters);
    const hll = newHll();
    const result: CountResult = { count: 0 };
    for (const event of selectAll(this.#hub.settings.store, filters, this.#hub.visibleTo(this.#authed))) {
      result.count++;
      if (offset !== undefined) addToHll(hll, event.pubkey, offset);
    }
    if (offset !== undefined) result.hll = encodeHll(hll);
    this.#send({ type: 'COUNT', subId: id, ...result });
  }

  #mayRead(id: string, filters: readonly Filter[]): boolean {
    const refusal = refusalToRead(filters, this.#hub.visitor(this.#authed));
    if (refusal === undefined) return true;
    if (refusal.startsWith('auth-required:')) this.#offerChallenge();
    this.#refuse(id, refusal);
    return false;
  }

  #endSubscription(id: string): void {
    this.#subscriptions.get(id)?.end();
    this.#subscriptions.delete(id);
  }

  /** The challenge must be sent before the first `auth-required` (NIP-42). */
  #offerChallenge(): void {
    if (this.#challenge === undefined) this.#sendChallenge();
  }

  #sendChallenge(): void {
    this.#challenge = this.#newChallenge();
    this.#send({ type: 'AUTH', challenge: this.#challenge });
  }

  /** CLOSED says that no subscription with that id is open, so an earlier one with the same id ends too. */
  #refuse(id: string, message: string): void {
    this.#endSubscription(id);
    this.#tell?.(`refused ${quote(id)}: ${message}`);
    this.#send({ type: 'CLOSED', subId: id, message });
  }

  #ok(eventId: string, accepted: boolean, message: string): void {
    if (!accepted) this.#tell?.(`refused ${eventId.slice(0, 8)}: ${message}`);
    this.#send({ type: 'OK', eventId, accepted, message });
  }

  #notice(message: string): void {
    this.#tell?.(`refused a frame: ${message}`);
    this.#send({ type: 'NOTICE', message });
  }

  #send(message: RelayMessage): void {
    this.#transport.send(encodeRelayMessage(message));
  }
}

const FAULTS = {
  id: 'the id is not the hash of the event',
  signature: 'the signature does not verify',
} as const;

function readFrame(text: RawFrame): Frame {
  try {
    if (text === undefined) throw new InvalidMessage('a frame is JSON text, and this one is binary');
    const message = parseClientMessage(text);
    return message.type === 'EVENT' ? { message, ...readEvent(message.event) } : { message };
  } catch (error) {
    const isForeseen = error instanceof InvalidMessage;
    return { message: undefined, error: isForeseen ? error : new InvalidMessage((error as Error).message) };
  }
}

function readEvent(value: unknown): { event?: Event; problem?: string } {
  try {
    return { event: parseEvent(value) };
  } catch (error) {
    if (error instanceof InvalidEvent) return { problem: error.message };
    throw error;
  }
}

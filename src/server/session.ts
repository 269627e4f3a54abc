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
import type { FaultyConnection } from './faults/faulty-connection.ts';
import type { Client, Hub, Listener } from './hub.ts';
import { Inbox, type RawFrame } from './inbox.ts';
import { MAX_STEPS, MAX_SUBSCRIPTIONS } from './limits.ts';
import { maySee, refusalToRead } from './policy.ts';
import { type Selecting, select, selectAll } from './store/selection.ts';
import { Subscription } from './subscription.ts';
import { describeFrame } from './traffic.ts';
import type { Transport } from './transport.ts';
import { TooExpensive, type Work } from './work.ts';

/** The result of parsing a frame. The event of an EVENT frame is verified later, together with its batch. */
type Frame =
  | { message: ClientMessage; event?: Event; problem?: string }
  | { message: undefined; error: InvalidMessage };

/** An open subscription, and how it hears of accepted events. */
interface Open {
  subscription: Subscription;
  listener: Listener;
}

export class Session {
  readonly #hub: Hub;
  readonly #transport: Transport;
  /** Decides what goes wrong; undefined when nothing shall. */
  readonly #faults: FaultyConnection | undefined;
  readonly #inbox: Inbox;
  readonly #newChallenge: () => string;
  /** Hears of each frame and each refusal; undefined when nobody wants to. */
  readonly #tell: ((line: string) => void) | undefined;
  readonly #subscriptions = new Map<string, Open>();
  readonly #authed = new Set<string>();
  readonly #client: Client;
  #challenge: string | undefined;
  #closed = false;

  constructor(
    hub: Hub,
    transport: Transport,
    ownUrls: readonly string[],
    newChallenge: () => string,
    tell?: (line: string) => void,
    faults?: FaultyConnection,
  ) {
    this.#tell = tell;
    this.#faults = faults;
    this.#hub = hub;
    this.#transport = transport;
    this.#client = { authed: this.#authed, ownUrls };
    this.#newChallenge = newChallenge;
    this.#inbox = new Inbox(transport, hub.settings.verifier.batchSize, frames => this.#handleAll(frames));
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
    for (const id of [...this.#subscriptions.keys()]) this.#endSubscription(id);
  }

  async #handleAll(raw: RawFrame[]): Promise<void> {
    const frames = await this.#readAll(raw);
    const events = frames.flatMap(frame => (frame.message && frame.event) ?? []);
    const verdicts = await this.#verify(events);
    let publications: Event[] = [];
    for (const frame of frames) {
      if (isPublication(frame)) {
        this.#tell?.(describeFrame(frame.message));
        this.#faults?.hear(frame.message);
        publications.push(frame.event);
        continue;
      }
      await this.#publishAll(publications, verdicts);
      publications = [];
      await this.#tryToHandle(frame);
    }
    await this.#publishAll(publications, verdicts);
  }

  /** What a client sent before it left is still published, but nobody waits for an answer any more. */
  async #readAll(raw: RawFrame[]): Promise<Frame[]> {
    const work = this.#hub.turns.begin(Infinity);
    const frames: Frame[] = [];
    for (const text of raw) {
      if (this.#closed && !text?.startsWith('["EVENT"')) continue;
      frames.push(readFrame(text));
      work.spend(1 + (text?.length ?? 0) / 100);
      if (work.isDue()) await work.rest();
    }
    return frames;
  }

  async #tryToHandle(frame: Frame): Promise<void> {
    try {
      await this.#handle(frame);
    } catch (error) {
      this.#answerFailed(frame, error as Error);
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

  /** Handles any frame but a well-formed EVENT. */
  #handle(frame: Frame): void | Promise<void> {
    if (frame.message === undefined) return this.#answerUnreadable(frame.error);
    this.#tell?.(describeFrame(frame.message));
    const message = this.#faults?.hear(frame.message) ?? frame.message;
    switch (message.type) {
      case 'EVENT':
        return this.#answerMalformed(message.event, frame.problem!);
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

  /** The client gets an answer also when this program is at fault. */
  #answerFailed(frame: Frame, error: Error): void {
    const subId = (frame.message as { subId?: string } | undefined)?.subId;
    if (subId === undefined) this.#notice(this.#failure(error));
    else this.#refuse(subId, this.#failure(error));
  }

  #failure(error: Error): string {
    if (error instanceof TooExpensive) return `error: too expensive: ${error.message}`;
    this.#hub.settings.log(`a frame could not be handled: ${error.stack}`);
    return 'error: the relay failed on this';
  }

  /** An OK names the event, so the id must be readable. */
  #answerMalformed(value: unknown, problem: string): void {
    const id = (value as { id?: unknown } | null)?.id;
    if (isHex32(id)) this.#ok(id, false, `invalid: ${problem}`);
    else this.#notice(`invalid: ${problem}`);
  }

  /** Answers EVENT frames in order. What is stored is stored together. */
  async #publishAll(events: readonly Event[], verdicts: ReadonlyMap<Event, Verdict>): Promise<void> {
    if (events.length === 0) return;
    let valid: Event[] = [];
    for (const event of events) {
      const refusal = this.#refusalOf(event, verdicts.get(event));
      if (refusal === undefined) {
        valid.push(event);
        continue;
      }
      await this.#publish(valid);
      valid = [];
      this.#answer(event, false, refusal);
    }
    await this.#publish(valid);
  }

  /** Why the hub does not hear of an event. */
  #refusalOf(event: Event, verdict: Verdict | undefined): string | undefined {
    if (verdict === undefined) return 'error: the event could not be verified';
    return verdict === 'valid' ? this.#faults?.refusalToPublish(event) : `invalid: ${FAULTS[verdict]}`;
  }

  async #publish(events: readonly Event[]): Promise<void> {
    let answered = 0;
    try {
      await this.#hub.publish(events, this.#client, (event, { accepted, message }) => {
        answered++;
        this.#answer(event, accepted, message);
      });
    } catch (error) {
      const message = this.#failure(error as Error);
      for (const { id } of events.slice(answered)) this.#ok(id, false, message);
    }
  }

  #answer(event: Event, accepted: boolean, message: string): void {
    if (message.startsWith('auth-required:')) this.#offerChallenge();
    this.#ok(event.id, accepted, message);
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
    const { now } = this.#hub.visitor(this.#client);
    const refusals = this.#client.ownUrls.map(relayUrl => checkAuth(event, { challenge, relayUrl, now }));
    return refusals.includes(undefined) ? undefined : refusals[0];
  }

  #subscribe(id: string, filters: readonly Filter[]): void {
    if (this.#closed) return;
    this.#endSubscription(id);
    if (!this.#mayRead(id, filters)) return;
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS) {
      return this.#refuse(id, `rate-limited: at most ${MAX_SUBSCRIPTIONS} subscriptions on a connection`);
    }
    const { maxLimit, eoseHint: isHinting } = this.#hub.settings;
    const work = this.#hub.turns.begin(MAX_STEPS);
    const stored = select(filters, { maxLimit, isHinting }, this.#selecting(work));
    const subscription = new Subscription(this.#transport, id, isHinting);
    const listener = {
      deliver: (event: Event, json: string) => this.#deliver(id, subscription, event, json),
    };
    this.#subscriptions.set(id, { subscription, listener });
    this.#hub.live.add(listener, filters);
    void subscription.start(stored, work).catch(error => {
      if (!subscription.hasEnded) this.#refuse(id, this.#failure(error));
    });
  }

  #selecting(work: Work): Selecting {
    const isVisible = this.#hub.visibleTo(this.#client);
    return { store: this.#hub.settings.store, isVisible, spend: steps => work.spend(steps) };
  }

  #deliver(id: string, subscription: Subscription, event: Event, json: string): void {
    if (!maySee(event, this.#hub.visitor(this.#client))) return;
    if (!subscription.deliver(event, json)) this.#refuse(id, 'error: too slow to keep up with live events');
  }

  async #count(id: string, filters: readonly Filter[]): Promise<void> {
    if (this.#closed || !this.#mayRead(id, filters)) return;
    const offset = hllOffsetFor(filters);
    const hll = newHll();
    const result: CountResult = { count: 0 };
    const work = this.#hub.turns.begin(MAX_STEPS);
    for (const stored of selectAll(filters, this.#selecting(work))) {
      if (stored) {
        result.count++;
        if (offset !== undefined) addToHll(hll, stored.event.pubkey, offset);
      }
      if (work.isDue()) await work.rest();
      if (this.#closed) return;
    }
    if (offset !== undefined) result.hll = encodeHll(hll);
    this.#send({ type: 'COUNT', subId: id, ...result });
  }

  #mayRead(id: string, filters: readonly Filter[]): boolean {
    const refusal =
      this.#faults?.refusalToRead(filters) ?? refusalToRead(filters, this.#hub.visitor(this.#client));
    if (refusal === undefined) return true;
    if (refusal.startsWith('auth-required:')) this.#offerChallenge();
    this.#refuse(id, refusal);
    return false;
  }

  #endSubscription(id: string): void {
    const open = this.#subscriptions.get(id);
    if (open === undefined) return;
    this.#subscriptions.delete(id);
    this.#hub.live.remove(open.listener);
    open.subscription.end();
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

/** Whether it is an EVENT with a well-formed event. */
function isPublication(frame: Frame): frame is { message: ClientMessage; event: Event } {
  return frame.message !== undefined && frame.event !== undefined;
}

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

// The dialogue with one client (NIP-01, 42, 45, 77): reads its frames in order and gives each to its part. policy.ts
// decides what a client may do, and the store decides what is kept.
import type { Event } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { encodeRelayMessage, type InvalidMessage, type RelayMessage } from '../../protocol/message.ts';
import type { NegentropyRelayMessage } from '../../protocol/negentropy-message.ts';
import { quote } from '../../protocol/quote.ts';
import type { FaultyConnection } from '../faults/faulty-connection.ts';
import type { Hub } from '../hub.ts';
import { refusalToRead } from '../rules/policy.ts';
import { UnwritableStore } from '../store/store.ts';
import type { Transport } from '../transport.ts';
import { TooExpensive } from '../work.ts';
import { Authentication } from './authentication.ts';
import { type Frame, type Publication, readEvent } from './frames.ts';
import { Inbox, type RawFrame } from './inbox.ts';
import { Negotiations } from './negotiations.ts';
import { Publications } from './publications.ts';
import { Reading } from './reading.ts';
import { lengthOf, nextRun, type Run, readRun } from './runs.ts';
import { describeFrame } from './traffic.ts';

export class Session {
  readonly #hub: Hub;
  readonly #transport: Transport;
  /** Decides what goes wrong; undefined when nothing shall. */
  readonly #faults: FaultyConnection | undefined;
  readonly #inbox: Inbox;
  /** Who the client is; the rules ask it. */
  readonly #client: Authentication;
  /** Hears of each frame and each refusal; undefined when nobody wants to. */
  readonly #tell: ((line: string) => void) | undefined;
  readonly #reading: Reading;
  readonly #negotiations: Negotiations;
  readonly #publications: Publications;
  #closed = false;

  constructor(
    hub: Hub,
    transport: Transport,
    ownUrls: readonly string[],
    newChallenge: () => string,
    tell?: (line: string) => void,
    faults?: FaultyConnection,
    address = '',
  ) {
    this.#tell = tell;
    this.#faults = faults;
    this.#hub = hub;
    this.#transport = transport;
    this.#client = new Authentication(ownUrls, newChallenge, address);
    this.#reading = new Reading({
      hub,
      client: this.#client,
      transport,
      send: message => this.#send(message),
      refused: (id, message) => this.#tell?.(`refused ${quote(id)}: ${message}`),
      refusalToRead: filters => this.#refusalToRead(filters),
      failure: error => this.#failure(error),
    });
    this.#publications = new Publications({
      hub,
      client: this.#client,
      refusalToPublish: event => faults?.refusalToPublish(event),
      answer: (event, accepted, message) => this.#answer(event, accepted, message),
      failure: error => this.#failure(error),
    });
    this.#negotiations = new Negotiations({
      hub,
      client: this.#client,
      send: message => this.#sendNegotiation(message),
      refusalToRead: filters => this.#refusalToRead(filters),
    });
    this.#inbox = new Inbox(transport, hub.settings.verifier.batchSize, frames => this.#handleAll(frames));
    if (hub.settings.authRequired) this.#offerChallenge();
  }

  get subscriptionCount(): number {
    return this.#reading.subscriptionCount;
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
    this.#hub.places.forget(this.#transport);
    this.#reading.close();
    this.#negotiations.close();
  }

  /** The client is dropped because it holds too much memory: what waits of it is not handled. */
  discard(): void {
    this.#inbox.discard();
  }

  /** The others go first after some frames, however little each asks. */
  async #handleAll(raw: RawFrame[]): Promise<void> {
    const work = this.#hub.turns.begin(Infinity);
    for (let rest: readonly RawFrame[] = raw; rest.length > 0; ) {
      const { other, count } = await this.#publishIn(nextRun(rest));
      if (other) await this.#tryToHandle(other);
      rest = rest.slice(count);
      if (rest.length > 0 && work.isSliceOver()) await work.rest();
    }
  }

  /** Reads and answers EVENT frames. Who leaves while there is no place for them is not waited for. */
  async #publishIn({ raw, needsPlace }: ReturnType<typeof nextRun>): Promise<Run> {
    const { places, publishing, turns } = this.#hub;
    const place = needsPlace ? await places.take(this.#transport, lengthOf(raw), !this.#closed) : undefined;
    if (needsPlace && !place) return { publications: [], other: undefined, count: raw.length };
    try {
      if (place) await publishing.next();
      const run = await readRun(raw, turns.begin(Infinity), () => this.#closed);
      await this.#publish(run.publications);
      return { ...run, publications: [] };
    } finally {
      place?.leave();
    }
  }

  async #publish(publications: readonly Publication[]): Promise<void> {
    const events = publications.map(({ event }) => event);
    const verdicts = await this.#publications.verify(events);
    for (const { message } of publications) {
      this.#tell?.(describeFrame(message));
      this.#faults?.hear(message);
      this.#hub.counters.heard('EVENT');
    }
    await this.#publications.answerAll(events, verdicts);
  }

  async #tryToHandle(frame: Frame): Promise<void> {
    try {
      await this.#handle(frame);
    } catch (error) {
      this.#answerFailed(frame, error as Error);
    }
  }

  /** Handles any frame but a well-formed EVENT. */
  #handle(frame: Frame): void | Promise<void> {
    if (frame.message === undefined) return this.#answerUnreadable(frame.error, frame.eventId);
    this.#tell?.(describeFrame(frame.message));
    this.#hub.counters.heard(frame.message.type);
    const message = this.#faults?.hear(frame.message) ?? frame.message;
    switch (message.type) {
      case 'EVENT':
        return this.#answerMalformed(message.event, frame.problem!);
      case 'AUTH':
        return this.#authenticate(message.event);
      case 'REQ':
        return this.#reading.subscribe(message.subId, message.filters);
      case 'COUNT':
        return this.#reading.count(message.subId, message.filters);
      case 'CLOSE':
        return this.#reading.end(message.subId);
      case 'NEG-OPEN':
      case 'NEG-MSG':
      case 'NEG-CLOSE':
        return this.#negotiations.handle(message);
    }
  }

  #answerUnreadable({ message, subId, verb }: InvalidMessage, eventId: string | undefined): void {
    if (eventId !== undefined) return this.#ok(eventId, false, `invalid: ${message}`);
    this.#refuseFrame(verb, subId, `invalid: ${message}`);
  }

  /** The client gets an answer also when this program is at fault. */
  #answerFailed(frame: Frame, error: Error): void {
    const subId = (frame.message as { subId?: string } | undefined)?.subId;
    this.#refuseFrame(frame.message?.type, subId, this.#failure(error));
  }

  /**
   * A refused REQ or COUNT is answered with CLOSED (NIP-01), a NEG frame with NEG-ERR (NIP-77); without a subscription
   * id only a NOTICE is possible.
   */
  #refuseFrame(verb: string | undefined, subId: string | undefined, message: string): void {
    if (subId === undefined) this.#notice(message);
    else if (verb?.startsWith('NEG-')) this.#negotiations.refuse(subId, message);
    else this.#reading.refuse(subId, message);
  }

  #failure(error: Error): string {
    if (error instanceof TooExpensive) return `error: too expensive: ${error.message}`;
    if (error instanceof UnwritableStore) {
      this.#hub.settings.warn(error.message);
      return `error: ${error.reason}`;
    }
    this.#hub.settings.log(`a frame could not be handled: ${error.stack}`);
    return 'error: the relay failed on this';
  }

  /** An OK names the event, so the id must be readable. */
  #answerMalformed(value: unknown, problem: string): void {
    const id = (value as { id?: unknown } | null)?.id;
    if (isHex32(id)) this.#ok(id, false, `invalid: ${problem}`);
    else this.#notice(`invalid: ${problem}`);
  }

  #answer(event: Event, accepted: boolean, message: string): void {
    if (message.startsWith('auth-required:')) this.#offerChallenge();
    this.#hub.counters.answered(accepted, message);
    this.#ok(event.id, accepted, message);
  }

  /** One at a turn: a signature takes as long as many questions of others. */
  async #authenticate(value: unknown): Promise<void> {
    const { event, problem } = readEvent(value);
    if (!event) return this.#answerMalformed(value, problem!);
    const refusal = await this.#client.admit(event, this.#hub.settings);
    this.#ok(event.id, refusal === undefined, refusal ?? '');
    await this.#hub.turns.next();
  }

  #refusalToRead(filters: readonly Filter[]): string | undefined {
    const refusal =
      this.#faults?.refusalToRead(filters) ?? refusalToRead(filters, this.#hub.visitor(this.#client));
    if (refusal?.startsWith('auth-required:')) this.#offerChallenge();
    return refusal;
  }

  /** The challenge must be sent before the first `auth-required` (NIP-42). */
  #offerChallenge(): void {
    const challenge = this.#client.offer();
    if (challenge !== undefined) this.#send({ type: 'AUTH', challenge });
  }

  #sendNegotiation(message: NegentropyRelayMessage): void {
    if (message.type === 'NEG-ERR') this.#tell?.(`refused ${quote(message.subId)}: ${message.message}`);
    this.#send(message);
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

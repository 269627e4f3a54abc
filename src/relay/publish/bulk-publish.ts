// One stream of events to many relays. Relays are independent: each has its own window, and the source waits
// only when a relay lags a bounded number of events behind. Counts each event's quorum.
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { outcomeFailure, type PublishOutcome } from '../link/outcome.ts';
import { OutgoingEvent } from './outgoing-event.ts';
import type { RelayPublisherHooks, RelayPublisherOptions } from './publisher-options.ts';
import { RelayPublisher } from './relay-publisher.ts';
import { ToldInOrder } from './told-in-order.ts';

export interface BulkPublishOptions extends RelayPublisherOptions {
  /** Where events go for which nothing else is said. */
  relays: readonly string[];
  /** How many relays must accept an event; `all`: each that it is sent to. */
  require: number | 'all';
  /** Whether a relay has the event since an earlier run: it is not sent there again. */
  isAccepted?: ((relay: string, id: string) => boolean) | undefined;
  /** Told before more is sent: what was answered is known by then. */
  onSending?: () => void;
  onOutcome: (outcome: PublishOutcome) => void;
  /** What an answer amounts to, where the source knows more of its events than the relay says. */
  judge?: ((outcome: PublishOutcome) => PublishOutcome) | undefined;
  /** Told when every relay has answered for the event. */
  onSettled: (event: OutgoingEvent) => void;
  /**
   * Told once for each event that enough relays have accepted, in the order of offering: as soon as that is so of it,
   * and known of all before it. The source is held while too much waits for an event that is not voted on.
   */
  onQuorum?: (event: OutgoingEvent) => void;
  /** Told that `offer` and `drain` will throw: no more events are wanted. */
  onFailure?: () => void;
}

export class BulkPublish {
  readonly #options: BulkPublishOptions;
  readonly #hooks: RelayPublisherHooks;
  /** By relay. */
  readonly #publishers = new Map<string, RelayPublisher>();
  /** Undefined where nobody asks which events met their quorum. */
  readonly #order: ToldInOrder | undefined;
  /** Events that some relay has not answered for. */
  #pending = 0;
  #wake: (() => void) | undefined;
  #error: unknown;

  constructor(options: BulkPublishOptions) {
    this.#options = options;
    this.#order = options.onQuorum && new ToldInOrder(options.onQuorum);
    this.#hooks = {
      onOutcome: (outcome: PublishOutcome, event: OutgoingEvent) => this.#settled(outcome, event),
      onSending: () => this.#options.onSending?.(),
      onRoom: () => this.#wake?.(),
      onFault: (error: unknown) => this.#fail(error),
    };
  }

  /** Offers an event to its relays. Where it returns a promise, that resolves when there is room for more. */
  offer(event: StreamEvent, relays = this.#options.relays): Promise<void> | void {
    const { require, isAccepted } = this.#options;
    const outgoing = new OutgoingEvent(event, relays.length, require === 'all' ? relays.length : require);
    this.#pending++;
    this.#order?.offer(outgoing);
    for (const relay of relays) {
      if (isAccepted?.(relay, outgoing.id)) this.#settled(acceptedEarlier(outgoing.id, relay), outgoing);
      else this.#publisherFor(relay).offer(outgoing);
    }
    if (this.#error === undefined && !this.#isFull) return;
    return this.#until(() => this.#hasRoom);
  }

  #publisherFor(relay: string): RelayPublisher {
    const known = this.#publishers.get(relay);
    if (known) return known;
    const publisher = new RelayPublisher(relay, this.#options, this.#hooks);
    this.#publishers.set(relay, publisher);
    return publisher;
  }

  get #isFull(): boolean {
    if (this.#order?.isFull) return true;
    for (const publisher of this.#publishers.values()) if (publisher.isFull) return true;
    return false;
  }

  get #hasRoom(): boolean {
    return !this.#order?.isFull && Array.from(this.#publishers.values()).every(({ hasRoom }) => hasRoom);
  }

  /** Resolves when every event has its answers. */
  async drain(): Promise<void> {
    await this.#until(() => this.#pending === 0);
  }

  /** Ends at once: what has no answer yet is a `timeout` for the reason given. */
  async close(reason: string): Promise<void> {
    await Promise.all(Array.from(this.#publishers.values(), publisher => publisher.close(reason)));
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition() && this.#error === undefined) {
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    if (this.#error !== undefined) throw this.#error;
  }

  #settled(answer: PublishOutcome, event: OutgoingEvent): void {
    const outcome = this.#options.judge?.(answer) ?? answer;
    this.#options.onOutcome(outcome);
    if (outcome.attempts > 0 && isUnanswered(outcome)) event.isOpen = true;
    if (outcomeFailure(outcome) === undefined) this.#accepted(event, outcome.relay);
    if (--event.pending > 0) return;
    if (event.acceptedBy.length < event.required) this.#decide(event, 'missed');
    this.#options.onSettled(event);
    if (--this.#pending === 0) this.#wake?.();
  }

  #accepted(event: OutgoingEvent, relay: string): void {
    event.acceptedBy.push(relay);
    if (event.acceptedBy.length === event.required) this.#decide(event, 'met');
  }

  #decide(event: OutgoingEvent, verdict: 'met' | 'missed'): void {
    const wasFull = this.#order?.isFull;
    this.#order?.decide(event, verdict);
    if (wasFull && !this.#order?.isFull) this.#wake?.();
  }

  #fail(error: unknown): void {
    this.#error ??= error;
    this.#options.onFailure?.();
    this.#wake?.();
  }
}

function acceptedEarlier(id: string, relay: string): PublishOutcome {
  return { id, relay, ok: true, status: 'accepted', message: 'accepted earlier', attempts: 0, ms: 0 };
}

/** No answer came, which says nothing of what the relay did. */
function isUnanswered({ status }: PublishOutcome): boolean {
  return status === 'timeout' || status === 'disconnect';
}

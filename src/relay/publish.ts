// One stream of events to many relays. Relays are independent: each has its own window, and the source waits
// only when a relay lags a bounded number of events behind. Counts each event's quorum.
import type { Event } from '../protocol/event.ts';
import type { ConnectionOptions } from './connection.ts';
import { outcomeFailure, type PublishOutcome } from './outcome.ts';
import { Publisher, type PublisherHost } from './publisher.ts';

export interface BulkPublishOptions {
  relays: readonly string[];
  /** How many relays must accept an event. */
  require: number;
  pipeline: number;
  connection: ConnectionOptions;
  onOutcome: (outcome: PublishOutcome) => void;
  /** Told when every relay has answered for the event. */
  onSettled: (event: Event, accepted: number) => void;
  /** Told once for each event, as soon as enough relays have accepted it. */
  onQuorum: (event: Event) => void;
}

interface Ballot {
  accepted: number;
  pending: number;
}

export class BulkPublish implements PublisherHost {
  readonly #options: BulkPublishOptions;
  readonly #publishers: Publisher[];
  readonly #opening: Promise<unknown>;
  /** By event object, not id: the same event may be published twice in one run. */
  readonly #ballots = new Map<Event, Ballot>();
  #wake: (() => void) | undefined;
  #error: unknown;

  constructor(options: BulkPublishOptions) {
    this.#options = options;
    this.#publishers = options.relays.map(relay => new Publisher(relay, options, this));
    this.#opening = Promise.all(this.#publishers.map(publisher => publisher.open())).catch(error =>
      this.fail(error),
    );
  }

  /** Offers an event to every relay; resolves when there is room for the next. */
  async offer(event: Event): Promise<void> {
    const offered = this.#ballots.has(event) ? { ...event } : event;
    this.#ballots.set(offered, { accepted: 0, pending: this.#publishers.length });
    for (const publisher of this.#publishers) publisher.offer(offered);
    await this.#until(() => !this.#publishers.some(publisher => publisher.isFull));
  }

  /** Resolves when every event has its answers. */
  async drain(): Promise<void> {
    await this.#until(() => this.#ballots.size === 0);
  }

  /** Ends at once: what has no answer yet is a `timeout` for the reason given. */
  async close(reason: string): Promise<void> {
    await Promise.all(this.#publishers.map(publisher => publisher.close(reason)));
    await this.#opening;
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition() && this.#error === undefined) {
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    if (this.#error !== undefined) throw this.#error;
  }

  settled(outcome: PublishOutcome, event: Event): void {
    this.#options.onOutcome(outcome);
    const ballot = this.#ballots.get(event)!;
    ballot.pending--;
    if (outcomeFailure(outcome) === undefined && ++ballot.accepted === this.#options.require)
      this.#options.onQuorum(event);
    if (ballot.pending > 0) return;
    this.#ballots.delete(event);
    this.#options.onSettled(event, ballot.accepted);
    this.#wake?.();
  }

  hungry(): void {
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#error ??= error;
    this.#wake?.();
  }
}

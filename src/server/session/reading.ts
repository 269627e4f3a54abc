// The reading part of a session (NIP-01, 45): what REQ, COUNT and CLOSE ask for, and why it is refused.
import type { Filter } from '../../protocol/filter.ts';
import type { RelayMessage } from '../../protocol/message.ts';
import type { Hub } from '../hub.ts';
import { MAX_LISTED, MAX_STEPS, MAX_SUBSCRIPTIONS } from '../limits.ts';
import { maySee } from '../rules/policy.ts';
import { type Selecting, select } from '../store/query/selection.ts';
import type { Transport } from '../transport.ts';
import type { Work } from '../work.ts';
import type { Authentication } from './authentication.ts';
import { countEvents } from './counting.ts';
import { Starting } from './starting.ts';
import { Subscription } from './subscription.ts';
import { Subscriptions, weightOf } from './subscriptions.ts';

/** What a session lends to its reading. */
export interface Reader {
  hub: Hub;
  client: Authentication;
  /** Where stored and live events go, as fast as the client reads. */
  transport: Transport;
  send: (message: RelayMessage) => void;
  /** Hears of each refusal. */
  refused: (id: string, message: string) => void;
  /** Why filters are not answered; undefined when they are. */
  refusalToRead: (filters: readonly Filter[]) => string | undefined;
  /** What is told of an error. */
  failure: (error: Error) => string;
}

export class Reading {
  readonly #reader: Reader;
  readonly #subscriptions: Subscriptions;
  readonly #starting = new Starting();
  #isOver = false;

  constructor(reader: Reader) {
    const { hub, client } = reader;
    this.#reader = reader;
    this.#subscriptions = new Subscriptions({
      live: hub.live,
      listed: hub.listed,
      maySee: event => maySee(event, hub.visitor(client)),
      onTooSlow: id => this.refuse(id, 'error: too slow to keep up with live events'),
      onTooHeavy: id => this.refuse(id, 'error: the relay needs its memory for others; ask for less'),
    });
  }

  get subscriptionCount(): number {
    return this.#subscriptions.size;
  }

  /** The client has gone. */
  close(): void {
    this.#isOver = true;
    this.#subscriptions.endAll();
  }

  /** Ends a subscription, if it is open. */
  end(id: string): void {
    this.#subscriptions.end(id);
  }

  /** CLOSED says that no subscription with that id is open, so an earlier one with the same id ends too. */
  refuse(id: string, message: string): void {
    this.end(id);
    this.#reader.refused(id, message);
    this.#reader.send({ type: 'CLOSED', subId: id, message });
  }

  /** Answers a REQ. Resolves when the next frame may be handled. */
  async subscribe(id: string, filters: readonly Filter[]): Promise<void> {
    if (this.#isOver) return;
    this.end(id);
    const refusal = this.#reader.refusalToRead(filters) ?? this.#refusalForNumber(filters);
    if (refusal !== undefined) return this.refuse(id, refusal);
    const { hub, transport } = this.#reader;
    const { maxLimit, eoseHint: isHinting } = hub.settings;
    const work = hub.turns.begin(MAX_STEPS);
    const stored = select(filters, { maxLimit, isHinting }, this.#selecting(work));
    const subscription = new Subscription(transport, id, isHinting);
    this.#subscriptions.add(id, subscription, filters);
    await this.#starting.add(
      subscription.start(stored, work).catch(error => {
        if (!subscription.hasEnded) this.refuse(id, this.#reader.failure(error));
      }),
    );
  }

  /** Answers a COUNT. */
  async count(id: string, filters: readonly Filter[]): Promise<void> {
    if (this.#isOver) return;
    const { hub, client, send, refusalToRead } = this.#reader;
    const refusal = refusalToRead(filters);
    if (refusal !== undefined) return this.refuse(id, refusal);
    const work = hub.turns.begin(MAX_STEPS);
    const counting = { ...this.#selecting(work), visitor: hub.visitor(client) };
    const result = await countEvents(filters, counting, work, () => this.#isOver);
    if (result) send({ type: 'COUNT', subId: id, ...result });
  }

  #refusalForNumber(filters: readonly Filter[]): string | undefined {
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS)
      return `rate-limited: at most ${MAX_SUBSCRIPTIONS} subscriptions on a connection`;
    if (this.#subscriptions.weight + weightOf(filters) > MAX_LISTED)
      return `rate-limited: at most ${MAX_LISTED} values in the filters of a connection`;
    return undefined;
  }

  #selecting(work: Work): Selecting {
    const { hub, client } = this.#reader;
    return { store: hub.settings.store, isVisible: hub.visibleTo(client), spend: steps => work.spend(steps) };
  }
}

// What was asked on one connection and has not ended: who is told of the frames under each subscription id. No id is
// given twice, so that a frame for an old one is known.
import type { NegotiationListener, SubscriptionListener } from './listeners.ts';

/** How each of our ids begins; a number follows. */
const HEAD = 'nost';

export class Requests {
  readonly #subscriptions = new Map<string, SubscriptionListener>();
  readonly #negotiations = new Map<string, NegotiationListener>();
  #next = 1;

  /** A REQ or COUNT under a new id. */
  subscribe(listener: SubscriptionListener): string {
    const subId = this.#newId();
    this.#subscriptions.set(subId, listener);
    return subId;
  }

  /** A negotiation (NIP-77) under a new id. */
  negotiate(listener: NegotiationListener): string {
    const subId = this.#newId();
    this.#negotiations.set(subId, listener);
    return subId;
  }

  /** Who asked the REQ or COUNT of that id. */
  subscription(subId: string): SubscriptionListener | undefined {
    return this.#subscriptions.get(subId);
  }

  /** Who negotiates under that id. */
  negotiation(subId: string): NegotiationListener | undefined {
    return this.#negotiations.get(subId);
  }

  /** Forgets a REQ or COUNT. False when there is none. */
  endSubscription(subId: string): boolean {
    return this.#subscriptions.delete(subId);
  }

  /** Forgets a negotiation. False when there is none. */
  endNegotiation(subId: string): boolean {
    return this.#negotiations.delete(subId);
  }

  get subscriptionIds(): string[] {
    return [...this.#subscriptions.keys()];
  }

  get negotiationIds(): string[] {
    return [...this.#negotiations.keys()];
  }

  get negotiators(): NegotiationListener[] {
    return [...this.#negotiations.values()];
  }

  /** Everybody who waits for an answer. */
  get listeners(): (SubscriptionListener | NegotiationListener)[] {
    return [...this.#subscriptions.values(), ...this.#negotiations.values()];
  }

  /** Whether we ever gave that id: a frame for it crossed our CLOSE. */
  wasOurs(subId: string): boolean {
    const number = subId.startsWith(HEAD) ? Number(subId.slice(HEAD.length)) : Number.NaN;
    return number >= 1 && number < this.#next;
  }

  #newId(): string {
    return `${HEAD}${this.#next++}`;
  }
}

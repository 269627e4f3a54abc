// The open subscriptions of one client, by their id: which ones there are, and how they hear of accepted events.
import type { Event } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import type { Listener } from '../hub.ts';
import type { LiveIndex } from '../live-index.ts';
import type { Share, SharedMemory } from '../shared-memory.ts';
import type { Subscription } from './subscription.ts';

interface Open {
  subscription: Subscription;
  listener: Listener;
  weight: number;
}

/** What a subscription weighs beside its filters, and a filter beside its values. */
const SUBSCRIPTION_WEIGHT = 20;
const FILTER_WEIGHT = 20;

/** And with a search, which reads the content of each event that its filter matches. */
const SEARCH_WEIGHT = 500;

/** What filters weigh while they are listed for accepted events: a value takes a few hundred bytes. */
export function weightOf(filters: readonly Filter[]): number {
  let weight = SUBSCRIPTION_WEIGHT;
  for (const filter of filters) {
    weight += FILTER_WEIGHT + (filter.search === undefined ? 0 : SEARCH_WEIGHT);
    for (const value of Object.values(filter)) if (Array.isArray(value)) weight += value.length;
  }
  return weight;
}

/** What a session lends to its subscriptions. */
export interface Subscriber {
  live: LiveIndex<Listener>;
  /** What the filters of all connections weigh. */
  listed: SharedMemory;
  maySee: (event: Event) => boolean;
  /** Hears of a subscription whose client does not read what it asked for. */
  onTooSlow: (id: string) => void;
  /** Hears of a subscription that has to end because others need the room. */
  onTooHeavy: (id: string) => void;
}

export class Subscriptions {
  readonly #subscriber: Subscriber;
  readonly #open = new Map<string, Open>();
  #share: Share;

  constructor(subscriber: Subscriber) {
    this.#subscriber = subscriber;
    this.#share = this.#newShare();
  }

  #newShare(): Share {
    return this.#subscriber.listed.open(() => {
      this.#share = this.#newShare();
      for (const id of [...this.#open.keys()]) this.#subscriber.onTooHeavy(id);
    });
  }

  get size(): number {
    return this.#open.size;
  }

  /** What all of its filters weigh. */
  get weight(): number {
    let weight = 0;
    for (const open of this.#open.values()) weight += open.weight;
    return weight;
  }

  /** From now on the subscription hears of accepted events. */
  add(id: string, subscription: Subscription, filters: readonly Filter[]): void {
    const listener = {
      deliver: (event: Event, json: string) => {
        if (this.#subscriber.maySee(event) && !subscription.deliver(event, json))
          this.#subscriber.onTooSlow(id);
      },
    };
    const weight = weightOf(filters);
    this.#open.set(id, { subscription, listener, weight });
    this.#subscriber.live.add(listener, filters);
    this.#share.add(weight);
  }

  /** Ends the subscription with that id, if there is one. */
  end(id: string): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    this.#subscriber.live.remove(open.listener);
    this.#share.add(-Math.min(open.weight, this.#share.held));
    open.subscription.end();
  }

  endAll(): void {
    for (const id of [...this.#open.keys()]) this.end(id);
    this.#share.close();
  }
}

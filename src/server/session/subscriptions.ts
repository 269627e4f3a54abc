// The open subscriptions of one client, by their id: which ones there are, and how they hear of accepted events.
import type { Event } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import type { Listener } from '../hub.ts';
import type { LiveIndex } from '../live-index.ts';
import type { Subscription } from './subscription.ts';

interface Open {
  subscription: Subscription;
  listener: Listener;
}

export class Subscriptions {
  readonly #live: LiveIndex<Listener>;
  readonly #maySee: (event: Event) => boolean;
  readonly #onTooSlow: (id: string) => void;
  readonly #open = new Map<string, Open>();

  /** `onTooSlow` hears of a subscription whose client does not read what it asked for. */
  constructor(live: LiveIndex<Listener>, maySee: (event: Event) => boolean, onTooSlow: (id: string) => void) {
    this.#live = live;
    this.#maySee = maySee;
    this.#onTooSlow = onTooSlow;
  }

  get size(): number {
    return this.#open.size;
  }

  /** From now on the subscription hears of accepted events. */
  add(id: string, subscription: Subscription, filters: readonly Filter[]): void {
    const listener = {
      deliver: (event: Event, json: string) => {
        if (this.#maySee(event) && !subscription.deliver(event, json)) this.#onTooSlow(id);
      },
    };
    this.#open.set(id, { subscription, listener });
    this.#live.add(listener, filters);
  }

  /** Ends the subscription with that id, if there is one. */
  end(id: string): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    this.#live.remove(open.listener);
    open.subscription.end();
  }

  endAll(): void {
    for (const id of [...this.#open.keys()]) this.end(id);
  }
}

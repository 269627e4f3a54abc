// What one subscription has brought and nobody has taken yet: events and signals in the order they came.
import type { Signal } from './signal.ts';

/** Some events in the order they came, then perhaps a signal. */
export interface Delivery {
  events: unknown[];
  signal: Signal | undefined;
}

interface QueuedEvents {
  type: 'events';
  events: unknown[];
  size: number;
}

/** Taken items that may stay at the front of the queue before it is copied. */
const COMPACT_AFTER = 1024;

export class EventQueue {
  /** Characters of frame text that wait. */
  size = 0;
  /** Read from `#head` on, so that taking is cheap. */
  #items: (QueuedEvents | Signal)[] = [];
  #head = 0;
  #wake: (() => void) | undefined;

  push(item: QueuedEvents | Signal): void {
    this.#items.push(item);
    if (item.type === 'events') this.size += item.size;
    if (this.#wake === undefined) return;
    // Not on this turn: what else the socket has read by then is taken with it.
    setImmediate(this.#wake);
    this.#wake = undefined;
  }

  /** The next events, at most `max`, and the signal that follows them. Waits for at least one of the two. */
  async take(max: number): Promise<Delivery> {
    while (this.#head === this.#items.length) {
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    return this.#take(max);
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
    this.size = 0;
  }

  #take(max: number): Delivery {
    const events: unknown[] = [];
    let signal: Signal | undefined;
    while (this.#head < this.#items.length && events.length < max && signal === undefined) {
      const item = this.#items[this.#head]!;
      if (item.type !== 'events') signal = item;
      else if (item.events.length > max - events.length) {
        events.push(...item.events.splice(0, max - events.length));
        break;
      } else {
        events.push(...item.events);
        this.size -= item.size;
      }
      this.#head++;
    }
    if (this.#head === this.#items.length || this.#head > COMPACT_AFTER) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return { events, signal };
  }
}

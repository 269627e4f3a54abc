// One REQ on one connection, as a bounded queue: when the reader falls behind, the socket is paused, and the
// clock that bounds the relay's silence stands still meanwhile. Repeats the REQ once after an AUTH.
import type { Filter } from '../protocol/filter.ts';
import { type CountResult, type EoseHint, parseReason } from '../protocol/message.ts';
import type { AuthOutcome, Connection, SubscriptionListener } from './connection.ts';
import { NOTICE_GRACE_MS, readsLikeRefusal } from './outcome.ts';
import { Watchdog } from './watchdog.ts';

/**
 * What the relay said apart from events. `silent`: nothing came for the relay timeout while EOSE was due;
 * `failed`: the user's own key could not sign an AUTH;
 * `stopped`: we ourselves stopped it.
 */
export type Signal =
  | { type: 'eose'; hint: EoseHint | undefined }
  | { type: 'closed'; message: string }
  | { type: 'auth_required'; message: string }
  | { type: 'refused'; message: string }
  | { type: 'silent' }
  | { type: 'disconnected'; reason: string }
  | { type: 'failed'; error: unknown }
  | { type: 'stopped' };

interface QueuedEvent {
  type: 'event';
  event: unknown;
  size: number;
}

/** Some events in the order they came, then perhaps a signal. */
export interface Delivery {
  events: unknown[];
  signal: Signal | undefined;
}

/** Characters of frame text that may wait before the socket is paused, and where it goes on again. */
const HIGH_WATER = 512 * 1024;
const LOW_WATER = 128 * 1024;

/** Taken items that may stay at the front of the queue before it is copied. */
const COMPACT_AFTER = 1024;

export class Subscription implements SubscriptionListener {
  readonly #connection: Connection;
  readonly #filters: readonly Filter[];
  readonly #watchdog: Watchdog;
  readonly #relayTimeout: number;
  readonly #id: string;
  /** Events and signals in the order they came; read from `#head` on, so that taking is cheap. */
  #queue: (QueuedEvent | Signal)[] = [];
  #head = 0;
  #queuedSize = 0;
  #paused = false;
  #wake: (() => void) | undefined;
  #eose = false;
  #authenticated = false;
  #notice: string | undefined;

  constructor(connection: Connection, filters: readonly Filter[], relayTimeout: number) {
    this.#connection = connection;
    this.#filters = filters;
    this.#relayTimeout = relayTimeout;
    this.#watchdog = new Watchdog(relayTimeout, () => this.#silent());
    this.#watchdog.start();
    this.#id = connection.subscribe(filters, this);
  }

  /** The next events, at most `max`, and the signal that follows them. Waits for at least one of the two. */
  async take(max: number): Promise<Delivery> {
    while (this.#head === this.#queue.length) {
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    const delivery = this.#dequeue(max);
    if (this.#paused && this.#queuedSize <= LOW_WATER) this.#flow();
    return delivery;
  }

  /** Drops what waits and wakes the reader with `stopped`. */
  stop(): void {
    this.#watchdog.stop();
    this.#queue = [];
    this.#head = 0;
    this.#enqueue({ type: 'stopped' });
  }

  /** Sends CLOSE; nothing is delivered afterwards. */
  close(): void {
    this.#watchdog.stop();
    this.#queue = [];
    this.#head = 0;
    this.#connection.unsubscribe(this.#id);
    if (this.#paused) this.#connection.resume();
    this.#paused = false;
  }

  #dequeue(max: number): Delivery {
    const events: unknown[] = [];
    let signal: Signal | undefined;
    while (this.#head < this.#queue.length && events.length < max && signal === undefined) {
      const item = this.#queue[this.#head++]!;
      if (item.type === 'event') {
        events.push(item.event);
        this.#queuedSize -= item.size;
      } else signal = item;
    }
    if (this.#head === this.#queue.length || this.#head > COMPACT_AFTER) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return { events, signal };
  }

  #enqueue(item: QueuedEvent | Signal): void {
    this.#queue.push(item);
    this.#wake?.();
  }

  #flow(): void {
    this.#paused = false;
    this.#connection.resume();
    if (!this.#eose) this.#watchdog.start(this.#relayTimeout);
  }

  event(event: unknown, size: number): void {
    if (this.#notice !== undefined && !this.#eose && !this.#paused) {
      this.#notice = undefined;
      this.#watchdog.start(this.#relayTimeout);
    }
    this.#enqueue({ type: 'event', event, size });
    this.#queuedSize += size;
    if (this.#paused || this.#queuedSize < HIGH_WATER) return;
    this.#paused = true;
    this.#watchdog.stop();
    this.#connection.pause();
  }

  eose(hint: EoseHint | undefined): void {
    if (this.#eose) return; // "exactly once"; some relays say it twice
    this.#eose = true;
    this.#watchdog.stop();
    this.#enqueue({ type: 'eose', hint });
  }

  closed(message: string): void {
    this.#watchdog.stop();
    const wantsAuth = parseReason(message).prefix === 'auth-required';
    if (!wantsAuth) this.#enqueue({ type: 'closed', message });
    else if (!this.#connection.canAuthenticate || this.#authenticated)
      this.#enqueue({ type: 'auth_required', message });
    else this.#authenticate();
  }

  activity(): void {
    this.#watchdog.touch();
  }

  /** A NOTICE that reads like a refusal may be all the answer there is: what follows decides. */
  notice(text: string): void {
    if (this.#eose || !readsLikeRefusal(text)) return;
    this.#notice = text;
    if (!this.#paused) this.#watchdog.start(Math.min(NOTICE_GRACE_MS, this.#relayTimeout));
  }

  count(_result: CountResult): void {}

  disconnected(reason: string): void {
    this.#watchdog.stop();
    this.#enqueue({ type: 'disconnected', reason });
  }

  #silent(): void {
    const notice = this.#notice;
    this.#enqueue(notice === undefined ? { type: 'silent' } : { type: 'refused', message: notice });
  }

  /** Authenticates and repeats the REQ, once: a second refusal is final. */
  async #authenticate(): Promise<void> {
    this.#authenticated = true;
    let outcome: AuthOutcome;
    try {
      outcome = await this.#connection.authenticate();
    } catch (error) {
      return this.#enqueue({ type: 'failed', error });
    }
    if (!outcome.ok) return this.#enqueue({ type: 'auth_required', message: outcome.message });
    this.#watchdog.start(this.#relayTimeout);
    this.#connection.resubscribe(this.#id, this.#filters);
  }
}

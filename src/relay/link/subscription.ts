// One REQ on one connection, as a bounded queue: when the reader falls behind, the socket is paused, and the
// clock that bounds the relay's silence stands still meanwhile. Repeats the REQ once after an AUTH.
import type { Filter } from '../../protocol/filter.ts';
import { type CountResult, type EoseHint, parseReason } from '../../protocol/message.ts';
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

/**
 * `asked`: EOSE is due. `live`: it has come. `held`: the relay wants authentication first.
 * `over`: closed by the relay or by us. What comes while held or over belongs to nothing.
 */
type State = 'asked' | 'live' | 'held' | 'over';

interface QueuedEvents {
  type: 'events';
  events: unknown[];
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

/** After EOSE it means that nothing live will come (relay-quirks: strfry, nostream). */
const TOO_MANY = /too many (concurrent REQs|subscriptions)/i;

/** Taken items that may stay at the front of the queue before it is copied. */
const COMPACT_AFTER = 1024;

export class Subscription implements SubscriptionListener {
  readonly #connection: Connection;
  readonly #filters: readonly Filter[];
  readonly #watchdog: Watchdog;
  readonly #relayTimeout: number;
  readonly #id: string;
  #state: State = 'asked';
  /** Events and signals in the order they came; read from `#head` on, so that taking is cheap. */
  #queue: (QueuedEvents | Signal)[] = [];
  #head = 0;
  #queuedSize = 0;
  #paused = false;
  #wake: (() => void) | undefined;
  #authenticated = false;
  /** A notice that may be all the answer there is. */
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
    this.#end();
    this.#enqueue({ type: 'stopped' });
  }

  /** Sends CLOSE; nothing is delivered afterwards. */
  close(): void {
    this.#end();
    this.#connection.unsubscribe(this.#id);
    if (this.#paused) this.#connection.resume();
    this.#paused = false;
  }

  #end(): void {
    this.#state = 'over';
    this.#watchdog.stop();
    this.#queue = [];
    this.#head = 0;
  }

  #dequeue(max: number): Delivery {
    const events: unknown[] = [];
    let signal: Signal | undefined;
    while (this.#head < this.#queue.length && events.length < max && signal === undefined) {
      const item = this.#queue[this.#head]!;
      if (item.type !== 'events') signal = item;
      else if (item.events.length > max - events.length) {
        events.push(...item.events.splice(0, max - events.length));
        break;
      } else {
        events.push(...item.events);
        this.#queuedSize -= item.size;
      }
      this.#head++;
    }
    if (this.#head === this.#queue.length || this.#head > COMPACT_AFTER) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return { events, signal };
  }

  #enqueue(item: QueuedEvents | Signal): void {
    this.#queue.push(item);
    if (this.#wake === undefined) return;
    // Not on this turn: what else the socket has read by then is taken with it.
    setImmediate(this.#wake);
    this.#wake = undefined;
  }

  #flow(): void {
    this.#paused = false;
    this.#connection.resume();
    this.#watch();
  }

  /** Bounds the wait for EOSE from now on; a relay that we hold up is not silent. */
  #watch(limit = this.#relayTimeout): void {
    if (this.#state === 'asked' && !this.#paused) this.#watchdog.start(limit);
    else this.#watchdog.stop();
  }

  events(events: unknown[], size: number): void {
    if (this.#state === 'held' || this.#state === 'over') return;
    this.#watchdog.touch();
    if (this.#notice !== undefined) {
      this.#notice = undefined;
      this.#watch();
    }
    this.#enqueue({ type: 'events', events, size });
    this.#queuedSize += size;
    if (this.#paused || this.#queuedSize < HIGH_WATER) return;
    this.#paused = true;
    this.#watch();
    this.#connection.pause();
  }

  /** "exactly once" (NIP-01); some relays say it twice. */
  eose(hint: EoseHint | undefined): void {
    if (this.#state !== 'asked') return;
    this.#state = 'live';
    this.#watch();
    this.#enqueue({ type: 'eose', hint });
  }

  closed(message: string): void {
    if (this.#state === 'held' || this.#state === 'over') return;
    const wantsAuth = parseReason(message).prefix === 'auth-required';
    const canAuthenticate = this.#connection.canAuthenticate && !this.#authenticated;
    this.#state = wantsAuth && canAuthenticate ? 'held' : 'over';
    this.#watch();
    if (this.#state === 'held') this.#authenticate();
    else this.#enqueue({ type: wantsAuth ? 'auth_required' : 'closed', message });
  }

  /** A NOTICE that reads like a refusal may be all the answer there is: what follows decides. */
  notice(text: string): void {
    if (this.#state === 'live' && TOO_MANY.test(text))
      return this.#enqueue({ type: 'refused', message: text });
    if (this.#state !== 'asked' || !readsLikeRefusal(text)) return;
    this.#notice = text;
    this.#watch(Math.min(NOTICE_GRACE_MS, this.#relayTimeout));
  }

  count(_result: CountResult): void {}

  disconnected(reason: string): void {
    this.#state = 'over';
    this.#watch();
    this.#enqueue({ type: 'disconnected', reason });
  }

  #silent(): void {
    const notice = this.#notice;
    this.#enqueue(notice === undefined ? { type: 'silent' } : { type: 'refused', message: notice });
  }

  /** Authenticates and repeats the REQ, once: a second refusal is final. */
  async #authenticate(): Promise<void> {
    this.#authenticated = true;
    const outcome = await this.#outcomeOfAuth();
    if (this.#state !== 'held') return; // stopped or disconnected meanwhile
    if ('error' in outcome) return this.#enqueue({ type: 'failed', error: outcome.error });
    if (!outcome.ok) return this.#enqueue({ type: 'auth_required', message: outcome.message });
    this.#state = 'asked';
    this.#watch();
    this.#connection.resubscribe(this.#id, this.#filters);
  }

  async #outcomeOfAuth(): Promise<AuthOutcome | { error: unknown }> {
    try {
      return await this.#connection.authenticate();
    } catch (error) {
      return { error };
    }
  }
}

// One REQ on one connection, as a bounded queue: when the reader falls behind, the socket is paused, and the
// clock that bounds the relay's silence stands still meanwhile. Only events that were asked for, true and new end a
// silence, as the reader judges them: nothing else that a relay sends keeps us waiting. Repeats the REQ once after an
// AUTH.
import type { Filter } from '../../protocol/filter.ts';
import type { CountResult, EoseHint } from '../../protocol/message.ts';
import type { AuthOutcome } from './authentication.ts';
import { Watchdog } from './clocks/watchdog.ts';
import type { Connection } from './connection.ts';
import { type Delivery, EventQueue } from './event-queue.ts';
import type { SubscriptionListener } from './listeners.ts';
import { asksToSlowDown, NOTICE_GRACE_MS, readsLikeRefusal } from './outcome.ts';

/**
 * `asked`: EOSE is due. `live`: it has come. `held`: the relay wants authentication first.
 * `over`: closed by the relay or by us. What comes while held or over belongs to nothing.
 */
type State = 'asked' | 'live' | 'held' | 'over';

/** Characters of frame text that may wait before the socket is paused, and where it goes on again. */
const HIGH_WATER = 512 * 1024;
const LOW_WATER = 128 * 1024;

/** Events in a row that are no sign of life: whoever sends them faster than they are judged holds us, not we them. */
const MOST_IDLE = 250_000;

/** After EOSE it means that nothing live will come (strfry, nostream). */
const TOO_MANY = /too many (concurrent REQs|subscriptions)/i;

/**
 * There are relays where an AUTH does not last as long as the connection. Such a connection is of no more use than one that
 * is lost: on the next all is said and asked again, and what came meanwhile, too.
 */
const FORGOTTEN = 'the relay wants to know again who reads';

export class Subscription implements SubscriptionListener {
  readonly #connection: Connection;
  readonly #filters: readonly Filter[];
  readonly #watchdog: Watchdog;
  readonly #queue = new EventQueue();
  readonly #id: string;
  #state: State = 'asked';
  #paused = false;
  #authenticated = false;
  /** A notice that may be all the answer there is. */
  #notice: string | undefined;
  /** Events that came and were not judged yet. */
  #unjudged = 0;
  /** Events that were judged since the last sign of life. */
  #idle = 0;
  /** The time is up, but for so many events that came before and are not judged yet. */
  #hopes: number | undefined;

  constructor(connection: Connection, filters: readonly Filter[]) {
    this.#connection = connection;
    this.#filters = filters;
    this.#watchdog = new Watchdog(connection.relayTimeout, () => this.#timeUp());
    this.#watchdog.start();
    this.#id = connection.subscribe(filters, this);
  }

  /** The next events, at most `max`, and the signal that follows them. Waits for at least one of the two. */
  async take(max: number): Promise<Delivery> {
    const delivery = await this.#queue.take(max);
    if (this.#paused && this.#queue.size <= LOW_WATER) this.#resume();
    return delivery;
  }

  /** Drops what waits and wakes the reader with `stopped`. */
  stop(): void {
    this.#end();
    this.#queue.push({ type: 'stopped' });
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
    this.#queue.clear();
  }

  /** So many of the events taken were judged; `isAlive`: one of them was asked for, true, and new. */
  judged(count: number, isAlive: boolean): void {
    this.#unjudged -= count;
    if (this.#state !== 'asked') return;
    this.#idle = isAlive ? 0 : this.#idle + count;
    if (isAlive) this.#heard();
    else if (this.#idle > MOST_IDLE) this.#silent();
    else if (this.#hopes !== undefined) {
      this.#hopes -= count;
      if (this.#hopes <= 0) this.#silent();
    }
  }

  #heard(): void {
    if (this.#notice === undefined && this.#hopes === undefined) return this.#watchdog.touch();
    this.#watch();
  }

  #resume(): void {
    this.#paused = false;
    this.#connection.resume();
    this.#watchdog.release();
  }

  /** Bounds the wait for EOSE anew; a relay that we hold up is not silent. */
  #watch(): void {
    this.#notice = undefined;
    this.#hopes = undefined;
    if (this.#state !== 'asked') return this.#watchdog.stop();
    this.#watchdog.start();
    if (this.#paused) this.#watchdog.hold();
  }

  events(events: unknown[], size: number): void {
    if (this.#state === 'held' || this.#state === 'over') return;
    this.#unjudged += events.length;
    this.#queue.push({ type: 'events', events, size });
    if (this.#paused || this.#queue.size < HIGH_WATER) return;
    this.#paused = true;
    this.#watchdog.hold();
    this.#connection.pause();
  }

  /** "exactly once" (NIP-01); some relays say it twice. */
  eose(hint: EoseHint | undefined): void {
    if (this.#state !== 'asked') return;
    this.#state = 'live';
    this.#watch();
    this.#queue.push({ type: 'eose', hint });
  }

  closed(message: string): void {
    if (this.#state === 'held' || this.#state === 'over') return;
    const { authentication } = this.#connection;
    const demand = authentication.demandOf(message);
    if (this.#state === 'live' && demand === 'wanted' && authentication.isDone)
      return this.disconnected(`${FORGOTTEN}: ${message}`);
    const canAuthenticate = authentication.isAllowed && !this.#authenticated;
    this.#state = demand === 'wanted' && canAuthenticate ? 'held' : 'over';
    this.#watch();
    if (this.#state === 'held') this.#authenticate();
    else this.#queue.push({ type: demand ? 'auth_required' : 'closed', message });
  }

  /** A NOTICE that reads like a refusal may be all the answer there is: what follows decides. */
  notice(text: string): void {
    if (this.#state === 'live' && TOO_MANY.test(text))
      return this.#queue.push({ type: 'refused', message: text });
    if (this.#state !== 'asked') return;
    if (asksToSlowDown(text)) this.#notice ??= text;
    else if (readsLikeRefusal(text)) {
      this.#notice = text;
      this.#watchdog.shorten(NOTICE_GRACE_MS);
    }
  }

  count(_result: CountResult): void {}

  disconnected(reason: string): void {
    this.#state = 'over';
    this.#watch();
    this.#queue.push({ type: 'disconnected', reason });
  }

  /** What came in time is judged before the relay is. */
  #timeUp(): void {
    if (this.#unjudged > 0) this.#hopes = this.#unjudged;
    else this.#silent();
  }

  #silent(): void {
    const notice = this.#notice;
    this.#hopes = undefined;
    if (notice === undefined) this.#queue.push({ type: 'silent' });
    else if (asksToSlowDown(notice)) this.#queue.push({ type: 'silent', notice });
    else this.#queue.push({ type: 'refused', message: notice });
  }

  /** Authenticates and repeats the REQ, once: a second refusal is final. */
  async #authenticate(): Promise<void> {
    this.#authenticated = true;
    const outcome = await this.#outcomeOfAuth();
    if (this.#state !== 'held') return; // stopped or disconnected meanwhile
    if ('error' in outcome) return this.#queue.push({ type: 'failed', error: outcome.error });
    if (!outcome.ok) return this.#queue.push({ type: 'auth_required', message: outcome.message });
    this.#state = 'asked';
    this.#watch();
    this.#connection.resubscribe(this.#id, this.#filters);
  }

  async #outcomeOfAuth(): Promise<AuthOutcome | { error: unknown }> {
    try {
      return await this.#connection.authentication.run();
    } catch (error) {
      return { error };
    }
  }
}

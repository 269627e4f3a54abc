// The link to one relay that heals itself: it opens a connection, and another when the last one was lost, with waits
// that double. The one reconnect loop, for reading and for writing alike. What is asked on a connection, and whether
// another attempt is worth it, is up to whoever uses it.
import { ConnectError } from '../wire/socket.ts';
import { Backoff, type BackoffOptions } from './clocks/backoff.ts';
import { waitAwake } from './clocks/long-wait.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import type { EndReason } from './outcome.ts';
import { RelayLimits } from './relay-limits.ts';

export interface LinkOptions {
  /** Its signal, if there is one, aborts the link. */
  connection: Omit<ConnectionOptions, 'signal'> & { signal?: AbortSignal };
  /** The waits between two attempts. */
  backoff?: BackoffOptions | undefined;
  /** Told before each such wait. */
  onRetry?: ((reason: string, waitMs: number) => void) | undefined;
}

/** Whether to try again after an attempt that ended so. */
export type MayRetry = (ended: EndReason) => boolean | Promise<boolean>;

/** The link was aborted. */
const INTERRUPTED: EndReason = { end: 'interrupted', reason: '' };

export class RelayLink {
  readonly url: string;
  /** What the relay says of itself, asked for only where it matters. */
  readonly limits: RelayLimits;
  /** Attempts that failed since the relay last answered. */
  failures = 0;
  readonly #options: LinkOptions;
  readonly #abort = new AbortController();
  readonly #connectionOptions: ConnectionOptions;
  readonly #backoff: Backoff;
  #connection: Connection | undefined;
  #ended = INTERRUPTED;
  /** Frames of earlier connections that nobody had asked for. */
  #garbage = 0;

  constructor(url: string, options: LinkOptions) {
    this.url = url;
    this.#options = options;
    const { signal: outer } = options.connection;
    const signal = outer ? AbortSignal.any([outer, this.#abort.signal]) : this.#abort.signal;
    this.#connectionOptions = { ...options.connection, signal };
    this.#backoff = new Backoff(options.backoff);
    this.limits = new RelayLimits(url, this.#connectionOptions);
  }

  /**
   * An open connection, and after each that was lost another one, as long as `mayRetry` says so. Whoever uses a
   * connection tells by `ended` how that ended before it takes the next. Never throws for a relay's fault.
   */
  async *connections(mayRetry: MayRetry): AsyncGenerator<Connection, void> {
    do {
      if (await this.#open()) yield this.#connection!;
    } while (await this.#goesOn(mayRetry));
  }

  /** How the use of the last connection ended, or the attempt to open one; `interrupted` when that was aborted. */
  get ended(): EndReason {
    return this.#ended;
  }

  set ended(ended: EndReason) {
    this.#ended = ended;
  }

  /** Frames that made no sense or that nobody had asked for, on all connections. */
  get garbage(): number {
    return this.#garbage + (this.#connection?.garbage ?? 0);
  }

  /** Aborts when the link does. */
  get signal(): AbortSignal {
    return this.#connectionOptions.signal!;
  }

  get isAborted(): boolean {
    return this.signal.aborted;
  }

  /** The relay answers: the failures before are not in a row with those to come. */
  answered(): void {
    this.failures = 0;
  }

  /** The relay works as it should: the next wait is a short one. */
  isWell(): void {
    this.#backoff.reset();
  }

  /** Waits as long as it is the turn of; ends early when the link is aborted. */
  async pause(reason: string): Promise<void> {
    const wait = this.#backoff.next();
    this.#options.onRetry?.(reason, wait);
    await waitAwake(wait, this.#connectionOptions.signal);
  }

  /** Closes the connection that was used last, within a bound. */
  async leave(): Promise<void> {
    const lost = this.#connection;
    this.#connection = undefined;
    this.#garbage += lost?.garbage ?? 0;
    await lost?.close();
  }

  /** Gives up every wait; no more attempts. */
  abort(): void {
    this.#abort.abort();
  }

  /** Aborts, and closes the connection within a bound. */
  async close(): Promise<void> {
    this.abort();
    await this.#connection?.close();
  }

  async #open(): Promise<boolean> {
    try {
      this.#connection = await Connection.open(this.url, this.#connectionOptions);
      return true;
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      this.#ended = this.isAborted ? INTERRUPTED : { end: 'unreachable', reason: error.message };
      return false;
    }
  }

  async #goesOn(mayRetry: MayRetry): Promise<boolean> {
    this.failures++;
    if (this.isAborted || !(await mayRetry(this.#ended))) return false;
    await this.leave();
    await this.pause(this.#ended.reason);
    if (!this.isAborted) return true;
    this.#ended = { ...INTERRUPTED, reason: this.#ended.reason };
    return false;
  }
}

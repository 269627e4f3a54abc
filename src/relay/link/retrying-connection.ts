// A publisher's connection: opened when it is needed, opened again after it was lost, as often as --retry allows, with
// waits between that double. It knows nothing of events.

import { ConnectError } from '../wire/socket.ts';
import { Backoff, type BackoffOptions } from './backoff.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import type { PublishStatus } from './outcome.ts';

/** How an attempt failed. */
export interface Fault {
  status: PublishStatus;
  message: string;
}

export interface RetryOptions {
  /** Attempts after the first, for what may pass by itself: for each event, and to connect. Default 0. */
  retry?: number | undefined;
  /** The waits between attempts. */
  backoff?: BackoffOptions | undefined;
  connection: ConnectionOptions;
}

export interface ConnectionOwner {
  opened(connection: Connection): void;
  /** A rest is over. */
  rested(): void;
  /** No more attempts: `fault` is the last one's. */
  over(fault: Fault): void;
  /** Something that is no relay's fault. */
  fail(error: unknown): void;
}

/** Connections that may break in a row beyond --retry: one to find that something breaks them, one to try the next. */
const MORE_BREAKS = 2;

export class RetryingConnection {
  readonly #relay: string;
  readonly #options: RetryOptions;
  readonly #owner: ConnectionOwner;
  readonly #backoff: Backoff;
  readonly #abort = new AbortController();
  #connection: Connection | undefined;
  /** The connecting under way, if any. */
  #opening: Promise<void> | undefined;
  #rest: NodeJS.Timeout | undefined;
  /** Connections in a row that failed, or broke before they brought an answer. */
  #fruitless = 0;
  #closed = false;

  constructor(relay: string, options: RetryOptions, owner: ConnectionOwner) {
    this.#relay = relay;
    this.#options = options;
    this.#owner = owner;
    this.#backoff = new Backoff(options.backoff);
  }

  get retry(): number {
    return this.#options.retry ?? 0;
  }

  /** Undefined until it is open, and when it is lost. */
  get open(): Connection | undefined {
    return this.#connection;
  }

  /** Nothing is to be sent now. */
  get isResting(): boolean {
    return this.#rest !== undefined;
  }

  /** Connects, unless that is under way. */
  connect(): void {
    this.#opening ??= this.#connect()
      .catch(error => this.#owner.fail(error))
      .finally(() => {
        this.#opening = undefined;
      });
  }

  async #connect(): Promise<void> {
    const { connection } = this.#options;
    const signal = AbortSignal.any([connection.signal, this.#abort.signal]);
    let opened: Connection;
    try {
      opened = await Connection.open(this.#relay, { ...connection, signal });
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      return this.#again({ status: 'unreachable', message: error.message }, this.retry);
    }
    if (this.#closed) return opened.close();
    this.#connection = opened;
    this.#owner.opened(opened);
  }

  /** The relay answers: what comes now is not in a row with what was. */
  answered(): void {
    this.#fruitless = 0;
  }

  /** It answers an event for good: the next wait is a short one. */
  isWell(): void {
    this.#backoff.reset();
  }

  /** The relay wants fewer events, later. */
  rest(why: string): void {
    const wait = Math.round(this.#backoff.next());
    this.#options.connection.log?.(this.#relay, 'retry', `in ${wait} ms: ${why}`);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = undefined;
      this.#owner.rested();
    }, wait);
  }

  /** The connection is gone, or of no use any more. */
  lose(fault: Fault): void {
    const lost = this.#connection;
    this.#connection = undefined;
    this.#again(fault, this.retry === 0 ? 0 : this.retry + MORE_BREAKS);
    void lost?.close();
  }

  /** Goes on after a while, unless so many connections in a row brought nothing. */
  #again(fault: Fault, limit: number): void {
    if (this.#closed) return;
    if (this.#fruitless++ >= limit) this.#owner.over(fault);
    else this.rest(fault.message);
  }

  /** No more attempts. */
  stop(): void {
    this.#closed = true;
    clearTimeout(this.#rest);
  }

  /** Ends what is open or opening. */
  async close(): Promise<void> {
    this.stop();
    this.#abort.abort();
    await Promise.all([this.#opening, this.#connection?.close()]);
  }
}

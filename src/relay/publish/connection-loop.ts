// One connection after another to a relay, for as long as its publisher has something to send: starts when asked, ends
// when another attempt is not worth it. What is sent, and what a lost connection costs, is up to the publisher.
import type { Connection } from '../link/connection.ts';
import type { EndReason } from '../link/outcome.ts';
import type { MayRetry, RelayLink } from '../link/relay-link.ts';

export interface ConnectionLoopHooks {
  /** A connection is open: it is used until `lose`. */
  onOpen: (connection: Connection) => void;
  mayRetry: MayRetry;
  /** The last connection is closed, and no other will be opened before the next `start`. */
  onStopped: () => void;
  /** The user's own key could not sign. */
  onFault: (error: unknown) => void;
}

export class ConnectionLoop {
  readonly #link: RelayLink;
  readonly #hooks: ConnectionLoopHooks;
  /** The connection in use, and what ends its use. */
  #open: { connection: Connection; lose: (ended: EndReason) => void } | undefined;
  #running: Promise<void> | undefined;

  constructor(link: RelayLink, hooks: ConnectionLoopHooks) {
    this.#link = link;
    this.#hooks = hooks;
  }

  /** The connection in use. */
  get connection(): Connection | undefined {
    return this.#open?.connection;
  }

  /** Begins to connect, unless it is about that already. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** The connection in use is of no use any more. */
  lose(ended: EndReason): void {
    this.#open?.lose(ended);
    this.#open = undefined;
  }

  /** Gives up every wait, and resolves when the last connection is closed. */
  async close(): Promise<void> {
    await Promise.all([this.#link.close(), this.#running]);
  }

  async #run(): Promise<void> {
    try {
      for await (const connection of this.#link.connections(this.#hooks.mayRetry))
        this.#link.ended = await this.#use(connection);
    } catch (error) {
      this.#hooks.onFault(error);
    }
    await this.#link.leave();
    this.#running = undefined;
    this.#hooks.onStopped();
  }

  /** Resolves with how the connection was lost. */
  #use(connection: Connection): Promise<EndReason> {
    return new Promise(resolve => {
      this.#open = { connection, lose: resolve };
      this.#hooks.onOpen(connection);
    });
  }
}

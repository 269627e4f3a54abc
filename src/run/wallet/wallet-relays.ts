// The relays of a wallet: what is asked goes to the first of them that can be reached, and to another where it is of no use
// there. Where it may have been sent, no other is tried: what becomes of it is not known.
import type { Connection } from '../../relay/link/connection.ts';
import { type EndReason, isTransient } from '../../relay/link/outcome.ts';
import type { RelayLink } from '../../relay/link/relay-link.ts';
import type { Answered, Ended } from './exchange.ts';

export interface WalletRelaysOptions {
  /** URLs; the first is tried first. */
  relays: readonly string[];
  /** How often one is tried again, all together. */
  retry: number;
  newLink(relay: string): RelayLink;
  /** Told of each relay that is of no use. */
  onUseless(relay: string, ended: EndReason): void;
}

export class WalletRelays {
  readonly #options: WalletRelaysOptions;
  /** One for each request and relay: two that wait at once have no connection in common but one that is open. */
  readonly #links: RelayLink[] = [];
  #reached: { relay: string; connection: Connection } | undefined;
  #isClosed = false;

  constructor(options: WalletRelaysOptions) {
    this.#options = options;
  }

  /** Uses the open connection, or opens one. */
  async ask<T>(use: (connection: Connection) => Promise<Answered<T>>): Promise<Answered<T>> {
    const { relays, newLink, onUseless } = this.#options;
    let left = this.#options.retry;
    /** It may have been sent: that weighs more than what follows. */
    let lost: Ended | undefined;
    /** A relay was reached, and is of no use. */
    let useless: Ended | undefined;
    const known = this.#reached;
    if (known) {
      const answered = await use(known.connection);
      const { ended } = answered;
      if (!ended || isFinal(ended)) return answered;
      if (isLost(ended)) {
        this.#reached = undefined;
        // A connection that was gone before anything was sent is no attempt.
        if (!ended.isUnsent) lost = ended;
        if (lost && left-- === 0) return { ended: lost };
      } else useless = ended;
    }
    let last: EndReason = { end: 'unreachable', reason: '' };
    for (const relay of relays) {
      if (this.#isClosed) break;
      if (useless && relay === known?.relay) continue;
      const link = newLink(relay);
      this.#links.push(link);
      for await (const connection of link.connections(end => isTransient(end) && left-- > 0)) {
        const answered = await use(connection);
        const { ended } = answered;
        if (!ended || isFinal(ended)) {
          this.#reached = { relay, connection };
          return lost && ended ? { ended: lost } : answered;
        }
        link.ended = ended;
        if (!isLost(ended)) {
          // A relay that holds nothing is still one by which requests may go.
          if (!useless || (useless.end !== 'eose' && ended.end === 'eose')) {
            useless = ended;
            this.#reached = { relay, connection };
          }
          break;
        }
        if (!ended.isUnsent) lost = ended;
      }
      last = link.ended;
      onUseless(relay, last);
      if (lost) break; // what becomes of it is not known
    }
    return { ended: lost ?? useless ?? { ...last, isUnsent: true } };
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#links.map(link => link.close()));
  }
}

/** Whether no other relay is to be asked: it may have been sent, or nothing more is wanted. */
function isFinal(ended: Ended): boolean {
  return ended.end === 'interrupted' || (!ended.isUnsent && !isLost(ended));
}

/** The connection was lost: another may be opened. */
function isLost({ end }: EndReason): boolean {
  return end === 'disconnect';
}

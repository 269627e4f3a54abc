// Negentropy with one relay (NIP-77), for as long as it takes: a relay keeps nothing of a session but the events that
// matched, so after a disconnect the session goes on with the same frame on another connection.
import type { Filter } from '../protocol/filter.ts';
import type { Connection } from '../relay/link/connection.ts';
import { frameLimitFor, isTooLarge, Negotiation } from '../relay/link/negotiation.ts';
import { type EndReason, isTransient } from '../relay/link/outcome.ts';
import { type LinkOptions, RelayLink } from '../relay/link/relay-link.ts';
import { endReasonOf, type Signal } from '../relay/link/signal.ts';
import { SideFailed } from './side-failed.ts';

export interface NegotiatorOptions {
  connection: LinkOptions['connection'] & { signal: AbortSignal };
  /** Attempts after the first, where the failure is transient. */
  retry: number;
  onRetry: (reason: string, waitMs: number) => void;
  /** The waits between two attempts. */
  backoff?: LinkOptions['backoff'];
}

/** Milliseconds that the first frame waits for the relay's document: most relays have one, and none needs to. */
const DOCUMENT_WAIT_MS = 1000;

/** Connections that may break in a row beyond --retry once the relay has answered. */
const MORE_BREAKS = 3;

/** The relay does not negotiate, or not about this filter. */
export class NegotiationRefused extends Error {
  readonly relay: string;
  /** Whether it might be asked about less. */
  readonly isTooLarge: boolean;

  constructor(relay: string, reason: string, isTooLarge = false) {
    super(reason);
    this.name = 'NegotiationRefused';
    this.relay = relay;
    this.isTooLarge = isTooLarge;
  }
}

export class Negotiator {
  readonly relay: string;
  readonly #options: NegotiatorOptions;
  readonly #link: RelayLink;
  readonly #connections: AsyncGenerator<Connection, void>;
  readonly #stop = () => this.#session?.close();
  #connection: Connection | undefined;
  #session: Negotiation | undefined;
  #hasAnswered = false;
  /** Sessions in a row that the relay closed. */
  #reopened = 0;

  constructor(relay: string, options: NegotiatorOptions) {
    this.relay = relay;
    this.#options = options;
    this.#link = new RelayLink(relay, options);
    this.#connections = this.#link.connections(ended => this.#mayRetry(ended));
    options.connection.signal.addEventListener('abort', this.#stop);
  }

  /** The greatest length of a frame about a filter, in bytes. */
  async frameLimit(filter: Filter): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>(resolve => {
      timer = setTimeout(resolve, DOCUMENT_WAIT_MS);
    });
    await Promise.race([this.#link.limits.ask(), patience]);
    clearTimeout(timer);
    return frameLimitFor(this.#link.limits.known.limitation?.max_message_length, filter);
  }

  /**
   * Sends a frame about a filter, and resolves with the relay's. Rejects with `NegotiationRefused`, with `SideFailed` where
   * the relay cannot be reached, or with the failure of the user's own key.
   */
  async exchange(filter: Filter, frame: Uint8Array): Promise<Uint8Array> {
    for (;;) {
      const connection = await this.#connected();
      this.#session ??= new Negotiation(connection, filter);
      const answer = await this.#session.exchange(frame);
      if (answer.type === 'frame') return this.#answered(answer.frame);
      this.end();
      if (answer.type === 'closed' && this.#mayReopen(answer.message)) continue;
      if (answer.type === 'failed') throw answer.error;
      if (answer.type === 'stopped') throw new SideFailed(this.relay, endReasonOf(answer, 'interrupted'));
      if (answer.type !== 'disconnected') throw this.#refusal(answer);
      this.#link.ended = endReasonOf(answer, 'interrupted');
      this.#connection = undefined;
    }
  }

  /** Ends the session; the next frame opens another one. */
  end(): void {
    this.#session?.close();
    this.#session = undefined;
  }

  /** Ends the session and closes the connection, within a bound. */
  async close(): Promise<void> {
    this.#options.connection.signal.removeEventListener('abort', this.#stop);
    this.end();
    await this.#link.close();
  }

  /** Relays end sessions that last, or for their memory: "closed: …" (NIP-77). Another goes on with the same frame. */
  #mayReopen(message: string): boolean {
    return this.#hasAnswered && /^(ERROR: )?closed:/i.test(message) && ++this.#reopened <= MORE_BREAKS;
  }

  #answered(frame: Uint8Array): Uint8Array {
    this.#hasAnswered = true;
    this.#reopened = 0;
    this.#link.answered();
    this.#link.isWell(); // waits grow only while nothing comes of the connections
    return frame;
  }

  async #connected(): Promise<Connection> {
    if (this.#connection) return this.#connection;
    const { value } = await this.#connections.next();
    if (!value) throw this.#failure();
    this.#connection = value;
    return value;
  }

  /** A relay that drops whoever negotiates may still be read. */
  #failure(): Error {
    const { ended } = this.#link;
    if (ended.end === 'disconnect' && !this.#hasAnswered)
      return new NegotiationRefused(this.relay, `it disconnected at NEG-OPEN: ${ended.reason}`);
    return new SideFailed(this.relay, ended);
  }

  #refusal(answer: Signal): NegotiationRefused {
    const isLess = answer.type === 'closed' && isTooLarge(answer.message);
    return new NegotiationRefused(this.relay, wordsOf(answer), isLess);
  }

  #mayRetry(ended: EndReason): boolean {
    const more = this.#hasAnswered ? MORE_BREAKS : 0;
    return isTransient(ended) && this.#link.failures <= this.#options.retry + more;
  }
}

function wordsOf(answer: Signal): string {
  if (answer.type === 'silent') return 'no answer to NEG-OPEN';
  return 'message' in answer ? answer.message : answer.type;
}

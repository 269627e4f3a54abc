// Reads events of one relay, verified, over as many connections as it takes. What is read keeps its own place, so that
// nothing is asked for twice after a disconnect.
import type { StreamEvent } from '../protocol/stream-event.ts';
import type { Connection } from '../relay/link/connection.ts';
import { type Counts, type EndReason, isTransient } from '../relay/link/outcome.ts';
import type { RelayLimits } from '../relay/link/relay-limits.ts';
import { type LinkOptions, RelayLink } from '../relay/link/relay-link.ts';
import { endReasonOf, type Signal } from '../relay/link/signal.ts';
import type { CheckedBatch } from '../relay/query/checked.ts';
import { RelaySession } from '../relay/query/relay-session.ts';
import { SeenIds } from '../relay/query/seen-ids.ts';
import { readAhead } from '../verify/read-ahead.ts';
import type { Verifier } from '../verify/verifier.ts';
import { SideFailed } from './side-failed.ts';

export interface ReaderOptions {
  connection: LinkOptions['connection'] & { signal: AbortSignal };
  /** Attempts after the first, where the failure is transient. */
  retry: number;
  verifier: Verifier;
  onRetry: (reason: string, waitMs: number) => void;
  /** The waits between two attempts. */
  backoff?: LinkOptions['backoff'];
}

/** What is to be read, and how far that has come: `read` goes on where another connection ended. */
export interface Reading {
  read(session: RelaySession): AsyncGenerator<CheckedBatch, Signal>;
}

/** Batches under verification where the verifier does not say. */
const AHEAD = 2;

/** Connections that may break in a row beyond --retry once events have come. */
const MORE_BREAKS = 3;

/** Events that are known again: more than a page holds. */
const RECENT = 50_000;

export class RelayReader {
  readonly counts: Counts = { events: 0, invalid: 0, duplicates: 0 };
  readonly #options: ReaderOptions;
  readonly #link: RelayLink;
  #hasRead = false;
  /** What came lately: a relay that gives the same again and breaks would do so for ever. */
  #seen = new SeenIds(RECENT, 1024);

  constructor(relay: string, options: ReaderOptions) {
    this.#options = options;
    this.#link = new RelayLink(relay, options);
  }

  /** What the relay says of itself. */
  get limits(): RelayLimits {
    return this.#link.limits;
  }

  /** Reads to the end. Throws `SideFailed` where there is another end, or the failure of the user's own key. */
  async *read(reading: Reading): AsyncGenerator<StreamEvent[], void> {
    const link = this.#link;
    this.#seen = new SeenIds(RECENT, 1024);
    await link.leave();
    for await (const connection of link.connections(ended => this.#mayRetry(ended)))
      link.ended = yield* this.#attempt(connection, reading);
    link.answered();
    const { ended } = link;
    await link.leave();
    if (ended.end !== 'eose') throw new SideFailed(link.url, ended);
  }

  /** Gives up what is under way. */
  async close(): Promise<void> {
    await this.#link.close();
  }

  async *#attempt(connection: Connection, reading: Reading): AsyncGenerator<StreamEvent[], EndReason> {
    const { verifier, connection: options } = this.#options;
    const onInvalid = (reason: string) => options.log?.(this.#link.url, 'invalid', reason);
    const session = new RelaySession(connection, { verifier, counts: this.counts, onInvalid });
    const stop = () => session.stop();
    if (options.signal.aborted) stop();
    options.signal.addEventListener('abort', stop);
    try {
      const batches = readAhead(
        reading.read(session),
        verifier.batchesInFlight ?? AHEAD,
        ({ events }) => events,
      );
      for (;;) {
        const { done, value } = await batches.next();
        if (done) return endOf(value);
        if (value.length === 0) continue;
        if (value.filter(event => this.#seen.addEvent(event)).length > 0) this.#hasProgressed();
        yield value;
      }
    } finally {
      options.signal.removeEventListener('abort', stop);
      stop();
    }
  }

  /** Waits grow, and attempts are counted, only while nothing new comes of the connections. */
  #hasProgressed(): void {
    this.#hasRead = true;
    this.#link.answered();
    this.#link.isWell();
  }

  #mayRetry(ended: EndReason): boolean {
    if (!isTransient(ended)) return false;
    const more = this.#hasRead && ended.end !== 'timeout' ? MORE_BREAKS : 0;
    return this.#link.failures <= this.#options.retry + more;
  }
}

function endOf(signal: Signal): EndReason {
  if (signal.type === 'failed') throw signal.error;
  return endReasonOf(signal, 'interrupted');
}

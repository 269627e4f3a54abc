// What one relay says of itself (NIP-11), asked for at most once and only when it matters. A relay need not have
// the document, and nobody waits for it who can do without.
import type { Filter } from '../../protocol/filter.ts';
import type { RelayInformation } from '../../protocol/nip11.ts';
import type { ConnectionOptions } from './connection.ts';
import { fitsRequest, MODEST, splitRequest, USUAL } from './split-request.ts';

export class RelayLimits {
  readonly #relay: string;
  readonly #options: ConnectionOptions;
  readonly #abort = new AbortController();
  #asked: Promise<RelayInformation> | undefined;
  #known: RelayInformation = {};

  constructor(relay: string, options: ConnectionOptions) {
    this.#relay = relay;
    this.#options = options;
  }

  /** What is known by now; empty when nothing is. */
  get known(): RelayInformation {
    return this.#known;
  }

  /** The most events the relay gives at once, as far as it is known by now. */
  get maxLimit(): number | undefined {
    return this.#known.limitation?.max_limit || undefined;
  }

  /** The same filters as REQs that the relay bears; asks for its limits only when that is in doubt. */
  async requestsFor(filters: readonly Filter[]): Promise<Filter[][]> {
    if (fitsRequest(filters, MODEST)) return [[...filters]];
    const { max_message_length, max_filters } = (await this.ask()).limitation ?? {};
    return splitRequest(filters, {
      bytes: max_message_length || USUAL.bytes,
      filters: typeof max_filters === 'number' && max_filters > 0 ? max_filters : USUAL.filters,
    });
  }

  /** The same filters in parts, each short enough for a request of its own. */
  async partsOf(filters: readonly Filter[]): Promise<Filter[]> {
    return (await this.requestsFor(filters)).flat();
  }

  /** Asks, once; resolves with what is known then. */
  ask(): Promise<RelayInformation> {
    this.#asked ??= this.#fetch();
    return this.#asked;
  }

  /** Nobody waits for the document any more. */
  close(): void {
    this.#abort.abort();
  }

  async #fetch(): Promise<RelayInformation> {
    const signal = AbortSignal.any([this.#options.signal, this.#abort.signal]);
    const { route, connectTimeout, relayTimeout, mayBePrivate, isNamed } = this.#options;
    const options = { route, connectTimeout, timeout: relayTimeout, signal, mayBePrivate, isNamed };
    try {
      const { fetchRelayInformation } = await import('../wire/http.ts'); // most queries never ask
      this.#known = await fetchRelayInformation(this.#relay, options);
    } catch {
      // without the document its limits are unknown, which is no fault
    }
    return this.#known;
  }
}

// What one relay says of itself (NIP-11), asked for at most once and only when it matters. A relay need not have
// the document, and nobody waits for it who can do without.
import type { RelayInformation } from '../protocol/nip11.ts';
import type { ConnectionOptions } from './connection.ts';
import { fetchRelayInformation } from './http.ts';

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
    const options = { ...this.#options, timeout: this.#options.relayTimeout, signal };
    try {
      this.#known = await fetchRelayInformation(this.#relay, options);
    } catch {
      // without the document its limits are unknown, which is no fault
    }
    return this.#known;
  }
}

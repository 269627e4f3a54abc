// Who a client has proved to be on its connection (NIP-42).
import type { Event } from '../../protocol/event.ts';
import { checkAuth } from '../../protocol/nip42.ts';

export class Authentication {
  /** Public keys; NIP-42 allows several. */
  readonly authed = new Set<string>();
  /** The URLs that this client may use for this relay, for the `relay` tag. */
  readonly ownUrls: readonly string[];
  /** Where it connects from. */
  readonly address: string;
  readonly #newChallenge: () => string;
  #challenge: string | undefined;

  constructor(ownUrls: readonly string[], newChallenge: () => string, address: string) {
    this.address = address;
    this.ownUrls = ownUrls;
    this.#newChallenge = newChallenge;
  }

  /** The challenge to send, the first time it is asked for. It must be sent before the first `auth-required`. */
  offer(): string | undefined {
    if (this.#challenge !== undefined) return undefined;
    this.#challenge = this.#newChallenge();
    return this.#challenge;
  }

  /** Why an AUTH event proves nothing; undefined when its author is authenticated now. `now` is unix seconds. */
  admit(event: Event, now: number): string | undefined {
    const challenge = this.#challenge;
    if (challenge === undefined) return 'no challenge was sent on this connection';
    const refusals = this.ownUrls.map(relayUrl => checkAuth(event, { challenge, relayUrl, now }));
    if (!refusals.includes(undefined)) return refusals[0];
    this.authed.add(event.pubkey);
    return undefined;
  }
}

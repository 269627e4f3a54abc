// Who a client has proved to be on its connection (NIP-42).
import type { Event } from '../../protocol/event.ts';
import { checkAuthClaims } from '../../protocol/nip42.ts';
import { ParsedEvent } from '../../protocol/parsed-event.ts';
import type { Verifier } from '../../verify/verifier.ts';
import { MAX_AUTHED } from '../limits.ts';

/** What a proof is judged by. */
interface Judge {
  /** Milliseconds since 1970. */
  now: () => number;
  verifier: Verifier;
}

export class Authentication {
  /** Public keys; NIP-42 allows several. */
  readonly authed = new Set<string>();
  /** The URLs that this client may use for this relay, for the `relay` tag. */
  readonly ownUrls: readonly string[];
  /** Where it connects from. */
  readonly address: string;
  readonly #newChallenge: () => string;
  #challenge: string | undefined;
  /** The ids of the events that authenticated somebody. */
  readonly #admitted = new Set<string>();

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

  /** Why an AUTH event proves nothing; undefined when its author is authenticated now. */
  async admit(event: Event, { now, verifier }: Judge): Promise<string | undefined> {
    const challenge = this.#challenge;
    if (challenge === undefined) return 'invalid: no challenge was sent on this connection';
    if (this.#admitted.has(event.id)) return undefined; // sent again: it proves nothing new
    const time = Math.floor(now() / 1000);
    const refusals = this.ownUrls.map(relayUrl => checkAuthClaims(event, { challenge, relayUrl, now: time }));
    if (!refusals.includes(undefined)) return `invalid: ${refusals[0]}`;
    if (this.#admitted.size >= MAX_AUTHED)
      return `rate-limited: at most ${MAX_AUTHED} authentications on a connection`;
    const [verdict] = await verifier.verify([new ParsedEvent(event)]);
    if (verdict !== 'valid') return `invalid: the ${verdict} does not verify`;
    this.#admitted.add(event.id);
    this.authed.add(event.pubkey);
    return undefined;
  }
}

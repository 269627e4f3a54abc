// Whether anybody got an event that was sent to a relay, as far as the relay's own words tell it. Only what cannot be
// otherwise counts as unsent: a payment that went out is none that was refused.
import { parseReason } from '../../protocol/message.ts';

/** The prefix of an OK false of an ephemeral event for which nobody was listening: "it was ignored" (NIP-01). */
export const NOBODY_LISTENS = 'mute';

/** Prefixes of an OK false (NIP-01) with which a relay passes nothing on: it judged the event, and did not try. */
const JUDGED = new Set([
  ...['auth-required', 'blocked', 'invalid', 'pow', 'rate-limited', 'restricted'],
  NOBODY_LISTENS,
]);

export class Delivery {
  #sent = 0;
  #refused = 0;
  #isTaken = false;

  /** It goes out, perhaps once more. */
  sent(): void {
    this.#sent++;
  }

  /** What an OK says. */
  answered(accepted: boolean, message: string): void {
    const { prefix } = parseReason(message);
    if (accepted || prefix === 'duplicate') this.#isTaken = true;
    else if (prefix !== undefined && JUDGED.has(prefix)) this.#refused++;
  }

  /** Whether the relay has it. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** Whether nobody got it: it never went out, or was refused as often as it did. */
  get isUnsent(): boolean {
    return !this.#isTaken && this.#refused >= this.#sent;
  }
}

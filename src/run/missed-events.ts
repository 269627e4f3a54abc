// The events that too few relays accepted, named on stderr. What was accepted anywhere is always named; of what was
// accepted nowhere the first few are, and the rest is counted.
import type { Log } from '../output/log.ts';

/** Events that no relay accepted and that are named for people. */
const MOST_NAMED = 10;

export class MissedEvents {
  readonly #required: number;
  readonly #log: Log;
  /** Those that no relay accepted: how many, and the id of the last. */
  #nowhere = 0;
  #lastNowhere = { id: '', isOpen: false };

  /** `required`: how many relays must accept an event. */
  constructor(required: number, log: Log) {
    this.#required = required;
    this.#log = log;
  }

  /** The only event that no relay accepted, if there is one: that is for the failure to name. */
  get loneId(): string | undefined {
    return this.#nowhere === 1 ? this.#lastNowhere.id : undefined;
  }

  /** Takes an event, and the relays that accepted it; `isOpen`: another may have, whose answer never came. */
  add(id: string, acceptedBy: readonly string[], isOpen = false): void {
    if (acceptedBy.length > 0) return this.#log.warn(this.#entryOf(id, acceptedBy, isOpen));
    this.#nowhere++;
    const last = this.#lastNowhere;
    if (this.#nowhere === 2) this.#log.warn(this.#entryOf(last.id, [], last.isOpen));
    if (this.#nowhere > MOST_NAMED) this.#log.detail(this.#entryOf(id, [], isOpen));
    else if (this.#nowhere > 1) this.#log.warn(this.#entryOf(id, [], isOpen));
    this.#lastNowhere = { id, isOpen };
  }

  /** No more will come. */
  end(): void {
    const more = this.#nowhere - MOST_NAMED;
    if (more <= 0) return;
    const message = `${more} more events were accepted by no relay that answered; --results names them all`;
    this.#log.warn({ type: 'not_accepted', more, message });
  }

  #entryOf(id: string, relays: readonly string[], isOpen: boolean) {
    const [accepted, required] = [relays.length, this.#required];
    const told =
      accepted === 0
        ? isOpen
          ? 'sent, but not answered: it may be accepted'
          : 'accepted by no relay'
        : `accepted by ${accepted} of the ${required} relays required: ${relays.join(', ')}`;
    return { type: 'not_accepted', id, accepted, required, relays, message: `${id}: ${told}` };
  }
}

// The events that too few relays accepted, named on stderr. What was accepted anywhere is always named; of what was
// accepted nowhere the first few are, and the rest is counted.
import type { Log } from '../output/log.ts';
import type { OutgoingEvent } from '../relay/publish/outgoing-event.ts';

/** Events that no relay accepted and that are named for people. */
const MOST_NAMED = 10;

/** What is told of an event; `isOpen`: a relay may have accepted it whose answer never came. */
export type Missed = Pick<OutgoingEvent, 'id' | 'acceptedBy' | 'isOpen' | 'required'>;

export class MissedEvents {
  readonly #log: Log;
  /** Those that no relay accepted: how many, and the id of the last. */
  #nowhere = 0;
  #lastNowhere: Missed | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** The only event that no relay accepted, if there is one: that is for the failure to name. */
  get loneId(): string | undefined {
    return this.#nowhere === 1 ? this.#lastNowhere!.id : undefined;
  }

  /** Takes an event. */
  add(event: Missed): void {
    if (event.acceptedBy.length > 0) return this.#log.warn(entryOf(event));
    this.#nowhere++;
    if (this.#nowhere === 2) this.#log.warn(entryOf(this.#lastNowhere!));
    if (this.#nowhere > MOST_NAMED) this.#log.detail(entryOf(event));
    else if (this.#nowhere > 1) this.#log.warn(entryOf(event));
    const { id, acceptedBy, isOpen, required } = event;
    this.#lastNowhere = { id, acceptedBy, isOpen, required }; // not its bytes
  }

  /** No more will come. */
  end(): void {
    const more = this.#nowhere - MOST_NAMED;
    if (more <= 0) return;
    const message = `${more} more events were accepted by no relay that answered; --results names them all`;
    this.#log.warn({ type: 'not_accepted', more, message });
  }
}

function entryOf({ id, acceptedBy: relays, isOpen, required }: Missed) {
  const accepted = relays.length;
  const told =
    accepted === 0
      ? isOpen
        ? 'sent, but not answered: it may be accepted'
        : 'accepted by no relay'
      : `accepted by ${accepted} of the ${required} relays required: ${relays.join(', ')}`;
  return { type: 'not_accepted', id, accepted, required, relays, message: `${id}: ${told}` };
}

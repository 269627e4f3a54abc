// The EVENT frames of one client: their signatures are checked together, and what is valid goes to the hub together.
import type { Event } from '../../protocol/event.ts';
import { ParsedEvent } from '../../protocol/parsed-event.ts';
import type { Verdict } from '../../verify/verifier.ts';
import type { Hub } from '../hub.ts';
import type { Authentication } from './authentication.ts';

/** What a session lends to its publications. */
export interface Publisher {
  hub: Hub;
  client: Authentication;
  /** Why a valid event is refused before the hub hears of it. */
  refusalToPublish: (event: Event) => string | undefined;
  answer: (event: Event, accepted: boolean, message: string) => void;
  /** What is told of an error that nobody foresaw. */
  failure: (error: Error) => string;
}

export class Publications {
  readonly #publisher: Publisher;

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
  }

  /** What is known of each event; nothing when they could not be verified. */
  async verify(events: Event[]): Promise<Map<Event, Verdict>> {
    if (events.length === 0) return new Map();
    try {
      const verdicts = await this.#publisher.hub.settings.verifier.verify(
        events.map(event => new ParsedEvent(event)),
      );
      return new Map(events.map((event, i) => [event, verdicts[i]!]));
    } catch (error) {
      this.#publisher.hub.settings.log(`events could not be verified: ${(error as Error).message}`);
      return new Map();
    }
  }

  /** Answers EVENT frames in order. What is stored is stored together. */
  async answerAll(events: readonly Event[], verdicts: ReadonlyMap<Event, Verdict>): Promise<void> {
    if (events.length === 0) return;
    let valid: Event[] = [];
    for (const event of events) {
      const refusal = this.#refusalOf(event, verdicts.get(event));
      if (refusal === undefined) {
        valid.push(event);
        continue;
      }
      await this.#publish(valid);
      valid = [];
      this.#publisher.answer(event, false, refusal);
    }
    await this.#publish(valid);
  }

  /** Why the hub does not hear of an event. */
  #refusalOf(event: Event, verdict: Verdict | undefined): string | undefined {
    if (verdict === undefined) return 'error: the event could not be verified';
    return verdict === 'valid' ? this.#publisher.refusalToPublish(event) : `invalid: ${FAULTS[verdict]}`;
  }

  async #publish(events: readonly Event[]): Promise<void> {
    let answered = 0;
    try {
      await this.#publisher.hub.publish(events, this.#publisher.client, (event, { accepted, message }) => {
        answered++;
        this.#publisher.answer(event, accepted, message);
      });
    } catch (error) {
      const message = this.#publisher.failure(error as Error);
      for (const event of events.slice(answered)) this.#publisher.answer(event, false, message);
    }
  }
}

const FAULTS = {
  id: 'the id is not the hash of the event',
  signature: 'the signature does not verify',
} as const;

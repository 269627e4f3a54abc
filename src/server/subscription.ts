// One REQ: sends its stored events in slices, waits for a slow client between them, sends EOSE once, then the events
// accepted later. Each event is sent once. Events accepted before EOSE wait until after it.
import { type Event, stringifyEvent } from '../protocol/event.ts';
import { compileFilters, type Filter, type Matcher } from '../protocol/filter.ts';
import { type EoseHint, encodeRelayMessage } from '../protocol/message.ts';
import { HIGH_WATER, TOO_SLOW } from './limits.ts';
import type { Transport } from './transport.ts';

/** How many stored events are sent before other connections get their turn. */
const SLICE = 200;

export class Subscription {
  readonly #transport: Transport;
  readonly #matches: Matcher;
  readonly #head: string;
  readonly #eose: string;
  /** Events accepted before EOSE, as JSON; undefined after EOSE. */
  #early: string[] | undefined = [];
  #earlyLength = 0;
  #ended = false;

  constructor(transport: Transport, id: string, filters: readonly Filter[], hint: EoseHint | undefined) {
    this.#transport = transport;
    this.#matches = compileFilters(filters);
    this.#head = `["EVENT",${JSON.stringify(id)},`;
    this.#eose = encodeRelayMessage({ type: 'EOSE', subId: id, hint });
  }

  /** Stops the subscription: it sends no further frame. */
  end(): void {
    this.#ended = true;
  }

  /** Sends the stored events, EOSE, and the events accepted in the meantime. */
  async start(stored: readonly Event[]): Promise<void> {
    for (const [index, event] of stored.entries()) {
      if (this.#ended) return;
      this.#send(stringifyEvent(event));
      if (this.#transport.backlog > HIGH_WATER || index % SLICE === SLICE - 1)
        await this.#transport.drained();
    }
    if (this.#ended) return;
    this.#transport.send(this.#eose);
    for (const json of this.#early ?? []) this.#send(json);
    this.#early = undefined;
  }

  /** Sends an event that was just accepted. Returns false when the client is too slow to continue. */
  deliver(event: Event, json: string): boolean {
    if (this.#ended || !this.#matches(event)) return true;
    if (this.#early) {
      this.#early.push(json);
      this.#earlyLength += json.length;
      return this.#earlyLength <= TOO_SLOW;
    }
    this.#send(json);
    return this.#transport.backlog <= TOO_SLOW;
  }

  #send(json: string): void {
    this.#transport.send(`${this.#head}${json}]`);
  }
}

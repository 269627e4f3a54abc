// One REQ: its stored events in slices that wait for the reader, EOSE once, then what is accepted later, each
// event once. Events accepted while stored ones are still on their way wait until after EOSE.
import { type Event, stringifyEvent } from '../protocol/event.ts';
import { compileFilters, type Filter, type Matcher } from '../protocol/filter.ts';
import { type EoseHint, encodeRelayMessage } from '../protocol/message.ts';
import { HIGH_WATER, TOO_SLOW } from './limits.ts';
import type { Transport } from './transport.ts';

/** Stored events sent before the other connections get their turn. */
const SLICE = 200;

export class Subscription {
  readonly #transport: Transport;
  readonly #matches: Matcher;
  readonly #head: string;
  readonly #eose: string;
  /** Accepted before EOSE, as JSON; undefined once the subscription is live. */
  #early: string[] | undefined = [];
  #earlyLength = 0;
  #ended = false;

  constructor(transport: Transport, id: string, filters: readonly Filter[], hint: EoseHint | undefined) {
    this.#transport = transport;
    this.#matches = compileFilters(filters);
    this.#head = `["EVENT",${JSON.stringify(id)},`;
    this.#eose = encodeRelayMessage({ type: 'EOSE', subId: id, hint });
  }

  /** No frame of this subscription is sent any more. */
  end(): void {
    this.#ended = true;
  }

  /** Sends the stored events, EOSE, and what came meanwhile. */
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

  /** Hands over an event just accepted. False when the reader is too far behind to be served any longer. */
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

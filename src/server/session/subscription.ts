// One REQ: sends its stored events as the client reads them, sends EOSE once, then the events accepted later. Each event
// is sent once. Events accepted before EOSE wait until after it.
import type { Event } from '../../protocol/event.ts';
import { encodeRelayMessage } from '../../protocol/message.ts';
import { TOO_SLOW } from '../limits.ts';
import type { StoredEvent } from '../store/tables.ts';
import type { Transport } from '../transport.ts';
import type { Work } from '../work.ts';

export class Subscription {
  readonly #transport: Transport;
  readonly #id: string;
  readonly #head: string;
  readonly #isHinting: boolean;
  /** Events accepted before EOSE, by id, as JSON; undefined after EOSE. */
  #early: Map<string, string> | undefined = new Map();
  #earlyLength = 0;
  #ended = false;

  /** `isHinting`: EOSE says whether more events match (NIP-67). */
  constructor(transport: Transport, id: string, isHinting: boolean) {
    this.#transport = transport;
    this.#id = id;
    this.#head = `["EVENT",${JSON.stringify(id)},`;
    this.#isHinting = isHinting;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Stops the subscription: it sends no further frame. */
  end(): void {
    this.#ended = true;
  }

  /**
   * Sends the stored events, EOSE, and the events accepted in the meantime. `stored` returns whether it was complete.
   * Throws what it throws.
   */
  async start(stored: Iterator<StoredEvent | undefined, boolean>, work: Work): Promise<void> {
    while (!this.#ended) {
      const { done, value } = stored.next();
      if (done) return this.#endStored(value);
      if (this.#transport.isFull) await this.#transport.drained();
      else if (work.isDue()) await work.rest();
      if (this.#ended) return;
      if (value && !this.#early!.has(value.event.id)) this.#send(value.json);
    }
  }

  #endStored(complete: boolean): void {
    const hint = this.#isHinting ? (complete ? 'finish' : 'more') : undefined;
    this.#transport.send(encodeRelayMessage({ type: 'EOSE', subId: this.#id, hint }));
    for (const json of this.#early!.values()) this.#send(json);
    this.#early = undefined;
  }

  /** Sends an event that was just accepted. Returns false when the client is too slow to continue. */
  deliver({ id }: Event, json: string): boolean {
    if (this.#ended) return true;
    if (this.#early) {
      this.#early.set(id, json);
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

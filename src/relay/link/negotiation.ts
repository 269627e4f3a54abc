// One negentropy session on one connection (NIP-77), frame by frame: what is sent, and what the relay answers or does
// instead. Authenticates where the relay wants that and the user allows it. What the frames say is in protocol/nip77.ts.
import type { Filter } from '../../protocol/filter.ts';
import { SMALLEST_FRAME_LIMIT } from '../../protocol/nip77.ts';
import { Watchdog } from './clocks/watchdog.ts';
import type { Connection } from './connection.ts';
import type { NegotiationListener } from './listeners.ts';
import { asksToSlowDown, NOTICE_GRACE_MS, readsLikeRefusal } from './outcome.ts';
import { type Signal, signalOfAuth } from './signal.ts';

/** The frame that the relay answered, or what came instead, which ends the negotiation. */
export type Answer = { type: 'frame'; frame: Uint8Array } | Signal;

/** Bytes of a frame where the relay does not say how long a message may be: 60,000 hex digits. */
const USUAL_FRAME = 30_000;

/** Bytes of the longest frame: relays themselves send as long ones, and a round brings no more by longer ones. */
const LONGEST_FRAME = 500_000;

/** Characters of a NEG-OPEN beside its filter and its frame. */
const OVERHEAD = 100;

/** Relays that know no NEG-OPEN say so in their own words, without its id. */
const UNKNOWN_VERB = /neg-(open|msg)|negentropy|unknown|unrecogni[sz]ed|not supported/i;

/**
 * The greatest length of a frame in bytes, for a relay that takes messages of so many bytes (NIP-11 `max_message_length`):
 * hex doubles it. No negotiation can do with less than `SMALLEST_FRAME_LIMIT`.
 */
export function frameLimitFor(maxMessageLength: number | undefined, filter: Filter): number {
  const head = Buffer.byteLength(JSON.stringify(filter)) + OVERHEAD;
  const most = maxMessageLength ? Math.floor((maxMessageLength - head) / 2) : USUAL_FRAME;
  return Math.max(SMALLEST_FRAME_LIMIT, Math.min(most, LONGEST_FRAME));
}

/** Whether a refusal says that more events match than the relay compares at once (NIP-77: "blocked: this query is too big"). */
export function isTooLarge(refusal: string): boolean {
  if (/^(ERROR: )?blocked:/i.test(refusal)) return true;
  return (
    /too (many|big|large)/i.test(refusal) && !/concurrent|open/i.test(refusal) && !asksToSlowDown(refusal)
  );
}

export class Negotiation implements NegotiationListener {
  readonly #connection: Connection;
  readonly #filter: Filter;
  readonly #watchdog: Watchdog;
  #id: string | undefined;
  /** Whether the relay has answered a frame: then it knows what this is about. */
  #isUnderWay = false;
  #notice: string | undefined;
  #settle: (answer: Answer) => void = () => {};

  constructor(connection: Connection, filter: Filter) {
    this.#connection = connection;
    this.#filter = filter;
    this.#watchdog = new Watchdog(connection.relayTimeout, () => this.#silent());
  }

  /** Sends a frame, the first one as NEG-OPEN, and resolves with what comes. Rejects never. */
  async exchange(frame: Uint8Array): Promise<Answer> {
    const answer = await this.#send(frame);
    if (answer.type !== 'auth_required' || this.#isUnderWay || !this.#connection.authentication.isAllowed)
      return answer;
    try {
      const outcome = await this.#connection.authentication.run();
      return outcome.ok ? await this.#send(frame) : signalOfAuth(outcome);
    } catch (error) {
      return { type: 'failed', error };
    }
  }

  /** Sends NEG-CLOSE where the negotiation is open; whoever waits is told. */
  close(): void {
    this.#end({ type: 'stopped' }, true);
  }

  #send(frame: Uint8Array): Promise<Answer> {
    return new Promise(resolve => {
      this.#settle = resolve;
      this.#notice = undefined;
      this.#watchdog.start();
      if (this.#id === undefined) this.#id = this.#connection.negotiate(this.#filter, frame, this);
      else this.#connection.send({ type: 'NEG-MSG', subId: this.#id, frame });
    });
  }

  answered(frame: Uint8Array): void {
    this.#isUnderWay = true;
    this.#watchdog.stop();
    this.#settle({ type: 'frame', frame });
  }

  refused(message: string): void {
    const type = this.#connection.authentication.demandOf(message) ? 'auth_required' : 'closed';
    this.#end({ type, message });
  }

  unreadable(reason: string): void {
    this.#end({ type: 'refused', message: `it sent a frame that cannot be read: ${reason}` }, true);
  }

  notice(text: string): void {
    if (asksToSlowDown(text) || !(readsLikeRefusal(text) || UNKNOWN_VERB.test(text))) return;
    this.#notice ??= text;
    this.#watchdog.shorten(NOTICE_GRACE_MS);
  }

  /** It may be told before the id is known. */
  disconnected(reason: string): void {
    queueMicrotask(() => this.#end({ type: 'disconnected', reason }));
  }

  #silent(): void {
    const message = this.#notice;
    if (message === undefined) this.#end({ type: 'silent' }, true);
    else this.#end({ type: 'refused', message });
  }

  /** `isOpen`: the relay may still wait for more. */
  #end(answer: Signal, isOpen = false): void {
    this.#watchdog.stop();
    if (this.#id !== undefined) this.#connection.endNegotiation(this.#id, isOpen);
    this.#id = undefined;
    this.#settle(answer);
  }
}

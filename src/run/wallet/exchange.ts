// One question on one connection, and the event that answers it: a REQ, and where there is one the event that it is the
// answer to, sent behind it so that no answer is missed. Authenticates once where the relay wants that and it is allowed.
import { type Event, InvalidEvent } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { parseStreamEvent } from '../../protocol/parsed-event.ts';
import { checkEvent } from '../../protocol/signature.ts';
import { Watchdog } from '../../relay/link/clocks/watchdog.ts';
import type { Connection } from '../../relay/link/connection.ts';
import type { EndReason } from '../../relay/link/outcome.ts';
import { Delivery } from './delivery.ts';

export interface ExchangeOptions<T> {
  filter: Filter;
  /** Sent when the REQ is; undefined: what is stored is the answer, up to EOSE. */
  event: Event | undefined;
  /** What the answer is; undefined for an event that is none. The id and the signature hold. */
  take(event: Event): T | undefined | Promise<T | undefined>;
  /** Milliseconds of waiting. */
  timeout: number;
  signal: AbortSignal;
}

/** How it ended without an answer. */
export interface Ended extends EndReason {
  /** Whether it is known that nobody got the event; false where there is doubt. */
  isUnsent: boolean;
}

export type Answered<T> = { answer: T; ended?: never } | { ended: Ended; answer?: never };

/** Events that are looked at: nobody has so much to say, and each costs the check of a signature. */
const MOST_EVENTS = 100;

/** Never rejects for a fault of the relay's. */
export function exchange<T>(connection: Connection, options: ExchangeOptions<T>): Promise<Answered<T>> {
  return new Exchange(connection, options).run();
}

class Exchange<T> {
  readonly #connection: Connection;
  readonly #options: ExchangeOptions<T>;
  readonly #watchdog: Watchdog;
  readonly #delivery = new Delivery();
  #subId: string | undefined;
  #settle: (answered: Answered<T>) => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #events = 0;
  /** Events are judged one after the other. */
  #judging: Promise<void> = Promise.resolve();
  #isOver = false;
  #authentication: 'none' | 'running' | 'done' = 'none';

  constructor(connection: Connection, options: ExchangeOptions<T>) {
    this.#connection = connection;
    this.#options = options;
    this.#watchdog = new Watchdog(options.timeout, () => this.#end('timeout', 'no answer'));
  }

  run(): Promise<Answered<T>> {
    const { signal, filter } = this.#options;
    const stop = () => this.#end('interrupted', '');
    return new Promise<Answered<T>>((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop);
      this.#watchdog.start();
      // What is told before `subscribe` returns is told again in its turn.
      const later = (tell: () => void) => queueMicrotask(tell);
      this.#subId = this.#connection.subscribe([filter], {
        events: values => this.#take(values),
        eose: () => this.#afterJudging(() => this.#eose()),
        closed: message => later(() => this.#refused(message, 'closed')),
        disconnected: reason => later(() => this.#afterJudging(() => this.#end('disconnect', reason))),
        count: () => {},
        notice: () => {},
      });
      this.#send();
    }).finally(() => {
      this.#isOver = true;
      this.#watchdog.stop();
      signal.removeEventListener('abort', stop);
      if (this.#subId !== undefined) this.#connection.unsubscribe(this.#subId);
    });
  }

  #send(): void {
    const { event } = this.#options;
    if (!event) return;
    let isLost = false;
    this.#connection.publishTo({
      ok: (id, accepted, message) => {
        if (id === event.id) this.#said(accepted, message);
      },
      notice: () => {},
      disconnected: () => {
        isLost = true;
      },
    });
    if (isLost) return;
    this.#delivery.sent();
    this.#connection.send({ type: 'EVENT', event });
  }

  /** What the relay says of the event. Once it has it, a refusal of the same is none. */
  #said(accepted: boolean, message: string): void {
    this.#delivery.answered(accepted, message);
    if (!accepted && !this.#delivery.isTaken) this.#refused(message, 'refused');
  }

  #take(values: readonly unknown[]): void {
    for (const value of values) {
      if (++this.#events > MOST_EVENTS) return this.#end('timeout', 'too much came that is no answer');
      this.#judging = this.#judging.then(() => this.#judge(value)).catch(this.#fail);
    }
  }

  async #judge(value: unknown): Promise<void> {
    if (this.#isOver) return;
    const event = readEvent(value);
    if (!event || checkEvent(event) !== undefined) return;
    const answer = await this.#options.take(event);
    if (answer !== undefined) this.#settle({ answer });
  }

  #afterJudging(then: () => void): void {
    this.#judging.then(then);
  }

  #eose(): void {
    if (!this.#options.event) this.#end('eose', '');
  }

  /** A CLOSED, or an OK false. Where both ask for AUTH, one is enough. */
  async #refused(message: string, end: 'closed' | 'refused'): Promise<void> {
    const demand = this.#connection.authentication.demandOf(message);
    const mayAuthenticate = demand === 'wanted' && this.#connection.authentication.isAllowed;
    if (mayAuthenticate && this.#authentication === 'running') return;
    if (!mayAuthenticate || this.#authentication === 'done')
      return this.#end(demand && end === 'closed' ? 'auth_required' : end, message);
    this.#authentication = 'running';
    try {
      const { ok, message: why } = await this.#connection.authentication.run();
      this.#authentication = 'done';
      if (!ok) return this.#end('auth_required', why);
      if (this.#isOver) return;
      this.#connection.resubscribe(this.#subId!, [this.#options.filter]);
      this.#send();
    } catch (error) {
      this.#fail(error);
    }
  }

  #end(end: EndReason['end'], reason: string): void {
    this.#settle({ ended: { end, reason, isUnsent: this.#delivery.isUnsent } });
  }
}

function readEvent(value: unknown): Event | undefined {
  try {
    return parseStreamEvent(value).toEvent();
  } catch (error) {
    if (error instanceof InvalidEvent) return undefined;
    throw error;
  }
}

// One connection to one relay for a query: REQs are sent on it and read to the signal that ends them. What a signal
// means for the query is the reader's business.
import { setImmediate as turn } from 'node:timers/promises';
import type { Filter } from '../../protocol/filter.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { Verifier } from '../../verify/verifier.ts';
import { Connection, type ConnectionOptions } from '../link/connection.ts';
import { type Signal, Subscription } from '../link/subscription.ts';
import { Intake, type Tally } from './intake.ts';
import type { Page } from './paging.ts';

export interface VisitOptions {
  verifier: Verifier | undefined;
  connection: ConnectionOptions;
}

/** Whom a visit works for. */
export interface VisitHost {
  readonly tally: Tally;
  /** Takes what passed all checks; false when nobody wants more. `stored`: it came before EOSE. */
  put(batch: StreamEvent[] | Promise<StreamEvent[]>, stored: boolean): Promise<boolean>;
  /** Resolves when all that was put has been handed over, with false when nobody wants more. */
  drained(): Promise<boolean>;
}

/** What one page held, and how it ended. */
export interface PageRead {
  page: Page;
  signal: Signal;
}

/** Told of events that passed all checks, before they are handed over. */
export type EventObserver = (events: readonly StreamEvent[]) => void;

interface Manner {
  /** The signal is told only when what came before it has been handed over. */
  inTurn: boolean;
  /** Go on after EOSE. */
  onEose?: () => void;
  onEvents?: EventObserver | undefined;
}

export class Visit {
  readonly #connection: Connection;
  readonly #options: VisitOptions;
  readonly #host: VisitHost;
  readonly #subscriptions = new Set<Subscription>();
  #halted = false;

  private constructor(connection: Connection, options: VisitOptions, host: VisitHost) {
    this.#connection = connection;
    this.#options = options;
    this.#host = host;
  }

  /** Connects; rejects with `ConnectError`. */
  static async open(relay: string, options: VisitOptions, host: VisitHost): Promise<Visit> {
    return new Visit(await Connection.open(relay, options.connection), options, host);
  }

  get isHalted(): boolean {
    return this.#halted;
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** Resolves when all that was read has been handed over, with false when nobody wants more. */
  drained(): Promise<boolean> {
    return this.#host.drained();
  }

  /** Everything that is being read ends with `stopped`, and so does what is begun later. */
  halt(): void {
    this.#halted = true;
    for (const subscription of this.#subscriptions) subscription.stop();
  }

  /** Closes the connection, within a bound. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  /** Reads what is stored. */
  readStored(filters: readonly Filter[]): Promise<Signal> {
    return this.#read(filters, this.#intake(filters), { inTurn: true });
  }

  /**
   * Reads what is stored and stays, on a subscription for each request. `onEose` is told once, when EOSE has come on
   * each and what was before it is handed over. The first that ends ends them all.
   */
  async readOn(requests: readonly Filter[][], onEose: () => void): Promise<Signal> {
    let due = requests.length;
    const countEose = () => {
      if (--due === 0) onEose();
    };
    const live = requests.map(filters =>
      this.#read(filters, this.#intake(filters), { inTurn: true, onEose: countEose }),
    );
    const signal = await Promise.race(live).finally(() => this.halt());
    await Promise.all(live);
    return signal;
  }

  /** Reads one page. It may not have been handed over yet; `onEvents` sees what it held, as it is verified. */
  async readPage(filter: Filter, onEvents?: EventObserver): Promise<PageRead> {
    const intake = this.#intake([filter]);
    const signal = await this.#read([filter], intake, { inTurn: false, onEvents });
    return { page: intake.page, signal };
  }

  async #read(
    filters: readonly Filter[],
    intake: Intake,
    { inTurn, onEose, onEvents }: Manner,
  ): Promise<Signal> {
    const subscription = this.#subscribe(filters);
    let stored = true;
    try {
      for (;;) {
        const { events, signal } = await subscription.take(intake.batchSize);
        const batch = intake.accept(events, this.#host.tally);
        const goesOn = await this.#host.put(onEvents ? observed(batch, onEvents) : batch, stored);
        if (!goesOn || (inTurn && signal !== undefined && !(await this.#host.drained()))) return STOPPED;
        if (signal !== undefined && (signal.type !== 'eose' || onEose === undefined)) return signal;
        if (signal !== undefined) {
          stored = false;
          onEose?.();
        }
        if (events.length === intake.batchSize) await turn(); // verification must not starve the sockets
      }
    } finally {
      subscription.close();
      this.#subscriptions.delete(subscription);
    }
  }

  #subscribe(filters: readonly Filter[]): Subscription {
    const { relayTimeout } = this.#options.connection;
    const subscription = new Subscription(this.#connection, filters, relayTimeout);
    this.#subscriptions.add(subscription);
    if (this.#halted) subscription.stop();
    return subscription;
  }

  #intake(filters: readonly Filter[]): Intake {
    const { verifier, connection } = this.#options;
    const onInvalid = (reason: string) => connection.log?.(this.#connection.url, 'invalid', reason);
    return new Intake({ filters, verifier, onInvalid });
  }
}

const STOPPED: Signal = { type: 'stopped' };

function observed(
  batch: StreamEvent[] | Promise<StreamEvent[]>,
  onEvents: EventObserver,
): StreamEvent[] | Promise<StreamEvent[]> {
  const tell = (events: StreamEvent[]) => {
    onEvents(events);
    return events;
  };
  return Array.isArray(batch) ? tell(batch) : batch.then(tell);
}

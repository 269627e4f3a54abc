// Many relays as one stream of events. Each is verified on its own and only then deduplicated; one bad relay
// never ends or delays the rest, and a slow consumer slows them all.
import type { Event } from '../protocol/event.ts';
import { Mailbox } from './mailbox.ts';
import type { End, RelayEnding } from './outcome.ts';
import { type ReaderHost, type ReaderOptions, RelayReader } from './reader.ts';
import { SeenIds } from './seen-ids.ts';
import { Watchdog } from './watchdog.ts';

export interface QueryOptions extends ReaderOptions {
  /** Normalised URLs; each is asked on a connection of its own. */
  relays: readonly string[];
  dedupe: boolean;
  /** End after so many events. */
  maxEvents: number;
  /** End when no event came for so long, in milliseconds; undefined: never. */
  idle: number | undefined;
  /** Told once: every relay has reached EOSE or has ended. */
  onReady?: () => void;
  /** Told as each relay ends. */
  onEnd?: (ending: RelayEnding) => void;
}

/** Events of one relay, in its order. */
export interface Batch {
  relay: string;
  /** Whether they came before EOSE. */
  stored: boolean;
  events: Event[];
}

interface Parcel {
  reader: RelayReader;
  stored: boolean;
  events: Event[];
}

/** Batches that may wait for the consumer, for each relay. */
const BATCHES_PER_RELAY = 2;

export class Query implements ReaderHost {
  /** How each relay ended, in the order they did. Whole once `batches` is done. */
  readonly endings: RelayEnding[] = [];
  readonly #options: QueryOptions;
  readonly #readers: RelayReader[];
  readonly #mailbox: Mailbox<Parcel>;
  readonly #seen = new SeenIds();
  readonly #idle: Watchdog | undefined;
  #left: number;
  readonly #unopened: Set<RelayReader>;
  readonly #unready: Set<RelayReader>;
  #error: unknown;

  constructor(options: QueryOptions) {
    this.#options = options;
    this.#left = options.maxEvents;
    this.#readers = options.relays.map(relay => new RelayReader(relay, options, this));
    this.#unopened = new Set(this.#readers);
    this.#unready = new Set(this.#readers);
    this.#mailbox = new Mailbox(this.#readers.length * BATCHES_PER_RELAY);
    if (options.idle !== undefined) this.#idle = new Watchdog(options.idle, () => this.stop('idle'));
  }

  /** Asks every relay and yields what they send. Throws only what is the user's own fault. */
  async *batches(): AsyncGenerator<Batch> {
    const running = Promise.all(this.#readers.map(reader => this.#run(reader)));
    const finished = running.then(
      () => this.#mailbox.close(),
      error => this.fail(error),
    );
    try {
      for (let parcel = await this.#take(); parcel !== undefined; parcel = await this.#take()) {
        yield this.#count(parcel);
        if (this.#left === 0) this.stop('limit');
      }
    } finally {
      this.stop('interrupted');
      await finished;
    }
    if (this.#error !== undefined) throw this.#error;
  }

  /** Ends the relays that have not ended yet. */
  stop(end: End): void {
    for (const reader of this.#readers) reader.halt(end);
    this.#mailbox.close();
  }

  /** The idle clock runs only while the consumer waits for events, not while it writes. */
  async #take(): Promise<Parcel | undefined> {
    if (this.#unopened.size === 0) this.#idle?.start();
    const parcel = await this.#mailbox.take();
    this.#idle?.stop();
    return parcel;
  }

  async #run(reader: RelayReader): Promise<void> {
    const ending = await reader.run();
    this.opened(reader);
    this.ready(reader);
    this.endings.push(ending);
    this.#options.onEnd?.(ending);
  }

  /** The batch as it is printed: cut to what is still wanted. */
  #count({ reader, stored, events }: Parcel): Batch {
    const wanted = events.length <= this.#left ? events : events.slice(0, this.#left);
    reader.tally.events += wanted.length;
    this.#left -= wanted.length;
    return { relay: reader.relay, stored, events: wanted };
  }

  async deliver(reader: RelayReader, events: Event[], stored: boolean): Promise<boolean> {
    const fresh = this.#options.dedupe ? events.filter(event => this.#isNew(event, reader)) : events;
    return fresh.length === 0 || this.#mailbox.put({ reader, stored, events: fresh });
  }

  #isNew(event: Event, reader: RelayReader): boolean {
    if (this.#seen.add(event.id)) return true;
    reader.tally.duplicates++;
    return false;
  }

  opened(reader: RelayReader): void {
    if (this.#unopened.delete(reader) && this.#unopened.size === 0) this.#idle?.start();
  }

  ready(reader: RelayReader): void {
    if (this.#unready.delete(reader) && this.#unready.size === 0) this.#options.onReady?.();
  }

  fail(error: unknown): void {
    this.#error ??= error;
    this.stop('interrupted');
  }
}

// Many relays as one stream of events. Each is verified on its own and only then deduplicated; one bad relay
// never ends or delays the rest, and a slow consumer slows them all.
import { collectAsUsual, collectOften } from '../../garbage.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { End, RelayEnding } from '../link/outcome.ts';
import { Watchdog } from '../link/watchdog.ts';
import { Mailbox } from './mailbox.ts';
import { type ReaderHost, type ReaderOptions, RelayReader } from './reader.ts';
import { SeenIds } from './seen-ids.ts';

export interface QueryOptions extends ReaderOptions {
  /** Normalised URLs; each is asked on a connection of its own. */
  relays: readonly string[];
  dedupe: boolean;
  /** End after so many events. */
  maxEvents: number;
  /** End when no event came for so long, in milliseconds; undefined: never. */
  idle: number | undefined;
  /** Told once: every relay has reached EOSE, has ended, or was lost once and is tried again. */
  onReady?: () => void;
  /** Told when a relay was lost and is tried again in so many milliseconds. */
  onRetry?: (relay: string, reason: string, wait: number) => void;
  /** Told as each relay ends. */
  onEnd?: (ending: RelayEnding) => void;
}

/** Events of one relay, in its order. */
export interface Batch {
  relay: string;
  /** Whether they came before EOSE. */
  stored: boolean;
  events: StreamEvent[];
}

interface Delivered {
  reader: RelayReader;
  stored: boolean;
  events: StreamEvent[];
}

interface Ended {
  reader: RelayReader;
  /** Undefined when it ended by a fault of ours. */
  ending: RelayEnding | undefined;
}

/** On its way to the consumer: events, and at last how their relay ended. */
type Parcel = Delivered | Ended;

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
  readonly #answered = new Set<string>();
  readonly #unopened: Set<RelayReader>;
  readonly #unready: Set<RelayReader>;
  /** Readers whose relay has reached EOSE, and which have not ended. */
  readonly #answering = new Set<RelayReader>();
  /** Readers that go on only when another relay answers. */
  readonly #parked = new Map<RelayReader, (goesOn: boolean) => void>();
  /** Readers that have not ended. */
  readonly #alive: Set<RelayReader>;
  /** Readers whose ending the consumer has not seen. */
  #running: number;
  #waiting = false;
  #error: unknown;

  constructor(options: QueryOptions) {
    this.#options = options;
    this.#left = options.maxEvents;
    this.#readers = options.relays.map(relay => new RelayReader(relay, options, this));
    this.#running = this.#readers.length;
    this.#unopened = new Set(this.#readers);
    this.#unready = new Set(this.#readers);
    this.#alive = new Set(this.#readers);
    this.#mailbox = new Mailbox(this.#readers.length * BATCHES_PER_RELAY);
    if (options.idle !== undefined) this.#idle = new Watchdog(options.idle, () => this.stop('idle'));
  }

  /** Asks every relay and yields what they send. Throws only what is the user's own fault. */
  async *batches(): AsyncGenerator<Batch> {
    collectOften();
    for (const reader of this.#readers) void this.#run(reader);
    try {
      while (this.#running > 0) {
        const parcel = await this.#take();
        if ('ending' in parcel) this.#end(parcel);
        else if (this.#left > 0) yield this.#count(parcel);
      }
    } finally {
      collectAsUsual();
      this.stop('interrupted');
      while (this.#running > 0) {
        const parcel = await this.#mailbox.take();
        if ('ending' in parcel) this.#end(parcel);
      }
    }
    if (this.#error !== undefined) throw this.#error;
  }

  /** Ends the relays that have not ended yet. */
  stop(end: End): void {
    for (const reader of this.#readers) reader.halt(end);
    this.#unpark(false);
    this.#mailbox.close();
  }

  /** Whether the relay has reached EOSE, be it that it was lost since. */
  hasAnswered(relay: string): boolean {
    return this.#answered.has(relay);
  }

  /** The idle clock runs only while the consumer waits for events, not while it writes. */
  async #take(): Promise<Parcel> {
    this.#waiting = true;
    if (this.#unopened.size === 0) this.#idle?.start();
    const parcel = await this.#mailbox.take();
    this.#waiting = false;
    this.#idle?.stop();
    return parcel;
  }

  async #run(reader: RelayReader): Promise<void> {
    let ending: RelayEnding | undefined;
    try {
      ending = await reader.run();
    } catch (error) {
      this.fail(error);
    }
    this.opened(reader);
    this.#settle(reader);
    this.#alive.delete(reader);
    this.#answering.delete(reader);
    this.#endWhenHopeless();
    this.#mailbox.post({ reader, ending });
  }

  /** The batch as it is printed: cut to what is still wanted. */
  #count({ reader, stored, events }: Delivered): Batch {
    const wanted = events.length <= this.#left ? events : events.slice(0, this.#left);
    reader.tally.events += wanted.length;
    this.#left -= wanted.length;
    if (this.#left === 0) this.stop('limit');
    return { relay: reader.relay, stored, events: wanted };
  }

  /** An ending comes behind its relay's last events, so its count of them is whole. */
  #end({ reader, ending }: Ended): void {
    this.#running--;
    if (ending === undefined) return;
    ending.events = reader.tally.events;
    this.endings.push(ending);
    this.#options.onEnd?.(ending);
  }

  async deliver(reader: RelayReader, events: StreamEvent[], stored: boolean): Promise<boolean> {
    const fresh = events.filter(event => this.#isNew(event, reader));
    return fresh.length === 0 || this.#mailbox.put({ reader, stored, events: fresh });
  }

  #isNew(event: StreamEvent, reader: RelayReader): boolean {
    const seen = this.#options.dedupe ? this.#seen : reader.seen;
    if (seen.addEvent(event)) return true;
    reader.tally.duplicates++;
    return false;
  }

  opened(reader: RelayReader): void {
    if (this.#unopened.delete(reader) && this.#unopened.size === 0 && this.#waiting) this.#idle?.start();
  }

  answered(reader: RelayReader): void {
    this.#answered.add(reader.relay);
    this.#answering.add(reader);
    this.#unpark(true);
    this.#settle(reader);
  }

  retrying(reader: RelayReader, reason: string, wait: number): void {
    this.opened(reader);
    this.#settle(reader);
    this.#options.onRetry?.(reader.relay, reason, wait);
  }

  async othersAnswer(reader: RelayReader): Promise<boolean> {
    if (this.#answering.size > 0) return true;
    this.opened(reader);
    this.#settle(reader);
    return new Promise(resolve => {
      this.#parked.set(reader, resolve);
      this.#endWhenHopeless();
    });
  }

  #endWhenHopeless(): void {
    if (this.#parked.size === this.#alive.size) this.#unpark(false);
  }

  #unpark(goesOn: boolean): void {
    for (const resolve of this.#parked.values()) resolve(goesOn);
    this.#parked.clear();
  }

  /** It does not hold up `ready` any more. */
  #settle(reader: RelayReader): void {
    if (this.#unready.delete(reader) && this.#unready.size === 0) this.#options.onReady?.();
  }

  fail(error: unknown): void {
    this.#error ??= error;
    this.stop('interrupted');
  }
}

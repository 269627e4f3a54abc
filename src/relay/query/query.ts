// Many relays as one stream of events. Each is checked on its own and only then deduplicated; one bad relay
// never ends or delays the rest, and a slow consumer slows them all.
import type { Filter } from '../../protocol/filter.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { Watchdog } from '../link/clocks/watchdog.ts';
import type { End, RelayEnding } from '../link/outcome.ts';
import { Merge } from './merge.ts';
import { type Batch, RelayQuery, type RelayQueryOptions } from './relay-query.ts';
import { SeenIds } from './seen-ids.ts';

export interface QueryOptions extends RelayQueryOptions {
  /** Normalised URLs; each is asked on a connection of its own. */
  relays: readonly string[];
  /** What each relay is asked, where not all are asked the same. */
  filtersOf?: ((relay: string) => readonly Filter[]) | undefined;
  dedupe: boolean;
  /** End after so many events. */
  maxEvents: number;
  /** End when no event came for so long, in milliseconds; undefined: never. */
  idle: number | undefined;
  /** Relays that have so many milliseconds in all, silent or not; what the consumer takes of them is not counted. */
  patience?: Patience | undefined;
  /** Told once: every relay has reached EOSE, has ended, or was lost once and is tried again; and one has reached it. */
  onReady?: () => void;
  /** Told when a relay was lost and is tried again in so many milliseconds. */
  onRetry?: (relay: string, reason: string, waitMs: number) => void;
  /** Told when a stream is back at a relay that was lost. */
  onReturn?: (relay: string) => void;
  /** Told as each relay ends. */
  onEnd?: (ending: RelayEnding) => void;
}

/** A bound for relays that may not be trusted to come to an end. */
export interface Patience {
  ms: number;
  isFor: (relay: string) => boolean;
}

/** A relay of the query, and what came from it alone: pages overlap, and some relays repeat themselves. */
interface Part {
  query: RelayQuery;
  seen: SeenIds;
}

export class Query {
  /** How each relay ended, in the order they did. Whole once `batches` is done. */
  readonly endings: RelayEnding[] = [];
  readonly #options: QueryOptions;
  readonly #parts = new Map<string, Part>();
  readonly #merge = new Merge<Batch, RelayEnding>();
  readonly #seen = new SeenIds();
  readonly #idle: Watchdog | undefined;
  readonly #patience: Watchdog | undefined;
  /** `opening`: not every relay was reached, or given up, once; `open`: one has yet to answer; then `ready`. */
  #phase: 'opening' | 'open' | 'ready' = 'opening';
  #left: number;
  #isWaiting = false;
  #error: unknown;

  constructor(options: QueryOptions) {
    this.#options = options;
    this.#left = options.maxEvents;
    const hooks = {
      onPhase: () => this.#phaseChanged(),
      onRetry: options.onRetry ?? (() => {}),
      onReturn: options.onReturn ?? (() => {}),
      onFault: (error: unknown) => this.#fail(error),
    };
    for (const relay of options.relays) {
      const filters = options.filtersOf?.(relay) ?? options.filters;
      const query = new RelayQuery(relay, { ...options, filters }, hooks);
      this.#parts.set(relay, { query, seen: new SeenIds() });
    }
    if (options.idle !== undefined) this.#idle = new Watchdog(options.idle, () => this.stop('idle'));
    const { patience } = options;
    if (patience) this.#patience = new Watchdog(patience.ms, () => this.#giveUp(patience));
  }

  /** Asks every relay and yields what they send. Throws only what is the user's own fault. */
  async *batches(): AsyncGenerator<Batch> {
    for (const { query } of this.#parts.values()) this.#merge.add(query.read());
    this.#patience?.start();
    try {
      for (let batch = await this.#take(); batch; batch = await this.#take()) yield batch;
    } finally {
      this.stop('interrupted');
      this.#left = 0;
      while (await this.#take());
      this.#patience?.stop();
    }
    if (this.#error !== undefined) throw this.#error;
  }

  /** Ends the relays that have not ended yet. */
  stop(end: End): void {
    for (const query of this.#queries()) query.halt(end);
  }

  /** Whether the relay has reached EOSE, be it that it was lost since. */
  hasAnswered(relay: string): boolean {
    return this.#parts.get(relay)!.query.hasAnswered;
  }

  /** The next batch to print; undefined when every relay has ended. */
  async #take(): Promise<Batch | undefined> {
    this.#waits(true);
    for (;;) {
      const item = await this.#next();
      if (item && 'returned' in item) this.#end(item.returned);
      const batch = item && 'value' in item ? this.#fresh(item.value) : undefined;
      if (item && !batch?.events.length) continue;
      this.#waits(false);
      return batch;
    }
  }

  /** A fault of a relay's part is a fault of ours: the others are stopped, and end in peace. */
  async #next() {
    for (;;) {
      try {
        return await this.#merge.next();
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  /** The clocks run only while the consumer waits for events, not while it writes. */
  #waits(isWaiting: boolean): void {
    this.#isWaiting = isWaiting;
    if (isWaiting) this.#patience?.release();
    else this.#patience?.hold();
    if (!isWaiting) this.#idle?.stop();
    else if (this.#phase !== 'opening') this.#idle?.start();
  }

  /** The events of a batch that are still wanted and were not printed before. */
  #fresh(batch: Batch): Batch {
    const { relay, events } = batch;
    const part = this.#parts.get(relay)!;
    if (this.#left === 0) return { ...batch, events: [] };
    const seen = this.#options.dedupe ? this.#seen : part.seen;
    const fresh = this.#cut(events.filter(event => this.#isNew(event, seen, part.query)));
    part.query.counts.events += fresh.length;
    return { ...batch, events: fresh };
  }

  #isNew(event: StreamEvent, seen: SeenIds, { counts }: RelayQuery): boolean {
    if (seen.addEvent(event)) return true;
    counts.duplicates++;
    return false;
  }

  #cut(events: StreamEvent[]): StreamEvent[] {
    const wanted = events.length <= this.#left ? events : events.slice(0, this.#left);
    this.#left -= wanted.length;
    if (this.#left === 0) this.stop('limit');
    return wanted;
  }

  /** An ending comes behind its relay's last events, so its counts are whole now. */
  #end(ending: RelayEnding): void {
    const { events, duplicates } = this.#parts.get(ending.relay)!.query.counts;
    const whole = { ...ending, events, duplicates };
    this.endings.push(whole);
    this.#options.onEnd?.(whole);
  }

  #queries(): RelayQuery[] {
    return Array.from(this.#parts.values(), ({ query }) => query);
  }

  #phaseChanged(): void {
    const phases = new Set(this.#queries().map(({ phase }) => phase));
    if (this.#phase === 'opening' && !phases.has('connecting')) {
      this.#phase = 'open';
      if (this.#isWaiting) this.#idle?.start();
    }
    if (this.#phase === 'open' && !phases.has('asked') && this.#queries().some(query => query.hasAnswered)) {
      this.#phase = 'ready';
      this.#options.onReady?.();
    }
    if (phases.has('parked')) this.#release();
  }

  /** Relays that were never there go on as long as another answers; when only they are left, nothing will come. */
  #release(): void {
    const alive = this.#queries().filter(({ phase }) => phase !== 'ended');
    const parked = alive.filter(({ phase }) => phase === 'parked');
    const someAnswer = alive.some(({ hasAnswered }) => hasAnswered);
    if (someAnswer || parked.length === alive.length) for (const query of parked) query.release(someAnswer);
  }

  #giveUp({ isFor }: Patience): void {
    for (const query of this.#queries()) if (isFor(query.relay)) query.halt('timeout');
  }

  #fail(error: unknown): void {
    this.#error ??= error;
    this.stop('interrupted');
  }
}

// Makes one side hold what another has: finds out what differs in the way that costs least, and sends it. Where nothing can
// be compared for little, the one side's ids are held here (32 bytes each), and the other side is read once.
import type { Filter } from '../protocol/filter.ts';
import { IdTable } from '../protocol/id-table.ts';
import { kindClass } from '../protocol/kind.ts';
import { isExpired } from '../protocol/nip40.ts';
import { isProtected } from '../protocol/nip70.ts';
import { IdList } from '../protocol/nip77.ts';
import type { StreamEvent } from '../protocol/stream-event.ts';
import { IdKey } from '../relay/link/id-key.ts';
import { SeenIds } from '../relay/query/seen-ids.ts';
import { compare, type Difference, tellIds } from './compare.ts';
import type { Pace } from './pace.ts';
import { isInShard, type Shard } from './shard.ts';
import type { Side } from './side.ts';

export interface SyncOptions {
  filters: readonly Filter[];
  /** What only the second side has goes to the first, too. */
  both: boolean;
  /** Nothing is sent. */
  dryRun: boolean;
  /** Events are sent without comparing anything first. */
  scan: boolean;
  /** Whether a side that holds nothing is sent everything, without comparing. */
  skipsEmpty: boolean;
  shard?: Shard | undefined;
  pace?: Pace | undefined;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Called when events begin to stream through; what it returns, when they end. */
  keepMemoryLow?: (() => () => void) | undefined;
  /** Told of each event that one side has and the other lacks. Where it returns a promise, that resolves when it has room. */
  onMissing?: ((id: string, has: Side, lacks: Side) => Promise<void> | void) | undefined;
}

/** Who is told of an event that only `has` holds. */
type OnMissing = (id: string, has: Side, lacks: Side) => Promise<void> | void;

export class Syncing {
  /** Whether all that is sent now was counted as needed before. */
  isCounted = false;
  readonly #options: SyncOptions;
  /** Ids that a side does not have and does not want: it has a newer version, or they are not for it. */
  readonly #excused = new IdTable(1024);
  /** What the second side lacked: what one FROM lists and does not give may come from the next. */
  readonly #needed = new IdTable(1024);
  /** What differs between the two sides that are compared, where there are several filters: they may overlap. */
  #met: IdTable | undefined;
  readonly #key = new IdKey();

  constructor(options: SyncOptions) {
    this.#options = options;
  }

  /** A side does not need this event. */
  excuse(id: string): void {
    this.#excused.add(this.#key.read(id));
  }

  /** Makes `to` hold what `from` has, and with `both` the other way round. Throws `SideFailed`. */
  async run(from: Side, to: Side): Promise<void> {
    const { filters, scan, skipsEmpty, both, dryRun } = this.#options;
    const isBlind = scan && to.isRelay && (!both || from.isRelay); // a file has no two lines of one event
    if (isBlind || (skipsEmpty && (await to.isEmpty(filters)))) {
      await this.#sendAll(from, to);
      if (isBlind && both) await this.#sendAll(to, from);
      return;
    }
    this.#begin();
    const counted: OnMissing = (id, has, lacks) => {
      has.counts.had++;
      const isNew = this.#needed.add(this.#key.read(id)) > 0;
      if (isNew || lacks !== to || this.#excused.find(this.#key) > 0) lacks.counts.needed++; // excused anew, too
      return this.#options.onMissing?.(id, has, lacks);
    };
    if (!from.isRelay && !from.hasItems) return this.#byReading(from, to, filters, counted, !dryRun); // it is read once
    for (const filter of filters) await this.#pass(from, to, filter, counted, !dryRun);
  }

  /** How many events are still on one side that the other is to have: compared anew. Throws `SideFailed`. */
  async differences(from: Side, to: Side): Promise<number> {
    this.#begin();
    const ids = new IdTable(1024);
    const counted: OnMissing = (id, has) => {
      if ((has === from || this.#options.both) && this.#excused.find(this.#key.read(id)) === 0)
        ids.add(this.#key);
    };
    for (const filter of this.#options.filters) await this.#pass(from, to, filter, counted, false);
    return ids.size;
  }

  #begin(): void {
    this.#met = this.#options.filters.length > 1 ? new IdTable(1024) : undefined;
  }

  async #pass(from: Side, to: Side, filter: Filter, onMissing: OnMissing, sends: boolean): Promise<void> {
    const difference = await compare(from, to, filter);
    if (difference) await this.#byIds(from, to, difference, onMissing, sends);
    else await this.#byReading(from, to, [filter], onMissing, sends);
  }

  async #byIds(from: Side, to: Side, both: Difference, onMissing: OnMissing, sends: boolean): Promise<void> {
    const [here, there] = [this.#unmet(this.#ofShard(both[0])), this.#unmet(this.#ofShard(both[1]))];
    for (const id of here) await onMissing(id, from, to);
    for (const id of there) await onMissing(id, to, from);
    this.isCounted = sends;
    if (sends && here.length > 0) await this.#send(from.named(here), to);
    if (sends && this.#options.both && there.length > 0) await this.#send(to.named(there), from);
  }

  /** The first side is read as a whole; what the second side has of it is known by its ids. */
  async #byReading(
    from: Side,
    to: Side,
    filters: readonly Filter[],
    onMissing: OnMissing,
    sends: boolean,
  ): Promise<void> {
    this.isCounted = false;
    const all = new IdList();
    for (const filter of filters) await tellIds(to, filter, ids => all.add(ids.bytes));
    const ids = this.#ofShard(all);
    const known = new IdTable(ids.length + 1);
    for (let i = 0; i < ids.length; i++) known.add(this.#key.readBytes(ids.at(i)));
    const held = new Uint8Array(known.size + 1);
    const fresh = this.#freshOf(from.all(filters), known, held, id => onMissing(id, from, to));
    if (sends) await this.#send(fresh, to);
    else await this.#stream(() => exhaust(fresh));
    from.method ??= from.isRelay ? 'ids' : 'file';
    const left = new IdList();
    for (let i = 0; i < ids.length; i++) {
      const number = known.find(this.#key.readBytes(ids.at(i)));
      if (held[number] === 0) left.add(ids.at(i));
      held[number] = 1; // it may be listed twice
    }
    const there = this.#unmet(left);
    for (const id of there) await onMissing(id, to, from);
    if (sends && this.#options.both && there.length > 0) await this.#send(to.named(there), from);
  }

  /** The events whose ids are not known; those that are get marked as held. */
  async *#freshOf(
    batches: AsyncIterable<StreamEvent[]>,
    known: IdTable,
    held: Uint8Array,
    onFresh: (id: string) => Promise<void> | void,
  ): AsyncGenerator<StreamEvent[], void> {
    for await (const events of batches) {
      const fresh: StreamEvent[] = [];
      for (const event of events) {
        if (!isInShard(event.id, this.#options.shard)) continue;
        event.writeId(this.#key.words);
        const number = known.find(this.#key);
        if (number > 0)
          held[number] = 1; // beyond the array: it came twice
        else {
          known.add(this.#key);
          if (this.#met?.add(this.#key) === 0) continue;
          await onFresh(event.id);
          fresh.push(event);
        }
      }
      yield fresh;
    }
  }

  async #sendAll(from: Side, to: Side): Promise<void> {
    this.isCounted = false;
    const seen = new SeenIds();
    const once = async function* (this: Syncing): AsyncGenerator<StreamEvent[], void> {
      for await (const events of from.all(this.#options.filters)) {
        const fresh = events.filter(
          event => isInShard(event.id, this.#options.shard) && seen.addEvent(event),
        );
        from.counts.had += fresh.length;
        to.counts.needed += fresh.length;
        yield fresh;
      }
    };
    await this.#send(once.call(this), to);
    from.method ??= from.isRelay ? 'scan' : 'file';
    to.method ??= to.isRelay ? 'scan' : 'file';
  }

  async #stream(work: () => Promise<void>): Promise<void> {
    const usual = this.#options.keepMemoryLow?.();
    try {
      await work();
    } finally {
      usual?.();
    }
  }

  /** Sends events, and waits for what becomes of them, also where the reading fails. */
  #send(batches: AsyncIterable<StreamEvent[]>, to: Side): Promise<void> {
    return this.#stream(() => this.#sendNow(batches, to));
  }

  async #sendNow(batches: AsyncIterable<StreamEvent[]>, to: Side): Promise<void> {
    const { pace, now } = this.#options;
    try {
      for await (const events of batches) {
        const seconds = Math.floor(now() / 1000);
        for (const event of events) {
          if (to.isRelay && !isForRelays(event, seconds)) {
            to.counts.skipped++;
            this.excuse(event.id);
            continue;
          }
          const turn = pace?.turn();
          if (turn) await turn;
          const room = to.offer(event);
          if (room) await room; // a promise for each event would cost more than the rest of the loop
        }
      }
    } finally {
      await to.drain();
    }
  }

  /** Those that no earlier filter brought up. */
  #unmet(ids: IdList): IdList {
    if (!this.#met) return ids;
    const fresh = new IdList();
    for (let i = 0; i < ids.length; i++)
      if (this.#met.add(this.#key.readBytes(ids.at(i))) > 0) fresh.add(ids.at(i));
    return fresh;
  }

  #ofShard(ids: IdList): IdList {
    const { shard } = this.#options;
    if (!shard) return ids;
    const part = new IdList();
    for (let i = 0; i < ids.length; i++) if (isInShard(ids.at(i), shard)) part.add(ids.at(i));
    return part;
  }
}

async function exhaust(batches: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of batches);
}

/**
 * Whether relays are sent an event of others at a time in seconds: protected ones they take from their author alone;
 * ephemeral and expired ones are kept by none.
 */
export function isForRelays(event: StreamEvent, seconds: number): boolean {
  if (kindClass(event.kind) === 'ephemeral') return false;
  return event.tags.length === 0 || !(isProtected(event) || isExpired(event, seconds));
}

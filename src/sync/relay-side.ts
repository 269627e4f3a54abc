// A relay as a side of a sync: negotiated with, read and written, each on connections of its own.
import type { Filter } from '../protocol/filter.ts';
import { eventAddress } from '../protocol/kind.ts';
import { parseReason } from '../protocol/message.ts';
import { type IdList, NegentropyItems } from '../protocol/nip77.ts';
import type { StreamEvent } from '../protocol/stream-event.ts';
import type { PublishOutcome } from '../relay/link/outcome.ts';
import { BulkPublish } from '../relay/publish/bulk-publish.ts';
import { Pages } from '../relay/query/pages.ts';
import { SeenIds } from '../relay/query/seen-ids.ts';
import { IdSet } from './id-set.ts';
import { Negotiator } from './negotiator.ts';
import { type ReaderOptions, type Reading, RelayReader } from './relay-reader.ts';
import { noCounts, type Side, type SideMethod } from './side.ts';
import { SideFailed } from './side-failed.ts';
import { WantedIds } from './wanted-ids.ts';

export interface RelaySideOptions extends Omit<ReaderOptions, 'onRetry'> {
  /** Whether it is negotiated with at all. */
  negotiates: boolean;
  /** Events of a page, where the user says so. */
  pageSize?: number | undefined;
  /** Whether it has an event since an earlier run. */
  isAccepted?: ((relay: string, id: string) => boolean) | undefined;
  /** Told of each answer to an event; and what the relay says it has instead, where it does not want this one. */
  onOutcome: (outcome: PublishOutcome, instead: Instead | undefined) => void;
  /** Told once: why it is not negotiated with. */
  onRefusal: (relay: string, reason: string) => void;
  onRetry: (relay: string, reason: string, waitMs: number) => void;
}

/** Events that a look takes: relays count those they hide towards a limit. */
const LOOK = 20;

/** `newer`: a newer version, or one that deletes it; the event has no place there. `same`: the event itself. */
export type Instead = 'newer' | 'same';

/** What is said of an event that was not even sent: nothing more can be. */
const ENDS = { unreachable: 'unreachable', disconnect: 'disconnect', timeout: 'timeout' } as const;

export class RelaySide implements Side {
  readonly name: string;
  readonly counts = noCounts();
  readonly gaps: string[] = [];
  readonly isRelay = true;
  readonly hasItems = false;
  method: SideMethod | undefined;
  negotiator: Negotiator | undefined;
  readonly #options: RelaySideOptions;
  readonly #reader: RelayReader;
  #bulk: BulkPublish | undefined;
  /** Those offered that another version can replace. */
  readonly #replaceable = new IdSet();
  /** Why nothing more can be sent. */
  #problem: SideFailed | undefined;

  constructor(relay: string, options: RelaySideOptions) {
    this.name = relay;
    this.#options = options;
    const onRetry = (reason: string, waitMs: number) => options.onRetry(relay, reason, waitMs);
    this.#reader = new RelayReader(relay, { ...options, onRetry });
    if (options.negotiates) this.negotiator = new Negotiator(relay, { ...options, onRetry });
  }

  /** Events that it sent and that are not what they say, or were not asked for. */
  get invalid(): number {
    return this.#reader.counts.invalid;
  }

  /** The same filters, each short enough for a request of its own. */
  async partsOf(filters: readonly Filter[]): Promise<Filter[]> {
    return this.#reader.limits.partsOf(filters);
  }

  giveUpNegotiation(reason: string): void {
    void this.negotiator?.close();
    this.negotiator = undefined;
    this.#options.onRefusal(this.name, reason);
  }

  async isEmpty(filters: readonly Filter[]): Promise<boolean> {
    const few = filters.map(filter => ({ ...filter, limit: LOOK }));
    const look: Reading = { read: session => session.read(few, { isLimitOurs: true }) };
    let found = 0;
    for await (const events of this.#reader.read(look)) found += events.length;
    return found === 0;
  }

  async items(filter: Filter): Promise<NegentropyItems> {
    const items = new NegentropyItems();
    for await (const events of this.all([filter]))
      for (const { created_at, id } of events) items.add(created_at, id);
    this.method = 'ids';
    return items.seal();
  }

  async *all(filters: readonly Filter[]): AsyncGenerator<StreamEvent[], void> {
    const { pageSize, connection } = this.#options;
    const { limits } = this.#reader;
    const sized = filters.map(filter => (pageSize === undefined ? filter : { ...filter, limit: pageSize }));
    const pages = new Pages(await limits.partsOf(sized), limits, connection.relayTimeout);
    yield* this.#reader.read(pages);
    this.gaps.push(...pages.gaps);
  }

  async *named(ids: IdList): AsyncGenerator<StreamEvent[], void> {
    const wanted = new WantedIds(ids, this.#reader.limits);
    const seen = new SeenIds(ids.length + 1, 1024); // accepted twice, one would stand for another that never came
    for await (const events of this.#reader.read(wanted)) yield events.filter(event => seen.addEvent(event));
    this.counts.hidden += wanted.missing;
  }

  offer(event: StreamEvent): Promise<void> | void {
    if (this.#problem) throw this.#problem;
    this.#bulk ??= this.#open();
    if (eventAddress(event) !== undefined) this.#replaceable.add(event.id);
    return this.#bulk.offer(event);
  }

  async drain(): Promise<void> {
    await this.#bulk?.drain();
    if (this.#problem) throw this.#problem;
  }

  async close(reason: string): Promise<void> {
    await Promise.all([this.negotiator?.close(), this.#reader.close(), this.#bulk?.close(reason)]);
  }

  #open(): BulkPublish {
    const { connection, retry, isAccepted } = this.#options;
    return new BulkPublish({
      relays: [this.name],
      require: 1,
      pipeline: 'auto',
      retry,
      connection,
      isAccepted,
      onOutcome: outcome => this.#count(outcome),
      onSettled: () => {},
    });
  }

  #count(outcome: PublishOutcome): void {
    const { counts } = this;
    const { ok, attempts, status, message } = outcome;
    if (attempts > 0) counts.sent++;
    if (!ok && this.#options.connection.signal?.aborted) return; // the command ended before its answer came
    if (ok) counts.accepted++;
    else counts.refused++;
    const instead = ok ? undefined : this.#insteadOf(outcome);
    if (instead) counts.superseded++;
    if (!ok && attempts === 0 && status !== 'invalid' && status in ENDS)
      this.#problem ??= new SideFailed(this.name, {
        end: ENDS[status as keyof typeof ENDS],
        reason: message,
      });
    this.#options.onOutcome(outcome, instead);
  }

  /** Only what has versions can be replaced, whatever the relay says. */
  #insteadOf({ id, message }: PublishOutcome): Instead | undefined {
    const { prefix } = parseReason(message);
    if (prefix === 'duplicate') return 'same';
    if (prefix === 'deleted') return 'newer';
    return prefix === 'replaced' && this.#replaceable.has(id) ? 'newer' : undefined;
  }
}

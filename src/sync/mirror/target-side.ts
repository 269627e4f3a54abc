// A target as the second side of a comparison: it is compared as it is, and what it lacks goes through its queue, beside
// what comes live.
import type { Filter } from '../../protocol/filter.ts';
import type { IdList, NegentropyItems } from '../../protocol/nip77.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { Negotiator } from '../negotiator.ts';
import { noCounts, type Side, type SideMethod } from '../side.ts';
import type { Target } from './target.ts';

/** Events that are decided on at once. */
const MOST = 256;

export class TargetSide implements Side {
  readonly counts = noCounts();
  readonly gaps: readonly string[];
  readonly #side: Side;
  readonly #target: Target;
  readonly #admits: (event: StreamEvent) => Promise<boolean> | boolean;
  /** Events that are decided on, or wait for room after that. */
  readonly #undecided = new Set<Promise<void>>();
  #failed: { error: unknown } | undefined;

  /** `side` is what it is compared by; `admits` says of each event whether it goes there. */
  constructor(target: Target, side: Side, admits: (event: StreamEvent) => Promise<boolean> | boolean) {
    this.#target = target;
    this.#side = side;
    this.#admits = admits;
    this.gaps = side.gaps;
  }

  get name(): string {
    return this.#side.name;
  }

  get isRelay(): boolean {
    return this.#side.isRelay;
  }

  get method(): SideMethod | undefined {
    return this.#side.method;
  }

  set method(method: SideMethod | undefined) {
    this.#side.method = method;
  }

  get negotiator(): Negotiator | undefined {
    return this.#side.negotiator;
  }

  get hasItems(): boolean {
    return this.#side.hasItems;
  }

  giveUpNegotiation(reason: string): void {
    this.#side.giveUpNegotiation(reason);
  }

  isEmpty(filters: readonly Filter[]): Promise<boolean> {
    return this.#side.isEmpty(filters);
  }

  items(filter: Filter): Promise<NegentropyItems> {
    return this.#side.items(filter);
  }

  all(filters: readonly Filter[]): AsyncGenerator<StreamEvent[], void> {
    return this.#side.all(filters);
  }

  named(ids: IdList): AsyncGenerator<StreamEvent[], void> {
    return this.#side.named(ids);
  }

  /**
   * Waits until there is room beside what comes live; of events that are still decided on, until they are few. Throws
   * `SideFailed` when the target is down, perhaps at a later event, or in `drain`.
   */
  offer(event: StreamEvent): Promise<void> | void {
    if (!this.#target.wants(event)) return;
    const admitted = this.#admits(event);
    if (typeof admitted !== 'boolean') return this.#offerLater(event, admitted);
    if (admitted) return this.#handOver(event);
  }

  /** What was handed over waits in the queue, which keeps account of it. */
  async drain(): Promise<void> {
    await Promise.all(this.#undecided);
    if (this.#failed) throw this.#failed.error;
  }

  async #offerLater(event: StreamEvent, admitted: Promise<boolean>): Promise<void> {
    const work: Promise<void> = admitted
      .then(isAdmitted => (isAdmitted ? this.#handOver(event) : undefined))
      .catch(error => {
        this.#failed ??= { error };
      })
      .finally(() => this.#undecided.delete(work));
    this.#undecided.add(work);
    while (this.#undecided.size >= MOST && !this.#failed) await Promise.race(this.#undecided);
    if (this.#failed) throw this.#failed.error;
  }

  async #handOver(event: StreamEvent): Promise<void> {
    const room = this.#target.room();
    if (room) await room;
    if (!this.#target.wants(event)) return; // it came live meanwhile
    this.#target.take(event);
    this.counts.sent++;
  }

  close(reason: string): Promise<void> {
    return this.#side.close(reason);
  }
}

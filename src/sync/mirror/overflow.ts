// Where the events of a target wait while it is down, and that its queue in memory has no room for: what keeps them over the
// end of this process. Without one they are left out, and found again by a comparison.
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { SeenIds } from '../../relay/query/seen-ids.ts';

export interface Overflow {
  /** Events that wait, those that were drained and are not done among them. */
  readonly size: number;
  /** Whether some have not been drained. */
  readonly hasMore: boolean;
  /** Takes an event, which is safe from then on; false where there is no room for it, either. */
  push(event: StreamEvent): boolean;
  /**
   * The oldest events that have not been drained, at most `most`; each is forgotten when `done` is called with its id. It
   * may give none at the moment, though there are more.
   */
  drain(most: number): StreamEvent[];
  /** The target has answered for it. */
  done(id: string): void;
}

/** Ids that are remembered at least of the events that wait. */
const REMEMBERED = 100_000;

/** Milliseconds until it is asked again where it gave none though there are more. */
const AGAIN_MS = 50;

export interface OverflowHooks {
  /** There may be more now. */
  onMore: () => void;
  onFault: (error: unknown) => void;
}

/** What a target has of an overflow, if there is one: it knows the events that wait, and outlives the faults of a disk. */
export class Overflowed {
  readonly #overflow: Overflow | undefined;
  readonly #hooks: OverflowHooks;
  #ids = new SeenIds(REMEMBERED, 1024);
  #timer: NodeJS.Timeout | undefined;

  constructor(overflow: Overflow | undefined, hooks: OverflowHooks) {
    this.#overflow = overflow;
    this.#hooks = hooks;
  }

  get size(): number {
    return this.#overflow?.size ?? 0;
  }

  get hasMore(): boolean {
    return this.#overflow?.hasMore ?? false;
  }

  /** Whether an event waits, as far as is remembered. */
  has(event: StreamEvent): boolean {
    return this.hasMore && this.#ids.hasEvent(event);
  }

  push(event: StreamEvent): boolean {
    if (!this.#overflow?.push(event)) return false;
    this.#ids.addEvent(event);
    return true;
  }

  drain(most: number): StreamEvent[] {
    const events = this.#guarded(overflow => overflow.drain(most)) ?? [];
    if (!this.hasMore) this.#ids = new SeenIds(REMEMBERED, 1024);
    else if (events.length === 0) this.#timer ??= setTimeout(() => this.#again(), AGAIN_MS);
    return events;
  }

  done(id: string): void {
    this.#guarded(overflow => overflow.done(id));
  }

  /** Nothing is told any more. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #again(): void {
    this.#timer = undefined;
    this.#hooks.onMore();
  }

  #guarded<T>(work: (overflow: Overflow) => T): T | undefined {
    try {
      return this.#overflow && work(this.#overflow);
    } catch (error) {
      this.#hooks.onFault(error);
      return undefined;
    }
  }
}

// What decides which events of a source go on to the targets, for instance a program. A decision that takes long makes
// whoever reads the source wait, and holds back how far the mirror says that it is.
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { SeenIds } from '../../relay/query/seen-ids.ts';

/** Where an event comes from: a relay, as it is published there, or from its store. */
export interface Origin {
  relay: string;
  isLive: boolean;
}

/** Whether an event goes on; resolves when that is decided, however long it takes. */
export type Judge = (event: StreamEvent, origin: Origin) => Promise<'accept' | 'reject'>;

/** Decisions of each kind that are remembered at least, so that no comparison brings an event to the judge again. */
const REMEMBERED = 50_000;

export class Gate {
  /** Events that were rejected. */
  rejected = 0;
  readonly #judge: Judge | undefined;
  readonly #rejected = new SeenIds(REMEMBERED, 1024);
  readonly #accepted = new SeenIds(REMEMBERED, 1024);
  /** Events that are being judged. */
  readonly #undecided = new Set<StreamEvent>();

  /** Without a judge everything goes on. */
  constructor(judge: Judge | undefined) {
    this.#judge = judge;
  }

  /** The `created_at` of the oldest event that is being judged. */
  get oldestUndecided(): number | undefined {
    let oldest: number | undefined;
    for (const { created_at: at } of this.#undecided) oldest = Math.min(oldest ?? at, at);
    return oldest;
  }

  /** Those of the events that go on, in order. They are all judged at once. */
  admit(events: readonly StreamEvent[], origin: Origin): Promise<StreamEvent[]> | readonly StreamEvent[] {
    return this.#judge ? this.#judged(events, origin, this.#judge) : events;
  }

  /** Whether one goes on. */
  async admits(event: StreamEvent, origin: Origin): Promise<boolean> {
    return (await this.admit([event], origin)).length > 0;
  }

  get isOpen(): boolean {
    return this.#judge === undefined;
  }

  async #judged(events: readonly StreamEvent[], origin: Origin, judge: Judge): Promise<StreamEvent[]> {
    const goesOn = await Promise.all(events.map(event => this.#decide(event, origin, judge)));
    return events.filter((_, i) => goesOn[i]);
  }

  async #decide(event: StreamEvent, origin: Origin, judge: Judge): Promise<boolean> {
    if (this.#accepted.hasEvent(event)) return true;
    if (this.#rejected.hasEvent(event)) return false;
    this.#undecided.add(event);
    try {
      const isAccepted = (await judge(event, origin)) === 'accept';
      const isNew = (isAccepted ? this.#accepted : this.#rejected).addEvent(event);
      if (isNew && !isAccepted) this.rejected++;
      return isAccepted;
    } finally {
      this.#undecided.delete(event);
    }
  }
}

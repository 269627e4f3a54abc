// What decides which events of a source go on to the targets: a seam for a program that judges them.
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { SeenIds } from '../../relay/query/seen-ids.ts';

/** Whether an event that came from a relay goes on. Resolves for each event; a judge that cannot answer rejects none. */
export type Judge = (event: StreamEvent, relay: string) => Promise<'accept' | 'reject'>;

/** Rejected ids that are remembered at least, so that a comparison does not bring them to the judge each time. */
const REMEMBERED = 50_000;

export class Gate {
  /** Events that were rejected. */
  rejected = 0;
  readonly #judge: Judge | undefined;
  readonly #known = new SeenIds(REMEMBERED, 1024);

  /** Without a judge everything goes on. */
  constructor(judge: Judge | undefined) {
    this.#judge = judge;
  }

  /** Those of the events that go on, in order. They are all judged at once. */
  admit(events: readonly StreamEvent[], relay: string): Promise<StreamEvent[]> | readonly StreamEvent[] {
    return this.#judge ? this.#judged(events, relay, this.#judge) : events;
  }

  /** Whether one goes on. */
  async admits(event: StreamEvent, relay: string): Promise<boolean> {
    return (await this.admit([event], relay)).length > 0;
  }

  get isOpen(): boolean {
    return this.#judge === undefined;
  }

  async #judged(events: readonly StreamEvent[], relay: string, judge: Judge): Promise<StreamEvent[]> {
    const fresh = events.filter(event => !this.#known.hasEvent(event));
    const verdicts = await Promise.all(fresh.map(event => judge(event, relay)));
    return fresh.filter((event, i) => verdicts[i] === 'accept' || !this.#reject(event));
  }

  #reject(event: StreamEvent): true {
    if (this.#known.addEvent(event)) this.rejected++;
    return true;
  }
}

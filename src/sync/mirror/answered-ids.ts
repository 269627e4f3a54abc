// The ids that a target need not be sent: those it has, as far as is known, and those it does not want. Bounded.
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { SeenIds } from '../../relay/query/seen-ids.ts';

/** Ids of each kind that are remembered at least. */
const HELD = 100_000;
const UNWANTED = 50_000;

export class AnsweredIds {
  #held = new SeenIds(HELD, 1024);
  readonly #unwanted = new SeenIds(UNWANTED, 1024);

  has(event: StreamEvent): boolean {
    return this.#held.hasEvent(event) || this.#unwanted.hasEvent(event);
  }

  /** The target has this event. */
  hold(event: StreamEvent): void {
    this.#held.addEvent(event);
  }

  /** The target has answered for it. */
  add(id: string, isHeld: boolean): void {
    (isHeld ? this.#held : this.#unwanted).add(id);
  }

  /** What it had may be gone: it is compared anew. */
  doubt(): void {
    this.#held = new SeenIds(HELD, 1024);
  }
}

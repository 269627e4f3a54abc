// Where the events of a target wait that its queue in memory has no room for: a seam for what keeps them over the end of
// this process. Without one they are left out, and found again by a comparison.
import type { StreamEvent } from '../../protocol/stream-event.ts';

export interface Overflow {
  /** Events that wait. */
  readonly size: number;
  /** Takes an event, which is safe from then on; false where there is no room for it, either. */
  push(event: StreamEvent): boolean;
  /** The oldest events, at most `most`; each is forgotten when `done` is called with its id. */
  drain(most: number): StreamEvent[];
  /** The target has answered for it. */
  done(id: string): void;
}

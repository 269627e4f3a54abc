// Where the relay keeps its events. A store knows the rules of what is kept (NIP-01 replacement, NIP-09 deletion);
// it knows nothing of connections, time, signatures or who may read.
import type { Event } from '../protocol/event.ts';
import type { Filter } from '../protocol/filter.ts';

/** `duplicate`: it is here already; `replaced`: a newer version is or was; `deleted`: its author asked for that. */
export type Admission = 'stored' | 'duplicate' | 'replaced' | 'deleted';

export interface EventStore {
  /** How many events are held. */
  readonly size: number;
  /** Takes a verified event that is not ephemeral, and lets go of what it replaces or deletes. */
  add(event: Event): Admission;
  /**
   * The events that match, newest first, ties lowest id first; `limit` and `search` are not looked at.
   * Read it to the point you need before the next `add`.
   */
  query(filter: Filter): Iterable<Event>;
}

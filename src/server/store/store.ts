// Where the relay keeps its events. A store applies NIP-01 replacement and NIP-09 deletion. It knows nothing about
// connections, time, signatures or who may read.
import type { Event } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';

/** `duplicate`: it is stored already; `replaced`: a newer version is known; `deleted`: its author deleted it. */
export type Admission = 'stored' | 'duplicate' | 'replaced' | 'deleted';

export interface EventStore {
  /** How many events are stored. */
  readonly size: number;
  /** Stores a verified event that is not ephemeral, and removes what it replaces or deletes. */
  add(event: Event): Admission;
  /**
   * The events that match, newest first, ties lowest id first. `limit` and `search` are ignored.
   * Read as many as you need before the next `add`; after it the iteration is not valid.
   */
  query(filter: Filter): Iterable<Event>;
}

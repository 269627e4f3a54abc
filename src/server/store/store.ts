// Where the relay keeps its events. A store applies NIP-01 replacement, NIP-09 deletion and NIP-62 vanishing. It knows
// nothing about connections, time, signatures or who may read.
import { IoError } from '../../errors.ts';
import type { Event } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { quote } from '../../protocol/quote.ts';
import type { Items } from './query/items.ts';
import type { Spend } from './query/query.ts';
import type { Position, StoredEvent } from './tables.ts';

/** `duplicate`: it is stored already; `replaced`: a newer version is known; `deleted`: its author deleted it. */
export type Admission = 'stored' | 'duplicate' | 'replaced' | 'deleted';

/** A store that cannot be written at present; what is in it can be read. */
export class UnwritableStore extends IoError {
  /** Why, for those who need not know where it is. */
  readonly reason: string;

  constructor(place: string, reason: string, cause: unknown) {
    super(`the store at ${quote(place)} cannot be written: ${reason}`, {
      code: 'store_unusable',
      hint: reason === DISK_FULL ? 'Make room, or move the folder to a larger disk.' : 'Is the disk full?',
      cause,
    });
    this.reason = reason;
  }
}

export const DISK_FULL = 'the disk is full';

/** The first events are stored, as `admissions` says; the others could not be written. */
export class PartlyStored extends Error {
  override name = 'PartlyStored';
  readonly admissions: readonly Admission[];

  constructor(admissions: readonly Admission[], cause: Error) {
    super(cause.message, { cause });
    this.admissions = admissions;
  }
}

export interface EventStore {
  /** How many events are stored. */
  readonly size: number;
  /**
   * Stores verified events that are not ephemeral, and removes what they replace or delete. A request to vanish (kind
   * 62) is taken as meant for this relay. Resolves when all of it would survive the end of the process. Throws
   * `PartlyStored` when an error comes after some of it was stored.
   */
  add(events: readonly Event[]): Promise<Admission[]>;
  /**
   * The events that match, newest first, ties lowest id first; now and then undefined, where the reader may rest.
   * `limit` is ignored. Events may be added meanwhile. `spend` counts the steps, and may throw to end it.
   */
  query(filter: Filter, spend: Spend): Generator<StoredEvent | undefined>;
  /**
   * The number of events that match and have not expired at a time, in unix seconds, when an index alone tells it; else
   * undefined. It yields where the caller may rest.
   */
  count(filter: Filter, now: number, spend: Spend): Generator<undefined, number> | undefined;
  /**
   * Times and ids of the events that match and that may be told, in any order, when an index alone tells them but for a
   * few events, which are read; else undefined. It yields undefined where the caller may rest.
   */
  items(filter: Filter, mayBeTold: (event: Event) => boolean, spend: Spend): Items | undefined;
  /** Removes events; an older version becomes current again. What they asked to have deleted stays away. */
  remove(ids: readonly string[]): Promise<void>;
  /**
   * Removes what has expired (NIP-40) at a time, in unix seconds, among some of the events that ever expire: the first, or
   * those after a position. Returns the position to go on after; undefined at the end.
   */
  removeExpired(now: number, after?: Position): Promise<Position | undefined>;
  /** A text that is kept beside the events. */
  note(name: string): string | undefined;
  /** Resolves when the note would survive the end of the process. */
  setNote(name: string, text: string): Promise<void>;
  close(): Promise<void>;
}

// What a store needs of the place where it keeps its events: in memory, or a database on disk. Tables know keys and
// order; what is kept and what is found is decided by event-store.ts and query.ts.
import type { Event } from '../../protocol/event.ts';

/**
 * Where an event stands in the order of NIP-01: newest first, ties lowest id first. `id` is that of the event, or its
 * first `POSITION_DIGITS` digits and what tells it from others that begin with them.
 */
export type Position = Pick<Event, 'id' | 'created_at'>;

export const POSITION_DIGITS = 16;

/** A part of an index, newest first. */
export interface Range {
  /** Unix seconds, both inclusive. */
  since: number;
  until: number;
  /** Only what comes after it. */
  after?: Position | undefined;
}

/** What stands at the head of an event: read at once, however many tags follow. */
export type Head = Pick<Event, 'id' | 'pubkey' | 'created_at' | 'kind'>;

/** An event as it is kept. */
export interface StoredEvent {
  readonly event: Event;
  readonly head: Head;
  /** The event as JSON text, as it is sent to clients. */
  readonly json: string;
}

/** What is told of an event without reading it. */
export interface Glance {
  readonly id: string;
  /** Whether it may have a tag for which it is withheld from somebody: `-` (NIP-70) or `expiration` (NIP-40). */
  readonly mayBeWithheld: boolean;
}

/** Each write is made inside of `transaction`. Reads see what was written before them, also within it. */
export interface Tables {
  /** How many events are kept. */
  readonly size: number;
  has(id: string): boolean;
  get(id: string): StoredEvent | undefined;
  /** The event of a position that `page` gave; undefined when it has been removed since. */
  load(position: Position): StoredEvent | undefined;
  /** The same event at a glance. */
  glance(position: Position): Glance | undefined;
  /** Adds an event that is not kept yet, under each of the index keys (`indexKeysOf`). */
  put(event: Event, keys: readonly string[]): void;
  /** Removes an event that is kept, given the keys it was added with. */
  remove(event: Event, keys: readonly string[]): void;
  /** The next positions of an index key, at most `max`. */
  page(key: string, range: Range, max: number): readonly Position[];
  /** How many positions a key has in that time; it need not count further than `enough`. */
  count(key: string, since: number, until: number, enough: number): number;
  /** A note that outlives the event it is about: a deletion, an older version. */
  note(key: string): string | undefined;
  setNote(key: string, value: string | undefined): void;
  /** Runs the writes as one; resolves when they would survive the end of this process. Throws what `work` throws. */
  transaction<T>(work: () => T): Promise<T>;
  close(): Promise<void>;
}

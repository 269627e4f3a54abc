// How many events go into one transaction: not so many that other clients wait for long, nor so large that they fill the
// memory.
import type { Event } from '../../protocol/event.ts';

const MOST = 2000;

/** Characters of content and tags. */
const MOST_LENGTH = 8 * 1024 * 1024;

/** Tags: each takes an entry of an index. */
const MOST_TAGS = 5000;

/** Entries of an index that are removed, or notes that are written, at a stretch, and characters that are read for as much as one. */
const MOST_ENTRIES = 4000;
const ENTRY_LENGTH = 250;

/** About the size of an event, in characters. */
export function weightOf({ content, tags }: Event): number {
  let weight = 300 + content.length;
  for (const tag of tags) for (const value of tag) weight += 3 + value.length;
  return weight;
}

/** Whether so many events of so much weight are enough for a transaction. */
export function isSlice(count: number, weight: number): boolean {
  return count >= MOST || weight >= MOST_LENGTH;
}

/** The events in order, in parts that are each one transaction. */
export function slicesOf(events: readonly Event[]): Event[][] {
  const slices: Event[][] = [];
  let slice: Event[] = [];
  let weight = 0;
  let tags = 0;
  for (const event of events) {
    slice.push(event);
    weight += weightOf(event);
    tags += event.tags.length;
    if (tags < MOST_TAGS && !isSlice(slice.length, weight)) continue;
    slices.push(slice);
    [slice, weight, tags] = [[], 0, 0];
  }
  if (slice.length > 0) slices.push(slice);
  return slices;
}

/** What may be removed in one transaction: others wait for it. */
export class Portion {
  #entries = MOST_ENTRIES;

  get isUsedUp(): boolean {
    return this.#entries <= 0;
  }

  /** Counts entries that are written. */
  write(entries: number): void {
    this.#entries -= entries;
  }

  /** Counts an event that is read and perhaps removed, or one that was looked for in vain. */
  take(event: Event | undefined): void {
    this.#entries -= 1;
    if (event) this.#entries -= event.tags.length + event.content.length / ENTRY_LENGTH;
  }
}

/**
 * Visits the first items, as many as a portion is enough for; returns how many: of a whole portion at least one. `visit`
 * returns the event that it read and perhaps removed.
 */
export function eachOfSome<T>(
  items: readonly T[],
  visit: (item: T) => Event | undefined,
  portion = new Portion(),
): number {
  let done = 0;
  for (; done < items.length && !portion.isUsedUp; done++) portion.take(visit(items[done]!));
  return done;
}

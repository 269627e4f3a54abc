// Reads index keys in the order of NIP-01: one key, or many merged, each position once. It reads in pages and looks
// for its place again after each, so that events may be added and removed meanwhile.
import { compareEvents } from '../../../protocol/event.ts';
import type { Position, Range, Tables } from '../tables.ts';

/** Of few keys more is read at first: of many keys most have nothing among the newest. */
const FIRST_PAGE = 8;
const FIRST_OF_MANY = 2;
const MANY = 16;
const LAST_PAGE = 256;

/** Steps to find the place of a key. */
const SEEK = 8;

/**
 * The positions under all of the keys, newest first, ties lowest id first, each once; undefined where the caller may
 * rest.
 */
export function* scan(
  tables: Tables,
  keys: readonly string[],
  range: Range,
  spend: (steps: number) => void,
): Generator<Position | undefined> {
  const heap = new CursorHeap();
  const first = keys.length > MANY ? FIRST_OF_MANY : FIRST_PAGE;
  const read: ReadPage = (key, after, max) => {
    spend(SEEK);
    return tables.page(key, { ...range, after }, max);
  };
  for (const [i, key] of keys.entries()) {
    heap.push(new Cursor(read, key, first));
    if (i % MANY === MANY - 1) yield undefined;
  }
  let last: string | undefined;
  for (let cursor = heap.first; cursor !== undefined; cursor = heap.first) {
    const { head } = cursor;
    if (head!.id !== last) yield head!;
    last = head!.id;
    cursor.advance();
    heap.settleFirst();
  }
}

type ReadPage = (key: string, after: Position | undefined, max: number) => readonly Position[];

class Cursor {
  readonly #read: ReadPage;
  readonly #key: string;
  #page: readonly Position[];
  #at = 0;
  #size: number;

  constructor(read: ReadPage, key: string, size: number) {
    this.#read = read;
    this.#key = key;
    this.#size = size;
    this.#page = read(key, undefined, size);
  }

  /** The position it stands at; undefined at the end. */
  get head(): Position | undefined {
    return this.#page[this.#at];
  }

  advance(): void {
    if (++this.#at < this.#page.length || this.#page.length < this.#size) return;
    const after = this.#page.at(-1);
    this.#size = Math.min(this.#size * 2, LAST_PAGE);
    this.#page = this.#read(this.#key, after, this.#size);
    this.#at = 0;
  }
}

/** A binary heap: the cursor with the newest head is the first. */
class CursorHeap {
  readonly #cursors: Cursor[] = [];

  get first(): Cursor | undefined {
    return this.#cursors[0];
  }

  push(cursor: Cursor): void {
    if (cursor.head === undefined) return;
    const cursors = this.#cursors;
    let at = cursors.push(cursor) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(cursor, cursors[parent]!)) break;
      cursors[at] = cursors[parent]!;
      at = parent;
    }
    cursors[at] = cursor;
  }

  /** Puts the first cursor where it belongs after it has advanced; at its end it leaves. */
  settleFirst(): void {
    const cursors = this.#cursors;
    if (cursors[0]!.head === undefined) {
      const last = cursors.pop()!;
      if (cursors.length === 0) return;
      cursors[0] = last;
    }
    const cursor = cursors[0]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= cursors.length) break;
      if (child + 1 < cursors.length && isBefore(cursors[child + 1]!, cursors[child]!)) child++;
      if (!isBefore(cursors[child]!, cursor)) break;
      cursors[at] = cursors[child]!;
      at = child;
    }
    cursors[at] = cursor;
  }
}

function isBefore(one: Cursor, other: Cursor): boolean {
  return compareEvents(one.head!, other.head!) < 0;
}

// The places of events, sorted newest first, ties lowest id first (the order of `limit` in NIP-01). They are kept in chunks, because
// moving 100,000 array elements for one late event would make loading an archive quadratic.
import { compareEvents } from '../../protocol/event.ts';
import type { Position, Range } from './tables.ts';

const MAX_CHUNK = 512;

/** The first index below `length` for which `test` holds, given that it holds for all later ones. */
function firstIndex(length: number, test: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export class Timeline {
  /** No chunk is empty, unless it is the only one. */
  readonly #chunks: Position[][] = [[]];
  #size = 0;

  /** A timeline of these events. */
  static of(...events: readonly Position[]): Timeline {
    const timeline = new Timeline();
    for (const event of events) timeline.add(event);
    return timeline;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds an event that is not in the timeline yet. */
  add(event: Position): void {
    const at = Math.min(this.#chunkOf(event), this.#chunks.length - 1);
    const chunk = this.#chunks[at]!;
    chunk.splice(indexIn(chunk, event), 0, event);
    if (chunk.length > MAX_CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(MAX_CHUNK / 2));
    this.#size++;
  }

  /** Removes an event that is in the timeline. */
  remove(event: Position): void {
    const at = this.#chunkOf(event);
    const chunk = this.#chunks[at]!;
    chunk.splice(indexIn(chunk, event), 1);
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(at, 1);
    this.#size--;
  }

  /** The next events of a range, at most `max`. */
  page({ since, until, after }: Range, max: number): Position[] {
    const found: Position[] = [];
    let [at, from] = after === undefined ? this.#placeOf(until) : this.#placeAfter(after);
    for (; at < this.#chunks.length && found.length < max; at++, from = 0) {
      const chunk = this.#chunks[at]!;
      for (let i = from; i < chunk.length && found.length < max; i++) {
        if (chunk[i]!.created_at < since) return found;
        found.push(chunk[i]!);
      }
    }
    return found;
  }

  /** How many events there are between two times, both inclusive; counts no further than `enough`. */
  count(since: number, until: number, enough: number): number {
    if (since > until) return 0;
    let [at, from] = this.#placeOf(until);
    const [lastAt, lastFrom] = this.#placeOf(since - 1);
    let count = -from;
    for (; at < lastAt && count < enough; at++) count += this.#chunks[at]!.length;
    return at === lastAt ? count + lastFrom : count;
  }

  /** Chunk and index of the first event that is not after a time. */
  #placeOf(until: number): [chunk: number, index: number] {
    const at = firstIndex(this.#chunks.length, i => this.#last(i) <= until);
    const chunk = this.#chunks[at];
    return [at, chunk ? firstIndex(chunk.length, i => chunk[i]!.created_at <= until) : 0];
  }

  #placeAfter(position: Position): [chunk: number, index: number] {
    const at = this.#chunkOf(position);
    const chunk = this.#chunks[at];
    return [at, chunk ? firstIndex(chunk.length, i => compareEvents(chunk[i]!, position) > 0) : 0];
  }

  /** The index of the chunk where the event belongs; the number of chunks when it is older than all events. */
  #chunkOf(event: Position): number {
    return firstIndex(this.#chunks.length, i => {
      const last = this.#chunks[i]!.at(-1);
      return last === undefined || compareEvents(last, event) >= 0;
    });
  }

  #last(chunk: number): number {
    return this.#chunks[chunk]!.at(-1)?.created_at ?? 0;
  }
}

function indexIn(chunk: Position[], event: Position): number {
  return firstIndex(chunk.length, i => compareEvents(chunk[i]!, event) >= 0);
}

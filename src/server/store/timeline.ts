// Events sorted newest first, ties lowest id first (the order of `limit` in NIP-01). They are kept in chunks, because
// moving 100,000 array elements for one late event would make loading an archive quadratic.
import { compareEvents, type Event } from '../../protocol/event.ts';

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
  readonly #chunks: Event[][] = [[]];

  /** Adds an event that is not in the timeline yet. */
  add(event: Event): void {
    const at = Math.min(this.#chunkOf(event), this.#chunks.length - 1);
    const chunk = this.#chunks[at]!;
    chunk.splice(indexIn(chunk, event), 0, event);
    if (chunk.length > MAX_CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(MAX_CHUNK / 2));
  }

  /** Removes an event that is in the timeline. */
  remove(event: Event): void {
    const at = this.#chunkOf(event);
    const chunk = this.#chunks[at]!;
    chunk.splice(indexIn(chunk, event), 1);
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(at, 1);
  }

  /** The events between two times, both inclusive, newest first. */
  *between(since: number, until: number): Generator<Event> {
    let at = firstIndex(this.#chunks.length, i => this.#last(i) <= until);
    let from = firstIndex(this.#chunks[at]?.length ?? 0, i => this.#chunks[at]![i]!.created_at <= until);
    for (; at < this.#chunks.length; at++, from = 0) {
      const chunk = this.#chunks[at]!;
      for (let i = from; i < chunk.length; i++) {
        const event = chunk[i]!;
        if (event.created_at < since) return;
        yield event;
      }
    }
  }

  /** The index of the chunk where the event belongs; the number of chunks when it is older than all events. */
  #chunkOf(event: Event): number {
    return firstIndex(this.#chunks.length, i => {
      const last = this.#chunks[i]!.at(-1);
      return last === undefined || compareEvents(last, event) >= 0;
    });
  }

  #last(chunk: number): number {
    return this.#chunks[chunk]!.at(-1)?.created_at ?? 0;
  }
}

function indexIn(chunk: Event[], event: Event): number {
  return firstIndex(chunk.length, i => compareEvents(chunk[i]!, event) >= 0);
}

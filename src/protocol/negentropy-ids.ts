// Rows of ids in a negentropy session (NIP-77): 32 bytes each, one after the other, without an object for each.
import { bytesToHex } from './hex.ts';
import { GrowingBytes, ID_BYTES } from './negentropy-frame.ts';

/** Compares the ids at two places of two rows of ids. */
export function compareIds(a: Uint8Array, i: number, b: Uint8Array, j: number): number {
  for (let byte = 0, at = i * ID_BYTES, bt = j * ID_BYTES; byte < ID_BYTES; byte++, at++, bt++) {
    const difference = a[at]! - b[bt]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Ids that grow at their end; they are read as 64 hex digits. */
export class IdList implements Iterable<string> {
  readonly #bytes = new GrowingBytes();

  get length(): number {
    return this.#bytes.length / ID_BYTES;
  }

  /** All of them, one after the other. */
  get bytes(): Uint8Array {
    return this.#bytes.written;
  }

  /** Adds one id, or several, one after the other. */
  add(ids: Uint8Array): void {
    this.#bytes.bytes(ids);
  }

  /** The 32 bytes of an id; a view, good until another is added. */
  at(index: number): Uint8Array {
    return this.bytes.subarray(index * ID_BYTES, (index + 1) * ID_BYTES);
  }

  *[Symbol.iterator](): Generator<string> {
    for (let i = 0; i < this.length; i++)
      yield bytesToHex(this.bytes.subarray(i * ID_BYTES, (i + 1) * ID_BYTES));
  }
}

/** The ids of a range that the other side has, to be found quickly. */
export class SortedIds {
  readonly #ids: Uint8Array;
  readonly #order: Uint32Array;
  readonly #taken: Uint8Array;

  constructor(ids: Uint8Array) {
    const count = ids.length / ID_BYTES;
    this.#ids = ids;
    this.#order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => compareIds(ids, a, ids, b));
    this.#taken = new Uint8Array(count);
  }

  /** Whether it is among them; then it is taken out, however often it is there. */
  take(id: Uint8Array): boolean {
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareIds(this.#ids, this.#order[middle]!, id, 0) < 0) low = middle + 1;
      else high = middle;
    }
    const first = low;
    for (; low < this.#order.length && compareIds(this.#ids, this.#order[low]!, id, 0) === 0; low++)
      this.#taken[this.#order[low]!] = 1;
    return low > first;
  }

  /** Those that were not taken. */
  *left(): Generator<Uint8Array> {
    for (let i = 0; i < this.#taken.length; i++)
      if (this.#taken[i] === 0) yield this.#ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES);
  }
}

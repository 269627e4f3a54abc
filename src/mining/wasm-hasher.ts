// The hasher in `assembly/` and its memory: gives it the text that an id is the hash of, and asks it for counters.
import { eventId, type UnsignedEvent } from '../protocol/event.ts';
import {
  aroundNonce,
  counterDigits,
  difficultyOf,
  HOT_DIGITS,
  type MinedEvent,
  type MiningChunk,
  withNonce,
} from '../protocol/nip13.ts';
import { MINER } from './miner.wasm.ts';

/** What `assembly/miner.ts` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly input: { readonly value: number };
  readonly room: { readonly value: number };
  grow(bytes: number): void;
  begin(length: number, at: number, hot: number): void;
  turn(): void;
  scan(from: number, groups: number, mask: number): number;
}

const LANES = 4;
const BLOCK_BYTES = 64;

/** After so many counters the digits before the last three are others. */
const THOUSAND = 10 ** HOT_DIGITS;

/** Groups of four counters for one call, at most; and blocks, so that a call is short for a large event, too. */
const MOST_GROUPS = 64;
const MOST_BLOCKS = 16_384;

export class WasmHasher {
  readonly #hasher: Exports;
  readonly #encoder = new TextEncoder();

  /** Throws where there is no WebAssembly, or none that takes sixteen bytes at a time. */
  constructor() {
    const module = new WebAssembly.Module(Buffer.from(MINER, 'base64'));
    this.#hasher = new WebAssembly.Instance(module).exports as Exports;
  }

  /** See `mineChunk`. Above 32 bits it may pass over an event that would do, once in four thousand million hashes. */
  mine(event: UnsignedEvent, bits: number, { from, attempts }: MiningChunk): MinedEvent | undefined {
    const [before, after] = aroundNonce(event, bits).map(text => this.#encoder.encode(text));
    const groups = Math.min(MOST_GROUPS, Math.ceil(MOST_BLOCKS / (1 + after!.length / BLOCK_BYTES)));
    const digits = this.#begin(before!, after!);
    const end = from + attempts;
    for (let counter = from; counter < end; ) {
      const next = Math.min(end, counter - (counter % THOUSAND) + THOUSAND);
      this.#encoder.encodeInto(counterDigits(counter), digits);
      this.#hasher.turn();
      for (; counter < next; counter += groups * LANES) {
        const found =
          counter + this.#scan(counter, Math.min(groups, Math.ceil((next - counter) / LANES)), bits);
        if (found < counter || found >= next) continue;
        const mined = withNonce(event, found, bits);
        const id = eventId(mined);
        if (difficultyOf(id) >= bits) return { ...mined, id };
      }
      counter = next;
    }
    return undefined;
  }

  /** Gives it the text; returns where in its memory the digits of the counter are to be. */
  #begin(before: Uint8Array, after: Uint8Array): Uint8Array {
    const digits = counterDigits(0).length;
    const length = before.length + digits + after.length;
    if (length > this.#hasher.room.value) this.#hasher.grow(2 * length);
    const text = new Uint8Array(this.#hasher.memory.buffer, this.#hasher.input.value, length);
    text.set(before);
    text.set(after, before.length + digits);
    this.#hasher.begin(length, before.length, before.length + digits - HOT_DIGITS);
    return text.subarray(before.length, before.length + digits);
  }

  /** The number of the first of the next counters whose hash has the bits, as far as the first 32 go, or -1. */
  #scan(counter: number, groups: number, bits: number): number {
    const mask = bits === 0 ? 0 : -1 << (32 - Math.min(bits, 32));
    return this.#hasher.scan(counter % THOUSAND, groups, mask);
  }
}

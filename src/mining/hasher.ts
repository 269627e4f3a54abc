// What tries counters for a proof of work: WebAssembly, four counters at a time, or plain JavaScript where there is none.
import type { UnsignedEvent } from '../protocol/event.ts';
import { type MinedEvent, type MiningChunk, mineChunk } from '../protocol/nip13.ts';
import { WasmHasher } from './wasm-hasher.ts';

/** Does what `mineChunk` does. */
export type Hasher = (event: UnsignedEvent, bits: number, chunk: MiningChunk) => MinedEvent | undefined;

/** The fastest there is: `node --jitless` has no WebAssembly, and old processors cannot take sixteen bytes at a time. */
export function openHasher(): Hasher {
  try {
    const wasm = new WasmHasher();
    return (event, bits, chunk) => wasm.mine(event, bits, chunk);
  } catch {
    return mineChunk;
  }
}

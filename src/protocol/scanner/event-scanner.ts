// Events in bytes, as relays and files hold them: the scanner of WebAssembly finds them, or one in JavaScript where
// there is no WebAssembly. What a scanner does not take, `JSON.parse` and `parseStreamEvent` decide about.
//
// Why there is a scanner at all: from frames to lines it reads about nine times as many events as `JSON.parse` and
// `JSON.stringify`, four times as many when ids are checked too, and what it leaves behind are a few buffers, not
// dozens of objects and strings for each event. The rows under (g) of `npm run bench` show it.
import type { EventRun, StreamEvent } from '../stream-event.ts';
import { PlainScanner } from './plain-scanner.ts';
import { WasmScanner } from './wasm-scanner.ts';

let opened: WasmScanner | PlainScanner | undefined;

/** Opened when the first event comes. */
function scanner(): WasmScanner | PlainScanner {
  opened ??= open();
  return opened;
}

/** There is no WebAssembly under `node --jitless`, and none that takes sixteen bytes at a time on old processors. */
function open(): WasmScanner | PlainScanner {
  try {
    return new WasmScanner();
  } catch {
    return new PlainScanner();
  }
}

/**
 * The event that stands in `text`, braces included, when it is canonical but for the order of its keys; otherwise
 * undefined. The bytes must be UTF-8.
 * @example
 * readEvent(Buffer.from('{"id":"x"}')) // → undefined
 */
export function readEvent(text: Buffer): StreamEvent | undefined {
  return readEvents([text])[0];
}

/**
 * The events that stand in these texts, each as `readEvent` finds it. Many at once cost less.
 * @example
 * readEvents([Buffer.from('{"id":"x"}')]) // → [undefined]
 */
export function readEvents(texts: readonly Buffer[]): (StreamEvent | undefined)[] {
  return scanner().readEvents(texts);
}

/**
 * What some frames of a relay hold, in order: runs of events that `readEvent` can read; and each other frame as it
 * came. `ranges` holds where in the bytes, which must be UTF-8, each frame begins and ends.
 * @example
 * readEventFrames(Buffer.from('["EOSE","a"]'), [0, 12]).length // → 1
 */
export function readEventFrames(bytes: Buffer, ranges: readonly number[]): (EventRun | Buffer)[] {
  return scanner().readEventFrames(bytes, ranges);
}

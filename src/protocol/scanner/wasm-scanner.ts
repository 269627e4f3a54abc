// The scanner in `assembly/` and its memory: gives it text, and takes away the lines and records it wrote.
import type { EventRun } from '../stream-event.ts';
import { EVENT_SCANNER } from './event-scanner.wasm.ts';
import { MAX_FRAMES } from './record-layout.ts';
import { EventLines, type ScannedEvent } from './scanned-event.ts';

/** What `assembly/event-scanner.ts` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly room: { readonly value: number };
  readonly input: { readonly value: number };
  readonly lines: { readonly value: number };
  readonly linesEnd: { readonly value: number };
  readonly records: { readonly value: number };
  readonly recordsEnd: { readonly value: number };
  readonly frames: { readonly value: number };
  readonly idLength: { readonly value: number };
  grow(bytes: number): void;
  clear(): void;
  addFrames(first: number, count: number): number;
  addEvent(at: number, length: number): number;
}

/** Where the subscription id begins. */
const FRAME_HEAD = '["EVENT","'.length;

/** What a line has and its text has not. */
const NEWLINE = 1;

export class WasmScanner {
  readonly #scanner: Exports;
  #memory: Uint8Array;
  #ranges: Int32Array;
  #input: number;

  /** Throws where there is no WebAssembly, or none that takes sixteen bytes at a time. */
  constructor() {
    const module = new WebAssembly.Module(Buffer.from(EVENT_SCANNER, 'base64'));
    this.#scanner = new WebAssembly.Instance(module).exports as Exports;
    this.#memory = new Uint8Array(0);
    this.#ranges = new Int32Array(0);
    this.#input = 0;
    this.#look();
  }

  /** See `readEvents`. */
  readEvents(texts: readonly Buffer[]): (ScannedEvent | undefined)[] {
    const found: (ScannedEvent | undefined)[] = [];
    while (found.length < texts.length) this.#readSome(texts, found);
    return found;
  }

  /** Reads as many of the texts behind those that have been read as there is room for. */
  #readSome(texts: readonly Buffer[], found: (ScannedEvent | undefined)[]): void {
    const areEvents: boolean[] = [];
    let at = 0;
    for (const text of texts.slice(found.length, found.length + MAX_FRAMES)) {
      if (at > 0 && at + text.length + NEWLINE > this.#scanner.room.value) break;
      this.#give(text, at);
      areEvents.push(this.#scanner.addEvent(at, text.length) !== 0);
      at += text.length + NEWLINE; // so long a line gets
    }
    const events = this.#take().values();
    for (const isEvent of areEvents) found.push(isEvent ? events.next().value : undefined);
  }

  /** See `readEventFrames`. */
  readEventFrames(bytes: Buffer, ranges: readonly number[]): (EventRun | Buffer)[] {
    const found: (EventRun | Buffer)[] = [];
    for (let at = 0; 2 * at < ranges.length; ) {
      const end = at + this.#giveFrames(bytes, ranges, at);
      for (const first = at; at < end; ) {
        const added = this.#scanner.addFrames(at - first, end - first);
        if (added > 0) found.push(this.#takeRun(bytes, ranges[2 * at]!, ranges[2 * (at + added) - 1]!));
        else found.push(bytes.subarray(ranges[2 * at], ranges[2 * at + 1]));
        at += added || 1;
      }
    }
    return found;
  }

  /** After each growth: the memory is another then. */
  #look(): void {
    const { memory, input, frames } = this.#scanner;
    this.#memory = new Uint8Array(memory.buffer);
    this.#ranges = new Int32Array(memory.buffer, frames.value, 2 * MAX_FRAMES);
    this.#input = input.value;
  }

  /** Puts text before the scanner, behind what is there already when there is room. */
  #give(text: Uint8Array, at = 0): void {
    if (at + text.length > this.#scanner.room.value) {
      this.#scanner.grow(2 * text.length);
      this.#look();
    }
    this.#memory.set(text, this.#input + at);
  }

  /** Puts frames before the scanner, from `first` on as many as it has room for, and returns how many. */
  #giveFrames(bytes: Buffer, frames: readonly number[], first: number): number {
    const begin = frames[2 * first]!;
    const room = Math.max(this.#scanner.room.value, frames[2 * first + 1]! - begin);
    const most = Math.min(frames.length / 2 - first, MAX_FRAMES);
    const ranges = this.#ranges;
    let count = 0;
    for (; count < most && frames[2 * (first + count) + 1]! - begin <= room; count++) {
      ranges[2 * count] = frames[2 * (first + count)]! - begin;
      ranges[2 * count + 1] = frames[2 * (first + count) + 1]! - begin;
    }
    this.#give(bytes.subarray(begin, begin + ranges[2 * count - 1]!));
    return count;
  }

  /** The run that has been added, whose frames lie there. */
  #takeRun(bytes: Buffer, begin: number, end: number): EventRun {
    const idAt = begin + FRAME_HEAD;
    const subId = bytes.toString('utf8', idAt, idAt + this.#scanner.idLength.value);
    return { subId, events: this.#take(), size: end - begin };
  }

  /** The events that were added since the last time. */
  #take(): ScannedEvent[] {
    const scanner = this.#scanner;
    const { buffer } = scanner.memory;
    const lines = buffer.slice(scanner.lines.value, scanner.linesEnd.value);
    const records = buffer.slice(scanner.records.value, scanner.recordsEnd.value);
    scanner.clear();
    return new EventLines(lines, records).events();
  }
}

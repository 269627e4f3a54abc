// The event as it streams through a command: read, verified, matched, deduplicated, written. One interface for both
// forms, the bytes the scanner found (`scanner/scanned-event.ts`) and the object `JSON.parse` made (`parsed-event.ts`);
// this file knows neither of them.
import type { Event, Tag } from './event.ts';

/**
 * An event of the right shape. Nothing is said of its id and signature until it is verified. It has the fields that
 * filters look at, so it can be matched as it is.
 */
export interface StreamEvent {
  /** 64 lower-case hex digits, and so is `pubkey`. */
  readonly id: string;
  readonly pubkey: string;
  readonly kind: number;
  /** Unix time in seconds. */
  readonly created_at: number;
  readonly tags: Tag[];

  /** The memory its line lies in, perhaps beside the lines of other events. It does not change any more. */
  readonly lines: Buffer;
  /** Where in `lines` its line begins, and where it ends, behind the newline. */
  readonly lineAt: number;
  readonly lineEnd: number;
  /** The length of the line in bytes, its newline included. */
  readonly lineLength: number;
  /** Writes the event as one line in canonical key order, with a newline; returns where it ends. */
  writeLine(target: Buffer, at: number): number;
  /** The same as text, without the newline. */
  line(): string;

  /** Writes as many words of the id as there is room for, in the order of its bytes. */
  writeId(words: Int32Array): void;
  /** Writes what its signature is about: id, public key and signature, 128 bytes. */
  writeCheck(buffer: Buffer, at: number): void;
  /** Whether the id is the hash of the rest (NIP-01). */
  hasValidId(): boolean;
  /** The event as a plain object. */
  toEvent(): Event;
}

/** Events that came one after the other for one subscription. */
export interface EventRun {
  subId: string;
  events: StreamEvent[];
  /** How many bytes their frames took. */
  size: number;
}

/**
 * Whether a value is one already, not something that `JSON.parse` made: no JSON has methods.
 * @example
 * isStreamEvent({ writeLine: 'x' }) // → false
 */
export function isStreamEvent(value: unknown): value is StreamEvent {
  return typeof (value as { writeLine?: unknown } | null | undefined)?.writeLine === 'function';
}

/** Pieces that are smaller, taken together, are copied into one: a system call costs more than that. */
const SMALL_PIECE = 16 * 1024;

/**
 * The lines of events, each with its newline, in few pieces: lines that lie side by side in memory are one piece, and
 * are not copied.
 * @example
 * linesOf([]) // → []
 */
export function linesOf(events: readonly StreamEvent[]): Buffer[] {
  const pieces: Buffer[] = [];
  let lines: Buffer | undefined;
  let begin = 0;
  let end = 0;
  for (const event of events) {
    if (event.lines !== lines || event.lineAt !== end) {
      if (lines) pieces.push(lines.subarray(begin, end));
      lines = event.lines;
      begin = event.lineAt;
    }
    end = event.lineEnd;
  }
  if (lines) pieces.push(lines.subarray(begin, end));
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  return pieces.length > 1 && size / pieces.length < SMALL_PIECE ? [Buffer.concat(pieces, size)] : pieces;
}

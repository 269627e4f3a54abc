// The lines of a spool: a first one that says what the file is, events that wait for a target, and notes of how far a target
// has got. A line stands for itself, so one that was torn or damaged costs what it held and no more.
import { isUtf8 } from 'node:buffer';
import { InvalidEvent } from '../../../protocol/event.ts';
import { parseStreamEvent } from '../../../protocol/parsed-event.ts';
import { readEvent } from '../../../protocol/scanner/event-scanner.ts';
import type { StreamEvent } from '../../../protocol/stream-event.ts';

/** The first line. */
export const HEADER = Buffer.from('{"spool":"nost mirror","version":1}\n');

const [HEAD, EVENT, DONE] = ['{"to":"', '","event":', '","done":'].map(text => Buffer.from(text)) as [
  Buffer,
  Buffer,
  Buffer,
];

const BRACE = 0x7d;

/** A line that can be read as far as it is looked at: what stands in `event` is looked at when it is sent. */
export type SpoolLine = { target: string; event: Buffer } | { target: string; done: number };

/** An event for a target, which is the URL of a relay. */
export function eventLine(target: string, event: StreamEvent): Buffer {
  const begin = HEAD.length + Buffer.byteLength(target) + EVENT.length;
  const line = Buffer.allocUnsafe(begin + event.lineLength + 1);
  line.write(`${HEAD}${target}${EVENT}`);
  const end = event.writeLine(line, begin);
  line.write('}\n', end - 1);
  return line.subarray(0, end + 1);
}

/** All that was queued for the target before this place of the file has been sent. */
export function noteLine(target: string, done: number): Buffer {
  return Buffer.from(`${HEAD}${target}${DONE}${done}}\n`);
}

/** Undefined for a line, without its newline, that is neither. */
export function readSpoolLine(line: Buffer): SpoolLine | undefined {
  if (line.at(-1) !== BRACE || HEAD.compare(line, 0, HEAD.length) !== 0) return undefined;
  const end = line.indexOf('"', HEAD.length);
  if (end < 0) return undefined;
  const target = line.toString('utf8', HEAD.length, end);
  const rest = line.subarray(0, line.length - 1);
  if (startsWith(line, EVENT, end)) return { target, event: rest.subarray(end + EVENT.length) };
  const done = startsWith(line, DONE, end) ? rest.toString('latin1', end + DONE.length) : '';
  return /^\d{1,15}$/.test(done) ? { target, done: Number(done) } : undefined;
}

function startsWith(line: Buffer, text: Buffer, at: number): boolean {
  return text.compare(line, at, at + text.length) === 0;
}

/** The event that was queued; undefined for what is none, or not any more. */
export function queuedEvent(text: Buffer): StreamEvent | undefined {
  try {
    if (!isUtf8(text)) return undefined;
    const event = readEvent(text) ?? parseStreamEvent(JSON.parse(text.toString()));
    return event.hasValidId() ? event : undefined;
  } catch (error) {
    if (error instanceof InvalidEvent || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

// Turns a batch of events into lines for stdout: one formatter for each format, found by name. Lines are bytes, because
// most events still are.
import { stringifyEvent } from '../protocol/event.ts';
import { EventBytes, linesOf, type Received } from '../protocol/scanner/event-bytes.ts';

/** Events of one relay, as the formatters see them. */
export interface EventBatch {
  relay: string;
  stored: boolean;
  events: readonly Received[];
}

/** Whole lines, each with its newline, in one or more pieces. */
export type EventFormatter = (batch: EventBatch) => Buffer[];

export type EventFormat = 'jsonl' | 'envelope';

const NEWLINE = Buffer.from('\n');

/** The formatter of that name; `now` gives milliseconds. */
export function formatterFor(format: EventFormat, now: () => number): EventFormatter {
  return format === 'envelope' ? batch => envelopes(batch, now() / 1000) : jsonl;
}

/** Events as JSONL, in canonical key order. */
function jsonl({ events }: EventBatch): Buffer[] {
  return linesOf(events);
}

/** Where and when an event came, around the event. `received_at` is in unix seconds with milliseconds. */
function envelopes({ relay, stored, events }: EventBatch, receivedAt: number): Buffer[] {
  const head = `{"relay":${JSON.stringify(relay)},"stored":${stored},"received_at":${receivedAt},"event":`;
  return [writeAll(events, Buffer.from(head), Buffer.from('}\n'))];
}

function writeAll(events: readonly Received[], head: Buffer, tail: Buffer): Buffer {
  const lines = events.map(event => (event instanceof EventBytes ? event : lineOf(stringifyEvent(event))));
  let length = 0;
  for (const line of lines) length += head.length + line.lineLength - NEWLINE.length + tail.length;
  const target = Buffer.allocUnsafe(length);
  let end = 0;
  for (const line of lines) {
    end += head.copy(target, end);
    end = line.writeLine(target, end) - NEWLINE.length;
    end += tail.copy(target, end);
  }
  return target;
}

/** A line that was put into words here, for what is not in bytes any more. */
function lineOf(text: string): Pick<EventBytes, 'lineLength' | 'writeLine'> {
  const bytes = Buffer.from(`${text}\n`);
  return { lineLength: bytes.length, writeLine: (target, at) => at + bytes.copy(target, at) };
}

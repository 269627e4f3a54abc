// How a batch of events becomes lines on stdout: one formatter for each way, found by name. Lines are made as
// bytes, for that is what most events still are.
import { linesOf, type StreamEvent } from '../protocol/stream-event.ts';

/** Events of one relay, as the formatters see them. */
export interface EventBatch {
  relay: string;
  stored: boolean;
  events: readonly StreamEvent[];
}

/** Whole lines, each with its newline, in as many pieces as is convenient. */
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

function writeAll(events: readonly StreamEvent[], head: Buffer, tail: Buffer): Buffer {
  let length = 0;
  for (const event of events) length += head.length + event.lineLength - NEWLINE.length + tail.length;
  const target = Buffer.allocUnsafe(length);
  let end = 0;
  for (const event of events) {
    end += head.copy(target, end);
    end = event.writeLine(target, end) - NEWLINE.length;
    end += tail.copy(target, end);
  }
  return target;
}

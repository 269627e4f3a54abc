// Reads events from a byte stream: plain objects, arrays of them, and EVENT frames of relays and clients.

import { quote } from '../protocol/quote.ts';
import { readEvents } from '../protocol/scanner/event-scanner.ts';
import { isStreamEvent, type StreamEvent } from '../protocol/stream-event.ts';
import { type JsonItem, readJsonValues } from './json-values.ts';
import type { Line } from './lines.ts';

/**
 * A signed event of the right shape, read from its bytes; or a value that may be an event or a draft and still has to
 * be parsed; or the reason why it is neither.
 */
export type EventItem =
  | { line: number; event: StreamEvent }
  | { line: number; value: object }
  | { line: number; problem: string };

/** Reads every value that may be an event; yields one array for each chunk of input. */
export async function* readEventValues(source: AsyncIterable<Buffer>): AsyncGenerator<EventItem[]> {
  for await (const items of readJsonValues(source, readLines)) {
    const unwrapped: EventItem[] = [];
    for (const item of items) unwrap(item, unwrapped);
    yield unwrapped;
  }
}

/** Most lines are events in the usual form; these are not parsed into objects. */
function readLines(lines: readonly Line[]): readonly (StreamEvent | undefined)[] {
  return readEvents(lines.map(({ bytes }) => bytes));
}

function unwrap(item: JsonItem, items: EventItem[]): void {
  if ('problem' in item) return void items.push(item);
  const { line, value } = item;
  if (isStreamEvent(value)) items.push({ line, event: value });
  else if (!Array.isArray(value)) items.push(asObject(line, value));
  else if (value[0] === 'EVENT') items.push(asObject(line, value.length === 2 ? value[1] : value[2]));
  else if (typeof value[0] === 'string')
    items.push({ line, problem: `${quote(value)} is a frame without an event` });
  else for (const element of value) items.push(asObject(line, element));
}

function asObject(line: number, value: unknown): EventItem {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { line, value };
  return { line, problem: `an event must be a JSON object, not ${quote(value)}` };
}

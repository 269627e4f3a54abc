// What people pipe in as events: bare objects, arrays of them, and the frames of relays and clients.
import { quote } from '../protocol/quote.ts';
import { type JsonItem, readJsonValues } from './json-values.ts';

/** Something that may be an event or a draft of one; it is still to be parsed. */
export type EventItem = { line: number; value: object } | { line: number; problem: string };

/** Reads everything that may be an event from a byte stream; an array for each chunk that came. */
export async function* readEventValues(source: AsyncIterable<Buffer>): AsyncGenerator<EventItem[]> {
  for await (const items of readJsonValues(source)) yield items.flatMap(unwrap);
}

function unwrap(item: JsonItem): EventItem[] {
  if ('problem' in item) return [item];
  const { line, value } = item;
  if (!Array.isArray(value)) return [asObject(line, value)];
  if (value[0] === 'EVENT') return [asObject(line, value.length === 2 ? value[1] : value[2])];
  if (typeof value[0] === 'string') return [{ line, problem: `${quote(value)} is a frame without an event` }];
  return value.map(element => asObject(line, element));
}

function asObject(line: number, value: unknown): EventItem {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { line, value };
  return { line, problem: `an event must be a JSON object, not ${quote(value)}` };
}

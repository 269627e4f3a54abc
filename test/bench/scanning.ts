// What the scanner gains: EVENT frames become lines, by the scanner and by JSON.parse and JSON.stringify.
import { readFileSync } from 'node:fs';
import { parseRelayMessage } from '../../src/protocol/message.ts';
import { parseStreamEvent } from '../../src/protocol/parsed-event.ts';
import { readEventFrames } from '../../src/protocol/scanner/event-scanner.ts';
import { linesOf, type StreamEvent } from '../../src/protocol/stream-event.ts';

/** Frames that came at once, and where each of them begins and ends. */
export interface Chunk {
  bytes: Buffer;
  ranges: number[];
}

/** What a socket reads at once, about. */
const CHUNK = 64 * 1024;

/** The events of a file as frames of a relay. */
export function chunksOf(file: string): Chunk[] {
  const chunks: Chunk[] = [];
  let frames: string[] = [];
  let ranges: number[] = [];
  let size = 0;
  const flush = () => {
    chunks.push({ bytes: Buffer.from(frames.join('')), ranges });
    [frames, ranges, size] = [[], [], 0];
  };
  for (const event of readFileSync(file, 'utf8').trim().split('\n')) {
    const frame = `["EVENT","nost1",${event}]`;
    const end = size + Buffer.byteLength(frame);
    frames.push(frame);
    ranges.push(size, end);
    size = end;
    if (size >= CHUNK) flush();
  }
  if (size > 0) flush();
  return chunks;
}

type Reader = (chunk: Chunk) => StreamEvent[];

export const READERS = {
  scanner: ({ bytes, ranges }) =>
    readEventFrames(bytes, ranges).flatMap(found => (Buffer.isBuffer(found) ? [] : found.events)),
  'JSON.parse': ({ bytes, ranges }) => {
    const events: StreamEvent[] = [];
    for (let i = 0; i < ranges.length; i += 2) {
      const message = parseRelayMessage(bytes.toString('utf8', ranges[i], ranges[i + 1]));
      if (message.type === 'EVENT') events.push(parseStreamEvent(message.event));
    }
    return events;
  },
} satisfies Record<string, Reader>;

/** Events a second, from frames to lines. */
export function readingRate(chunks: readonly Chunk[], read: Reader, checksIds: boolean): number {
  let count = 0;
  let bytes = 0;
  const start = performance.now();
  for (const chunk of chunks) {
    const all = read(chunk);
    const events = checksIds ? all.filter(event => event.hasValidId()) : all;
    count += events.length;
    for (const piece of linesOf(events)) bytes += piece.length;
  }
  const rate = (count / (performance.now() - start)) * 1000;
  const frames = chunks.reduce((sum, { ranges }) => sum + ranges.length / 2, 0);
  if (count !== frames || bytes === 0) throw new Error(`${count} of ${frames} events were read`);
  return rate;
}

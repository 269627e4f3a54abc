// Reads what a spool holds from an earlier run: which targets wait for how many events, and from where on. A last line that
// was torn by a kill is cut off; a line that is damaged costs what it held.
import { setImmediate as turn } from 'node:timers/promises';
import type { Line, SpoolFile } from './spool-file.ts';
import { HEADER, readSpoolLine } from './spool-line.ts';
import { SpoolQueue } from './spool-queue.ts';

/** A file that names more targets is damaged. */
const MOST_TARGETS = 1000;

export interface Loaded {
  queues: Map<string, SpoolQueue>;
  /** Lines that could not be read. */
  damaged: number;
}

/** Rejects with `IoError`, and the reason of the signal. */
export async function loadSpool(file: SpoolFile, signal: AbortSignal): Promise<Loaded> {
  const queues = await readNotes(file, signal);
  const from = [...queues.values()].reduce((least, { done }) => Math.min(least, done), file.size);
  let damaged = 0;
  for await (const lines of batches(file, from, signal)) {
    for (const line of lines) {
      const read = readSpoolLine(line.bytes);
      const queue = read && queues.get(read.target);
      if (!queue) damaged++;
      else if ('event' in read && line.at >= queue.done) queue.found(line);
    }
  }
  return { queues, damaged };
}

/** Learns the targets and how far they are. */
async function readNotes(file: SpoolFile, signal: AbortSignal): Promise<Map<string, SpoolQueue>> {
  const queues = new Map<string, SpoolQueue>();
  let end = Math.min(file.size, HEADER.length);
  for await (const lines of batches(file, end, signal)) {
    for (const line of lines) {
      const read = readSpoolLine(line.bytes);
      if (!read || (queues.size === MOST_TARGETS && !queues.has(read.target))) continue;
      const queue = queues.get(read.target) ?? new SpoolQueue(read.target, HEADER.length);
      queues.set(read.target, queue);
      if ('done' in read && read.done <= line.at) queue.restart(Math.max(queue.done, read.done));
    }
    end = lines.at(-1)!.end;
  }
  if (end < file.size) file.truncate(end);
  return queues;
}

async function* batches(file: SpoolFile, from: number, signal: AbortSignal): AsyncGenerator<Line[], void> {
  for (const lines of file.lines(from, file.size)) {
    yield lines;
    await turn();
    signal.throwIfAborted();
  }
}

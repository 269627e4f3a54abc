// Makes a spool smaller in its own file: the lines that wait are written over the front, where nothing waits. Until the
// end is cut off, the notes behind say that nothing in front waits; from then on there are none, and all that is left
// waits. So a kill at any moment loses nothing.
import { setImmediate as turn } from 'node:timers/promises';
import type { Line, SpoolFile } from './spool-file.ts';
import { HEADER, readSpoolLine } from './spool-line.ts';
import type { SpoolQueue } from './spool-queue.ts';

const NEWLINE = Buffer.from('\n');

export interface MovingParts {
  file: SpoolFile;
  queues: ReadonlyMap<string, SpoolQueue>;
  /** Nothing before this place waits, and the notes in the file say so. */
  from: number;
  isStopped: () => boolean;
}

/**
 * Resolves when the file is smaller, or cannot be made so: what was added meanwhile needed the room, or it was stopped.
 * Lines may be added meanwhile, but none may be read, and nothing may be done with. Rejects with an error of the system.
 */
export async function moveToFront(parts: MovingParts): Promise<void> {
  const { file, queues } = parts;
  let end: number | undefined;
  try {
    end = await moveLines(parts);
    if (end !== undefined) file.truncate(end);
  } finally {
    for (const queue of queues.values()) queue.moved(end !== undefined, HEADER.length);
  }
}

/** Where they end now; undefined when they could not all be moved. */
async function moveLines({ file, queues, from, isStopped }: MovingParts): Promise<number | undefined> {
  let [at, to] = [from, HEADER.length];
  while (at < file.size) {
    const begin = at;
    for (const lines of file.lines(at, file.size)) {
      const pieces: Buffer[] = [];
      const begun = to;
      for (const line of lines) {
        const queue = ownerOf(line, queues);
        if (!queue) continue;
        pieces.push(line.bytes, NEWLINE);
        to += line.end - line.at;
        queue.willEnd(to);
      }
      if (to > from || isStopped()) return undefined;
      file.write(Buffer.concat(pieces), begun);
      at = lines.at(-1)!.end;
      await turn();
    }
    if (at === begin) return undefined; // the disk lost something
    await file.sync();
  }
  return to;
}

/** The queue that a line waits in. */
function ownerOf({ bytes, at }: Line, queues: ReadonlyMap<string, SpoolQueue>): SpoolQueue | undefined {
  const read = readSpoolLine(bytes);
  const queue = read && 'event' in read ? queues.get(read.target) : undefined;
  return queue && at >= queue.done ? queue : undefined;
}

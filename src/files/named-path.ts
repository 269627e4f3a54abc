// Opens what the user names, whatever it is, and never waits in a thread: a FIFO may have nobody at its other end, and a
// thread that waits for one cannot be stopped, not even by the end of the program.
import { close, constants, fstat, open, type Stats, stat } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

/** An open file. Whoever gets it closes it. */
export interface OpenPath {
  fd: number;
  stats: Stats;
}

/** A system without these flags has no FIFOs that a path can name. */
const AT_ONCE = (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** Milliseconds between two looks for a reader of a FIFO. */
const LOOK_MS = 20;

/** Opens for reading. A folder is refused. Rejects with an error of the system. */
export async function openToRead(path: string): Promise<OpenPath> {
  const opened = await openAtOnce(path, constants.O_RDONLY);
  if (!opened.stats.isDirectory()) return opened;
  close(opened.fd);
  throw new Error('it is a folder');
}

/**
 * Opens for writing, and empties a file; only the owner can read a new one. A FIFO waits for its reader, until the
 * signal aborts. Rejects with an error of the system, or the reason of the signal.
 */
export async function openToWrite(path: string, signal: AbortSignal): Promise<OpenPath> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await openAtOnce(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      if (!(await promisify(stat)(path)).isFIFO()) throw error; // a socket; a FIFO: nobody reads it yet
    }
    await wait(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

async function openAtOnce(path: string, flags: number): Promise<OpenPath> {
  const fd = await promisify(open)(path, flags | AT_ONCE, 0o600);
  return { fd, stats: await promisify(fstat)(fd) };
}

/**
 * Why a file cannot be used, without the path and the name of the call: these stand in the message already.
 * @example
 * whyNot(new Error("ENOENT: no such file or directory, open 'x'")) // → 'no such file or directory'
 */
export function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EBADF' || code === 'ENOTCONN') return 'it is open for the other direction only';
  if (code === 'ENXIO') return 'it is a socket, or a device that is not there';
  return /^E[A-Z0-9]+: ([^,]+), \w+/.exec(message)?.[1] ?? message;
}

// A file of lines that grows at its end, and may have been left in the middle of one.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

const NEWLINE = 0x0a;

/** A line that is still being written is longer, or ended, after so many milliseconds. */
const SETTLING_MS = 100;

/** The end of a file that is looked at: no event is larger. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Gives a last line that has no newline one. */
export async function endLastLine(file: FileHandle): Promise<void> {
  if ((await tailOf(file)).length > 0) await file.appendFile('\n');
}

/** Whether the last line of a file has no newline; false where that cannot be read. */
export async function isLastLineTorn(path: string): Promise<boolean> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(() => undefined);
  try {
    return file !== undefined && (await tailOf(file)).length > 0;
  } catch {
    return false;
  } finally {
    await file?.close();
  }
}

/** How an event begins, whichever field comes first. */
const FIELDS = ['id', 'pubkey', 'created_at', 'kind', 'tags', 'content', 'sig'];

/**
 * Cuts off a last line that has no newline and is the beginning of an event; returns how many bytes that were. What else may
 * stand there is somebody's text, and stays; so does a line that another program is still writing. Nothing is done where there is no file.
 */
export async function cutTornLine(path: string): Promise<number> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDWR | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  try {
    const tail = await tailOf(file);
    if (tail.length === 0 || tail.length === LONGEST_LINE || !isTorn(tail)) return 0;
    const { size } = await file.stat();
    await setTimeout(SETTLING_MS);
    if ((await file.stat()).size !== size || !(await tailOf(file)).equals(tail)) return 0;
    await file.truncate(size - tail.length);
    return tail.length;
  } finally {
    await file.close();
  }
}

/** What stands behind the last newline, at most so much; of what is no file nothing. */
async function tailOf(file: FileHandle): Promise<Buffer> {
  const stats = await file.stat();
  if (!stats.isFile() || stats.size === 0) return Buffer.alloc(0);
  for (let length = Math.min(4096, stats.size); ; length = Math.min(16 * length, stats.size, LONGEST_LINE)) {
    const bytes = Buffer.alloc(length);
    await file.read(bytes, 0, length, stats.size - length);
    const at = bytes.lastIndexOf(NEWLINE);
    if (at >= 0 || length === stats.size || length === LONGEST_LINE) return bytes.subarray(at + 1);
  }
}

function isTorn(line: Buffer): boolean {
  const head = line.toString('latin1', 0, 20);
  const heads = FIELDS.map(field => `{"${field}":`);
  if (!heads.some(begin => head.startsWith(begin) || begin.startsWith(head))) return false;
  try {
    JSON.parse(line.toString('utf8'));
    return false;
  } catch {
    return true;
  }
}

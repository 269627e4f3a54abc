// The file of `mirror --spool`, as bytes and lines: opened with care, kept for one mirror, grown at its end, cut, read in
// pieces. What the lines say is no concern of it. Writing does not return before the operating system has it, so that
// what was written outlives a kill.
import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { Failure, IoError } from '../../../errors.ts';
import { whyNot } from '../../../files/named-path.ts';
import { lockPath, PathInUse, type PathLock } from '../../../files/path-lock.ts';
import { quote } from '../../../protocol/quote.ts';
import { HEADER } from './spool-line.ts';

/** Bytes that are read at once. */
const CHUNK = 256 * 1024;

/** Bytes; no event is as long, so what is longer is damaged. */
const LONGEST_LINE = 32 * 1024 * 1024;

const NEWLINE = 0x0a;

/** A system without these flags has no FIFOs that a path can name. */
const AT_ONCE = (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** A line in the file. */
export interface Line {
  at: number;
  /** Behind its newline. */
  end: number;
  /** Without the newline; nothing of one that is too long. */
  bytes: Buffer;
}

export class SpoolFile {
  readonly #path: string;
  readonly #fd: number;
  readonly #lock: PathLock | undefined;
  /** Where the next line goes; what may lie behind it is of a write that failed. */
  #size: number;

  private constructor(path: string, fd: number, lock: PathLock | undefined) {
    this.#path = path;
    this.#fd = fd;
    this.#lock = lock;
    this.#size = fstatSync(fd).size;
  }

  /**
   * Opens the file, which is made (mode 0600) if it is not there, and keeps other mirrors from it. A link is followed.
   * Throws `IoError` when it cannot be used, or holds something else.
   */
  static async open(path: string): Promise<SpoolFile> {
    let fd: number | undefined;
    try {
      fd = openSync(path, constants.O_RDWR | constants.O_CREAT | AT_ONCE, 0o600);
      recognize(fd);
      const spool = new SpoolFile(path, fd, await lock(path));
      if (spool.#size < HEADER.length) spool.truncate(0);
      return spool;
    } catch (error) {
      if (fd !== undefined) closeSync(fd);
      throw error instanceof Failure ? error : unusable(path, error);
    }
  }

  get size(): number {
    return this.#size;
  }

  /** Adds lines. Throws an error of the system, and then nothing was added. */
  append(lines: Buffer): void {
    const bytes = this.#size === 0 ? Buffer.concat([HEADER, lines]) : lines;
    try {
      this.write(bytes, this.#size);
      this.#size += bytes.length;
    } catch (error) {
      this.#cut(); // else it is written over by the next
      throw error;
    }
  }

  /** Writes over what is there. Throws an error of the system. */
  write(bytes: Buffer, at: number): void {
    for (let from = 0; from < bytes.length; )
      from += writeSync(this.#fd, bytes, from, bytes.length - from, at + from);
  }

  /** Cuts off what lies behind. Throws `IoError`. */
  truncate(size: number): void {
    this.#do(() => ftruncateSync(this.#fd, size));
    this.#size = size;
  }

  /** What was written outlives a loss of power, too. Rejects with `IoError`. */
  async sync(): Promise<void> {
    await promisify(fdatasync)(this.#fd).catch(error => {
      throw unusable(this.#path, error);
    });
  }

  async close(): Promise<void> {
    try {
      closeSync(this.#fd);
    } finally {
      await this.#lock?.release();
    }
  }

  /**
   * Whole lines from one place to another, in batches that lie in one piece of memory. A last line without its newline
   * is left out. Throws `IoError`.
   */
  *lines(from: number, to: number): Generator<Line[], void> {
    let [at, most] = [from, CHUNK];
    while (at < to) {
      const chunk = this.#read(at, Math.min(most, to - at));
      const lines = cut(chunk, at);
      if (lines.length > 0) {
        yield lines;
        [at, most] = [lines.at(-1)!.end, CHUNK];
      } else if (chunk.length < most) return;
      else if (most < LONGEST_LINE) most *= 4;
      else {
        const end = this.#endOfLine(at + most, to);
        if (end === undefined) return;
        yield [{ at, end, bytes: Buffer.alloc(0) }];
        [at, most] = [end, CHUNK];
      }
    }
  }

  #endOfLine(from: number, to: number): number | undefined {
    for (let at = from; at < to; at += CHUNK) {
      const found = this.#read(at, Math.min(CHUNK, to - at)).indexOf(NEWLINE);
      if (found >= 0) return at + found + 1;
    }
    return undefined;
  }

  #read(at: number, length: number): Buffer {
    const chunk = Buffer.allocUnsafeSlow(length);
    return chunk.subarray(
      0,
      this.#do(() => readSync(this.#fd, chunk, 0, length, at)),
    );
  }

  #cut(): void {
    try {
      ftruncateSync(this.#fd, this.#size);
    } catch {
      // The disk is worse than full.
    }
  }

  #do<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw unusable(this.#path, error);
    }
  }
}

/** Somebody else's file is never written into; a first line that was torn is ours. */
function recognize(fd: number): void {
  if (!fstatSync(fd).isFile()) throw new Error('it is no regular file');
  const head = Buffer.alloc(HEADER.length);
  const length = readSync(fd, head, 0, HEADER.length, 0);
  if (HEADER.compare(head, 0, length, 0, length) !== 0) throw new Error('it holds something else');
}

async function lock(path: string): Promise<PathLock | undefined> {
  try {
    return await lockPath(path);
  } catch (error) {
    if (!(error instanceof PathInUse)) throw error;
    const who = error.pid === undefined ? 'another mirror' : `another mirror (process ${error.pid})`;
    throw new IoError(`--spool: ${who} has ${quote(path, 200)}`, {
      code: 'spool_in_use',
      hint: 'Each mirror needs a file of its own: end that one first, or name another file.',
      cause: error,
    });
  }
}

function cut(chunk: Buffer, place: number): Line[] {
  const lines: Line[] = [];
  let at = 0;
  for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, at)) {
    lines.push({ at: place + at, end: place + end + 1, bytes: chunk.subarray(at, end) });
    at = end + 1;
  }
  return lines;
}

function unusable(path: string, error: unknown): IoError {
  return new IoError(`--spool: cannot use ${quote(path, 200)}: ${whyNot(error)}`, {
    code: 'spool',
    hint: 'Name a new file, or one that an earlier --spool has written.',
    cause: error,
  });
}

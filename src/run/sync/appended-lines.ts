// A file that lines are appended to. It is opened, and kept from other programs of ours, before anything is read for it;
// what was added is in it soon, also where little comes, so that a kill loses next to nothing.
import { type FileHandle, open, stat, unlink } from 'node:fs/promises';
import type { Context } from '../../context.ts';
import { IoError } from '../../errors.ts';
import { whyNot } from '../../files/named-path.ts';
import { lockPath, PathInUse, type PathLock } from '../../files/path-lock.ts';
import { quote } from '../../protocol/quote.ts';
import { cutTornLine, endLastLine } from './lines-file.ts';

/** Bytes of lines that are written together. */
const CHUNK_BYTES = 256 * 1024;

/** Milliseconds that a line waits for others to be written with it. */
const SOON_MS = 250;

interface Opened {
  file: FileHandle;
  lock: PathLock | undefined;
  /** Whether it was not there before. */
  isNew: boolean;
}

export class AppendedLines {
  readonly path: string;
  /** Bytes of a last line that a kill had left torn, and that was cut off. */
  readonly torn: number;
  /** Told how many lines are in the file now. */
  onWritten: (lines: number) => void = () => {};
  readonly #opened: Opened;
  #lines: Buffer[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  /** What is under way; a failure stays. */
  #writing: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #isOpen = true;
  #fault: IoError | undefined;

  private constructor(path: string, opened: Opened, torn: number) {
    this.path = path;
    this.torn = torn;
    this.#opened = opened;
  }

  /** Opens the file, which is made where there is none; only the owner can read a new one. Rejects with `IoError`. */
  static async open(path: string): Promise<AppendedLines> {
    let lock: PathLock | undefined;
    try {
      const stats = await stat(path).catch(() => undefined);
      if (stats?.isDirectory()) throw new Error('it is a folder');
      if (!stats || stats.isFile()) lock = await lockPath(path);
      const torn = await cutTornLine(path);
      return new AppendedLines(path, { ...(await openOrMake(path)), lock }, torn);
    } catch (error) {
      await lock?.release();
      throw unwritable(path, error);
    }
  }

  /** Tells of a last line that was torn. */
  tell(log: Pick<Context['log'], 'warn'>): void {
    if (this.torn === 0) return;
    const message = `its last line was torn, and is cut off: ${this.torn} bytes`;
    log.warn({ type: 'warning', relay: this.path, message });
  }

  /** Adds a line. Where it returns a promise, that resolves when there is room for more. Throws `IoError`. */
  add(line: Buffer): Promise<void> | void {
    if (this.#fault) throw this.#fault;
    if (!this.#isOpen) return;
    this.#lines.push(line);
    this.#bytes += line.length;
    if (this.#bytes >= CHUNK_BYTES) return this.flush();
    this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), SOON_MS); // told with the next line
  }

  /** Resolves when all lines are in the file. Rejects with `IoError`. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#do(() => this.#write()));
    await this.#writing;
  }

  /** The same, and they outlive a loss of power. */
  async sync(): Promise<void> {
    await this.flush();
    const { file } = this.#opened;
    await this.#do(async () => {
      if (this.#isOpen && (await file.stat()).isFile()) await file.sync();
    });
  }

  /** Writes what there is, and closes the file; one that was made for nothing is gone again. Rejects with `IoError`. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { file, isNew, lock } = this.#opened;
    try {
      await this.flush();
    } finally {
      this.#isOpen = false;
      const isVain = isNew && (await file.stat()).size === 0;
      await file.close();
      if (isVain) await unlink(this.path).catch(() => {});
      await lock?.release();
    }
  }

  async #write(): Promise<void> {
    const lines = this.#lines;
    if (lines.length === 0 || !this.#isOpen) return;
    [this.#lines, this.#bytes] = [[], 0];
    try {
      await endLastLine(this.#opened.file);
      await this.#opened.file.appendFile(Buffer.concat(lines));
    } catch (error) {
      await cutTornLine(this.path).catch(() => {}); // of a full disk, and told below
      throw error;
    }
    this.onWritten(lines.length);
  }

  async #do(work: () => Promise<void>): Promise<void> {
    if (this.#fault) throw this.#fault;
    try {
      await work();
    } catch (error) {
      this.#fault ??= unwritable(this.path, error);
      throw this.#fault;
    }
  }
}

async function openOrMake(path: string): Promise<Omit<Opened, 'lock'>> {
  try {
    return { file: await open(path, 'ax+', 0o600), isNew: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { file: await open(path, 'a+', 0o600), isNew: false };
  }
}

function unwritable(path: string, error: unknown): IoError {
  const inUse = error instanceof PathInUse;
  return new IoError(`cannot write ${quote(path)}: ${whyNot(error)}`, {
    code: inUse ? 'file_in_use' : 'io',
    hint: inUse ? 'Wait until that one has ended, or name another file.' : undefined,
    cause: error,
  });
}

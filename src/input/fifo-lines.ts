// The lines that others write into a FIFO, for as long as the program runs: writers come and go, one after another or
// several at once. No writer is ever made to wait, nor to fail because nobody reads just then.
import { close, constants, open } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { IoError } from '../errors.ts';
import { openToRead, whyNot } from '../files/named-path.ts';
import { quote } from '../protocol/quote.ts';
import { EndlessLine, type Line, readLines } from './lines.ts';

/** Milliseconds until a FIFO is opened again that nobody has written to. */
const REST_MS = 100;

export class FifoLines {
  readonly #path: string;
  /** Keeps the FIFO open between two readings, so that no writer finds it without a reader. */
  readonly #keeper: number;

  private constructor(path: string, keeper: number) {
    this.#path = path;
    this.#keeper = keeper;
  }

  /** Rejects with `IoError` when the path is no FIFO, or cannot be read. `flag` names it in the message. */
  static async open(flag: string, path: string): Promise<FifoLines> {
    const { fd, stats } = await openToRead(path).catch(error => {
      const isMissing = error.code === 'ENOENT';
      throw new IoError(`${flag}: cannot read ${quote(path)}: ${whyNot(error)}`, {
        hint: isMissing ? 'Make it first: mkfifo FILE' : undefined,
        cause: error,
      });
    });
    if (stats.isFIFO()) return new FifoLines(path, fd);
    close(fd);
    throw new IoError(`${flag}: ${quote(path)} is no FIFO`, { hint: 'Make one: mkfifo FILE' });
  }

  /**
   * Each line with its number, counted anew for each writer or group of writers. Ends when the signal aborts; throws an
   * error of the system when the FIFO cannot be opened again.
   */
  async *read(signal: AbortSignal): AsyncGenerator<Line> {
    try {
      while (!signal.aborted) {
        const source = new Socket({ fd: await this.#open(), readable: true, writable: false });
        const end = () => source.destroy();
        signal.addEventListener('abort', end);
        if (signal.aborted) end();
        yield* linesOf(source);
        signal.removeEventListener('abort', end);
        if (source.bytesRead === 0) await wait(REST_MS, undefined, { signal }).catch(() => {});
      }
    } finally {
      close(this.#keeper);
    }
  }

  #open(): Promise<number> {
    return promisify(open)(this.#path, constants.O_RDONLY | constants.O_NONBLOCK);
  }
}

/** Until the last writer has gone; what has no lines is not read further. */
async function* linesOf(source: Socket): AsyncGenerator<Line> {
  try {
    for await (const lines of readLines(source)) yield* lines;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_STREAM_PREMATURE_CLOSE' && !(error instanceof EndlessLine)) throw error;
  } finally {
    source.destroy();
  }
}

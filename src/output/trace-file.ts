// `--trace=FILE`: lines that are in the file when the call returns, so that what a killed program did last is there.
import { writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { IoError } from '../errors.ts';
import { quote } from '../protocol/quote.ts';

export class TraceFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  #error: Error | undefined;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** Opens the file, empty; one that is new is only for its owner to read. Rejects with `IoError`. */
  static async open(path: string): Promise<TraceFile> {
    try {
      return new TraceFile(path, await open(path, 'w', 0o600));
    } catch (error) {
      throw failure(path, error as Error);
    }
  }

  /** Adds a line. The first failure ends the file's part; `close` tells of it. */
  line(text: string): void {
    if (this.#error !== undefined) return;
    try {
      writeFileSync(this.#handle.fd, `${text}\n`);
    } catch (error) {
      this.#error = error as Error;
    }
  }

  /** Rejects with `IoError` when a line could not be written. */
  async close(): Promise<void> {
    await this.#handle.close();
    if (this.#error !== undefined) throw failure(this.#path, this.#error);
  }
}

function failure(path: string, cause: Error): IoError {
  return new IoError(`--trace: cannot write ${quote(path)}: ${cause.message}`, { code: 'trace', cause });
}

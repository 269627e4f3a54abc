// `--trace=FILE`: each line is in the file when the call returns, so that nothing is lost when the program is killed.
import { writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { IoError } from '../errors.ts';
import { quote } from '../protocol/quote.ts';

export class TraceFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #onFailure: (failure: IoError) => void;
  #failure: IoError | undefined;

  private constructor(path: string, handle: FileHandle, onFailure: (failure: IoError) => void) {
    this.#path = path;
    this.#handle = handle;
    this.#onFailure = onFailure;
  }

  /**
   * Opens the file and empties it; only the owner can read a new one. Rejects with `IoError`. `onFailure` is called at
   * once when a line cannot be written, because the command may end with another error.
   */
  static async open(path: string, onFailure: (failure: IoError) => void): Promise<TraceFile> {
    try {
      return new TraceFile(path, await open(path, 'w', 0o600), onFailure);
    } catch (error) {
      throw failure(path, error as Error);
    }
  }

  /** Adds a line. After a failure nothing more is written. */
  line(text: string): void {
    if (this.#failure !== undefined) return;
    try {
      writeFileSync(this.#handle.fd, `${text}\n`);
    } catch (error) {
      this.#failure = failure(this.#path, error as Error);
      this.#onFailure(this.#failure);
    }
  }

  /** Rejects with `IoError` when a line could not be written. */
  async close(): Promise<void> {
    await this.#handle.close();
    if (this.#failure !== undefined) throw this.#failure;
  }
}

function failure(path: string, cause: Error): IoError {
  return new IoError(`--trace: cannot write ${quote(path)}: ${cause.message}`, { code: 'trace', cause });
}

// A file that the user named for lines: a report, a trace. In a real file each line is there when the call returns, so that
// nothing is lost when the program is killed. Whatever else it is (a FIFO, a terminal) may have a slow reader: lines then
// wait for it, within a bound, and nothing of the program waits with them.
import { close, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { isatty, WriteStream } from 'node:tty';
import { promisify } from 'node:util';
import { Failure, IoError } from '../errors.ts';
import type { CodeOf } from '../failure-codes.ts';
import { type OpenPath, openToWrite, whyNot } from '../files/named-path.ts';
import { quote } from '../protocol/quote.ts';
import { BoundedLines } from './bounded-lines.ts';

export interface NamedOutputSettings {
  /** For messages: `--trace`. */
  flag: string;
  path: string;
  /** Of its failures. */
  code: CodeOf<'io'>;
  /** Ends every wait for a reader; a reason that is a `Failure` is what the opening then rejects with. */
  signal: AbortSignal;
  /** The line about lines that a slow reader was not given. */
  describeLeftOut: (lines: number) => string;
  /** No line is ever left out: whoever adds lines waits for `room`. */
  keepsAll?: boolean;
  /** Told at once when a line cannot be written. */
  onFailure?: (failure: Failure) => void;
}

/** Where the lines go. */
interface Target {
  line(text: string): void;
  room(signal: AbortSignal): Promise<void> | undefined;
  close(signal: AbortSignal): Promise<void>;
}

export class NamedOutput {
  readonly #settings: NamedOutputSettings;
  readonly #target: Target;
  #failure: Failure | undefined;
  #isClosed = false;

  private constructor(settings: NamedOutputSettings, opened: OpenPath) {
    this.#settings = settings;
    this.#target = targetOf(opened, settings, error => this.#fail(error));
  }

  /** Opens the file and empties it; only the owner can read a new one. Rejects with `IoError`. */
  static async open(settings: NamedOutputSettings): Promise<NamedOutput> {
    try {
      return new NamedOutput(settings, await openToWrite(settings.path, settings.signal));
    } catch (error) {
      throw failureOf(settings, error);
    }
  }

  /** Adds a line; never waits. After a failure, and after the closing, nothing more is written. */
  line(text: string): void {
    if (this.#failure !== undefined || this.#isClosed) return;
    try {
      this.#target.line(text);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Resolves when there is room for more; nothing while there is. */
  room(): Promise<void> | undefined {
    return this.#target.room(this.#settings.signal);
  }

  /** Resolves when everything is written. Rejects with `IoError` when a line could not be. */
  async close(): Promise<void> {
    this.#isClosed = true; // a socket may end later than the command, and the descriptor be another file's by then
    await this.#target.close(this.#settings.signal);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = failureOf(this.#settings, error);
    this.#settings.onFailure?.(this.#failure);
  }
}

function failureOf({ flag, path, code }: NamedOutputSettings, cause: unknown): Failure {
  if (cause instanceof Failure)
    return new Failure(cause.kind, `${flag}: ${cause.message}: nobody reads ${quote(path)}`, {
      code: cause.code,
    });
  return new IoError(`${flag}: cannot write ${quote(path)}: ${whyNot(cause)}`, { code, cause });
}

function targetOf(
  { fd, stats }: OpenPath,
  settings: NamedOutputSettings,
  onError: (error: Error) => void,
): Target {
  if (stats.isFIFO()) return slow(new Socket({ fd, readable: false, writable: true }), settings, onError);
  if (isatty(fd)) return slow(new WriteStream(fd), settings, onError);
  return {
    line: text => writeFileSync(fd, `${text}\n`),
    room: () => undefined,
    close: () => promisify(close)(fd),
  };
}

function slow(
  stream: Writable,
  { describeLeftOut, keepsAll = false }: NamedOutputSettings,
  onError: (error: Error) => void,
): Target {
  const lines = new BoundedLines(stream, describeLeftOut, onError);
  return {
    line: text => (keepsAll ? lines.always(text) : lines.line(text)),
    room: signal => lines.room(signal),
    close: async signal => {
      await lines.flushed(signal);
      stream.destroy();
    },
  };
}

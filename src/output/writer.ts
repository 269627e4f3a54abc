// Writes stdout; no other file does. It writes whole lines and waits for a slow reader. A reader that has gone
// (`| head -1`) is not an error; every other failure is.
import type { Writable } from 'node:stream';
import { IoError } from '../errors.ts';
import { sanitizeJson } from './sanitize.ts';

/** The events that end a wait for room in stdout. */
const ENDS_OF_WAIT = ['drain', 'error', 'close'] as const;

export class Writer {
  readonly isTerminal: boolean;
  readonly #stream: Writable;
  readonly #gone = new AbortController();
  #error: Error | undefined;

  constructor(stream: Writable, isTerminal: boolean) {
    this.#stream = stream;
    this.isTerminal = isTerminal;
    stream.on('error', error => this.#failed(error as NodeJS.ErrnoException));
  }

  /** Aborts when the reader of stdout has closed it. */
  get readerGone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Writes one line of JSON or text; resolves when there is room for more. Does nothing once the reader has gone. */
  line(text: string): Promise<void> | void {
    return this.lines([text]);
  }

  /** Writes several lines with one call. Throws `IoError` when stdout cannot be written. */
  lines(texts: readonly string[]): Promise<void> | void {
    if (texts.length === 0) return;
    const safe = this.isTerminal ? texts.map(sanitizeJson) : texts;
    return this.raw(`${safe.join('\n')}\n`);
  }

  /** Writes whole lines that are bytes already, each with its newline. */
  bytes(pieces: readonly Buffer[]): Promise<void> | void {
    if (!this.isTerminal) return this.#write(pieces);
    const text = pieces.join('');
    if (text !== '') return this.lines(text.slice(0, -1).split('\n'));
  }

  /** Writes text of this program unchanged: help, a completion script. */
  raw(text: string): Promise<void> | void {
    return this.#write([text]);
  }

  #write(pieces: readonly (string | Buffer)[]): Promise<void> | void {
    this.#check();
    let hasRoom = true;
    for (const piece of pieces) {
      if (this.#gone.signal.aborted) return;
      if (piece.length > 0) hasRoom = this.#stream.write(piece);
    }
    if (!hasRoom) return this.#drained();
  }

  /** Resolves when everything has been handed to the operating system. */
  async flush(): Promise<void> {
    if (this.#stream.writableLength > 0 && !this.#over) {
      await new Promise<void>(resolve => {
        this.#stream.write('', () => resolve());
        this.#gone.signal.addEventListener('abort', () => resolve());
      });
    }
    this.#check();
  }

  get #over(): boolean {
    return this.#gone.signal.aborted || this.#error !== undefined;
  }

  async #drained(): Promise<void> {
    await new Promise<void>(resolve => {
      const done = () => {
        for (const event of ENDS_OF_WAIT) this.#stream.off(event, done);
        resolve();
      };
      for (const event of ENDS_OF_WAIT) this.#stream.on(event, done);
    });
    this.#check();
  }

  #failed(error: NodeJS.ErrnoException): void {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') this.#gone.abort();
    else this.#error ??= error;
  }

  #check(): void {
    if (this.#error === undefined) return;
    throw new IoError(`cannot write to stdout: ${this.#error.message}`, {
      code: 'stdout',
      cause: this.#error,
    });
  }
}

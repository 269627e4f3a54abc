// Writes stdout; no other file does. It writes whole lines and waits for a slow reader. A reader that has gone
// (`| head -1`) is not an error; every other failure is.
import type { Writable } from 'node:stream';
import { IoError } from '../errors.ts';
import { sanitizeJson } from './sanitize.ts';

/** The events that end a wait for room in stdout. */
const ENDS_OF_WAIT = ['drain', 'error', 'close'] as const;

/** How lines are shown to people, where they are not written as they are. */
export interface Presenter {
  /** Whether it shows something else than the lines themselves. */
  readonly isPretty: boolean;
  /** The text to write instead of these lines, with its newlines and safe for a terminal. */
  present(lines: readonly string[]): string;
  /** The rest: what was kept to be shown with others. */
  end(): string;
}

export class Writer {
  readonly isTerminal: boolean;
  readonly #stream: Writable;
  readonly #gone = new AbortController();
  /** The end of the command: from then on nobody waits for a slow reader. */
  readonly #end: AbortSignal | undefined;
  #error: Error | undefined;
  #presenter: Presenter | undefined;
  /** One for all who wait: a listener for each would be too many. */
  #draining: Promise<void> | undefined;
  #abandoned = false;

  constructor(stream: Writable, isTerminal: boolean, end?: AbortSignal) {
    this.#stream = stream;
    this.#end = end;
    this.isTerminal = isTerminal;
    stream.on('error', error => this.#failed(error as NodeJS.ErrnoException));
  }

  /** From now on shows lines in this way. */
  presentBy(presenter: Presenter): void {
    this.#presenter = presenter;
  }

  /** Writes what the presenter kept; nothing is presented after that. */
  endPresentation(): Promise<void> | void {
    const rest = this.#presenter?.end() ?? '';
    this.#presenter = undefined;
    if (rest !== '') return this.raw(rest);
  }

  /** Whether the output is for people and not for programs. */
  get isPretty(): boolean {
    return this.#presenter?.isPretty ?? false;
  }

  /** Aborts when the reader of stdout has closed it. */
  get readerGone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Whether something waits for the reader. */
  get isWaiting(): boolean {
    return this.#stream.writableLength > 0 && !this.#over;
  }

  /** Whether what a reader did not take was given up. Then only an exit ends the process. */
  get isAbandoned(): boolean {
    return this.#abandoned;
  }

  /** Gives up what the reader has not taken, and all that is still to come; false when there is nothing to give up. */
  abandon(): boolean {
    if (!this.isWaiting) return false;
    this.#abandoned = true;
    return true;
  }

  /**
   * Writes one line of JSON or text; resolves when there is room for more, or the command has ended. Does nothing once the
   * reader has gone.
   */
  line(text: string): Promise<void> | void {
    return this.lines([text]);
  }

  /** Writes several lines with one call. Throws `IoError` when stdout cannot be written. */
  lines(texts: readonly string[]): Promise<void> | void {
    if (texts.length === 0) return;
    if (this.#presenter) return this.raw(this.#presenter.present(texts));
    const safe = this.isTerminal ? texts.map(sanitizeJson) : texts;
    return this.raw(`${safe.join('\n')}\n`);
  }

  /** Writes whole lines that are bytes already, each with its newline. */
  bytes(pieces: readonly Buffer[]): Promise<void> | void {
    if (!this.isTerminal && !this.#presenter) return this.#write(pieces);
    const text = pieces.join('');
    if (text !== '') return this.lines(text.slice(0, -1).split('\n'));
  }

  /** Writes lines that somebody made to be read as they are; they are only made safe for a terminal. */
  text(pieces: readonly Buffer[]): Promise<void> | void {
    return this.#write(this.isTerminal ? [sanitizeLines(pieces.join(''))] : pieces);
  }

  /** Writes text of this program unchanged: help, a completion script. */
  raw(text: string): Promise<void> | void {
    return this.#write([text]);
  }

  #write(pieces: readonly (string | Buffer)[]): Promise<void> | void {
    this.#check();
    let hasRoom = true;
    for (const piece of pieces) {
      if (this.#over) return;
      if (piece.length > 0) hasRoom = this.#stream.write(piece);
    }
    if (!hasRoom) return this.#drained();
  }

  /** Resolves when everything has been handed to the operating system, or cannot be. Rejects with `IoError`. */
  async flush(): Promise<void> {
    if (this.isWaiting) await new Promise<void>(resolve => this.#stream.write('', () => resolve()));
    this.#check();
  }

  get #over(): boolean {
    return this.#gone.signal.aborted || this.#error !== undefined || this.#abandoned;
  }

  async #drained(): Promise<void> {
    this.#draining ??= this.#drain();
    await this.#draining;
    this.#check();
  }

  #drain(): Promise<void> {
    if (this.#end?.aborted) return Promise.resolve();
    return new Promise(resolve => {
      const done = () => {
        for (const event of ENDS_OF_WAIT) this.#stream.off(event, done);
        this.#end?.removeEventListener('abort', done);
        this.#draining = undefined;
        resolve();
      };
      for (const event of ENDS_OF_WAIT) this.#stream.on(event, done);
      this.#end?.addEventListener('abort', done);
    });
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

function sanitizeLines(text: string): string {
  return text.split('\n').map(sanitizeJson).join('\n');
}

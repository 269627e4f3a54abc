// Lines for a reader that may be slow, or never read at all: what waits for it is bounded. Beyond the bound lines are left
// out, and a line says how many these were.
import type { Writable } from 'node:stream';

/** Bytes that may wait. */
const MOST_WAITING = 1024 * 1024;

/** With more bytes than these waiting, who can wait does. */
const ENOUGH_WAITING = 256 * 1024;

export class BoundedLines {
  readonly #stream: Writable;
  readonly #describe: (lines: number) => string;
  #leftOut = 0;
  #isGone = false;
  #room: Promise<void> | undefined;

  /** `describe` is the line about lines that were left out. Takes the stream's errors: `onError` is told of the first. */
  constructor(
    stream: Writable,
    describe: (lines: number) => string,
    onError: (error: Error) => void = () => {},
  ) {
    this.#stream = stream;
    this.#describe = describe;
    stream.on('error', error => {
      if (!this.#isGone) onError(error);
      this.#isGone = true;
    });
    stream.on('drain', () => this.#tellLeftOut());
  }

  /** Writes a line, or counts it as left out. */
  line(text: string): void {
    if (this.#leftOut > 0 || this.#stream.writableLength > MOST_WAITING) this.#leftOut++;
    else this.always(text);
  }

  /** Writes a line whatever waits already: there are few of these. */
  always(text: string): void {
    if (this.#isGone) return;
    this.#tellLeftOut();
    this.#stream.write(`${text}\n`);
  }

  /** Resolves when nothing waits any more, the reader has gone, or the signal aborts; nothing while there is room. */
  room(signal: AbortSignal): Promise<void> | undefined {
    if (this.#stream.writableLength <= ENOUGH_WAITING || this.#isGone || signal.aborted) return undefined;
    this.#room ??= this.#until(signal).finally(() => {
      this.#room = undefined;
    });
    return this.#room;
  }

  /** Resolves when everything is written, the reader has gone, or the signal aborts. */
  async flushed(signal: AbortSignal): Promise<void> {
    if (this.#stream.writableLength === 0 || this.#isGone || signal.aborted) return;
    await new Promise<void>(resolve => {
      signal.addEventListener('abort', () => resolve());
      this.#stream.write('', () => resolve());
    });
  }

  #until(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        for (const event of ENDS_OF_WAIT) this.#stream.off(event, done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      for (const event of ENDS_OF_WAIT) this.#stream.on(event, done);
      signal.addEventListener('abort', done);
    });
  }

  #tellLeftOut(): void {
    if (this.#leftOut === 0 || this.#isGone) return;
    const text = this.#describe(this.#leftOut);
    this.#leftOut = 0;
    this.#stream.write(`${text}\n`);
  }
}

const ENDS_OF_WAIT = ['drain', 'error', 'close'] as const;

// One line on a terminal with the progress of a long command; it is erased at the end. Before anything else is
// written to the same stream, the line must be erased.
import type { Writable } from 'node:stream';
import { sanitizeText } from './sanitize.ts';

/** A command that ends earlier shows no progress. */
const PATIENCE_MS = 500;

/** Milliseconds between two updates. */
const PACE_MS = 100;

/** Used when the terminal does not report its width. */
const DEFAULT_COLUMNS = 80;

const ERASE = '\r\u001b[K';

export class Progress {
  readonly #stream: Writable & { columns?: number };
  readonly #describe: () => string;
  #timer: NodeJS.Timeout;
  #isDrawn = false;

  /** Shows the text of `describe` after half a second, nothing while it is empty. Its timer does not keep the process running. */
  constructor(stream: Writable & { columns?: number }, describe: () => string) {
    this.#stream = stream;
    this.#describe = describe;
    this.#timer = setTimeout(() => {
      this.#draw();
      this.#timer = setInterval(() => this.#draw(), PACE_MS).unref();
    }, PATIENCE_MS).unref();
  }

  /** Erases the line so that another can be written; the next update draws it again. */
  erase(): void {
    if (this.#isDrawn) this.#stream.write(ERASE);
    this.#isDrawn = false;
  }

  /** Erases the line and ends the updates. */
  end(): void {
    clearTimeout(this.#timer); // also clears an interval
    this.erase();
  }

  #draw(): void {
    const text = sanitizeText(this.#describe());
    if (text === '') return this.erase();
    const width = (this.#stream.columns || DEFAULT_COLUMNS) - 1;
    this.#stream.write(ERASE + text.slice(0, width));
    this.#isDrawn = true;
  }
}

// One line on a terminal that says how far a long command is; it takes itself away. Whoever writes to the same
// stream must erase it first.
import type { Writable } from 'node:stream';
import { sanitizeText } from './sanitize.ts';

/** Commands that end sooner show nothing. */
const PATIENCE_MS = 500;

/** Between two drawings. */
const PACE_MS = 100;

/** A terminal that does not say how wide it is. */
const DEFAULT_COLUMNS = 80;

const ERASE = '\r\u001b[K';

export class Progress {
  readonly #stream: Writable & { columns?: number };
  readonly #describe: () => string;
  #timer: NodeJS.Timeout;
  #isDrawn = false;

  /** Shows what `describe` says, from half a second from now on; it keeps no program alive. */
  constructor(stream: Writable & { columns?: number }, describe: () => string) {
    this.#stream = stream;
    this.#describe = describe;
    this.#timer = setTimeout(() => {
      this.#draw();
      this.#timer = setInterval(() => this.#draw(), PACE_MS).unref();
    }, PATIENCE_MS).unref();
  }

  /** Makes room for another line; the next drawing comes by itself. */
  erase(): void {
    if (this.#isDrawn) this.#stream.write(ERASE);
    this.#isDrawn = false;
  }

  /** Takes the line away for good. */
  end(): void {
    clearTimeout(this.#timer); // of an interval too
    this.erase();
  }

  #draw(): void {
    const width = (this.#stream.columns || DEFAULT_COLUMNS) - 1;
    this.#stream.write(ERASE + sanitizeText(this.#describe()).slice(0, width));
    this.#isDrawn = true;
  }
}

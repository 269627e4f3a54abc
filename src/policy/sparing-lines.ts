// Lines for the log that outsiders can cause at will: so many in a span of time, and then how many were left out. It needs
// no clock but a timer, which keeps no process running.

export interface Pace {
  /** Lines in a span. */
  most: number;
  /** The length of a span, milliseconds. */
  span: number;
}

export class SparingLines {
  readonly #tell: (line: string) => void;
  readonly #pace: Pace;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (line: string) => void, pace: Pace) {
    this.#tell = tell;
    this.#pace = pace;
  }

  /** Tells a line, or counts it as left out. */
  line(text: string): void {
    this.#timer ??= setTimeout(() => this.close(), this.#pace.span).unref();
    if (++this.#count <= this.#pace.most) this.#tell(text);
  }

  /** The span is over, or there will be no more lines. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const leftOut = this.#count - this.#pace.most;
    this.#count = 0;
    if (leftOut > 0) this.#tell(`${leftOut} more ${leftOut === 1 ? 'line was' : 'lines were'} left out`);
  }
}

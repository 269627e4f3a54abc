// Bytes to numbered lines of text: CRLF, a BOM, a last line without a newline, lines too long to hold, bytes
// that are no UTF-8. A fault is a line's own and never touches its neighbours.

export interface Line {
  /** From 1. */
  number: number;
  text: string;
  /** Why there is no text. */
  problem?: string;
}

/** The longest line held in memory. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Cuts a byte stream into lines, one array for each chunk, so that no event costs a promise of its own. */
export async function* readLines(source: AsyncIterable<Buffer>): AsyncGenerator<Line[]> {
  const cutter = new LineCutter();
  for await (const chunk of source) {
    const lines = cutter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = cutter.end();
  if (last) yield [last];
}

class LineCutter {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #number = 0;
  #parts: Buffer[] = [];
  #size = 0;

  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, at));
      lines.push(this.#finish());
      start = at + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  end(): Line | undefined {
    return this.#size > 0 ? this.#finish() : undefined;
  }

  #keep(part: Buffer): void {
    this.#size += part.length;
    if (this.#size <= MAX_LINE_BYTES) this.#parts.push(part);
    else this.#parts = [];
  }

  #finish(): Line {
    const whole = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    const bytes = whole.at(-1) === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole;
    const size = this.#size;
    this.#parts = [];
    this.#size = 0;
    const number = ++this.#number;
    if (size > MAX_LINE_BYTES) return { number, text: '', problem: `a line of ${size} bytes is too long` };
    try {
      return { number, text: this.#decoder.decode(bytes) };
    } catch {
      return { number, text: '', problem: 'not UTF-8' };
    }
  }
}

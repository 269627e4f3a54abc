// Cuts bytes into numbered lines: handles CRLF, a BOM, a last line without a newline, lines that are too long, and
// bytes that are not UTF-8. A bad line never affects the next one.
import { isUtf8 } from 'node:buffer';
import { encodingFault, isUtf16 } from '../encoding.ts';

export class Line {
  /** From 1. */
  readonly number: number;
  /** UTF-8 without the line ending; empty when there is a problem. */
  readonly bytes: Buffer;
  /** Why the line cannot be used. */
  readonly problem: string | undefined;

  constructor(number: number, bytes: Buffer, problem?: string) {
    this.number = number;
    this.bytes = bytes;
    this.problem = problem;
  }

  /** Without a byte order mark. Decoded on demand: most events are read from their bytes. */
  get text(): string {
    const begin = hasMark(this.bytes) ? BYTE_ORDER_MARK.length : 0;
    return this.bytes.toString('utf8', begin);
  }
}

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

function hasMark(bytes: Buffer): boolean {
  return bytes[0] === BYTE_ORDER_MARK[0] && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
}

/** The longest line held in memory. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Cuts a byte stream into lines; yields one array for each chunk, because a promise for each line is slow. UTF-16 has
 * other lines: it ends at the first, which says so.
 */
export async function* readLines(source: AsyncIterable<Buffer>): AsyncGenerator<Line[]> {
  const cutter = new LineCutter();
  for await (const chunk of source) {
    const lines = cutter.push(chunk);
    if (lines.length > 0) yield lines;
    if (cutter.isUtf16) return;
  }
  const last = cutter.end();
  if (last) yield [last];
}

class LineCutter {
  isUtf16 = false;
  #number = 0;
  #parts: Buffer[] = [];
  #size = 0;

  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0 && !this.isUtf16; at = chunk.indexOf(NEWLINE, start)) {
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
    if (size > MAX_LINE_BYTES) return new Line(number, NOTHING, `a line of ${size} bytes is too long`);
    if (number === 1) this.isUtf16 = isUtf16(whole);
    if (isUtf8(bytes) && !this.isUtf16) return new Line(number, bytes);
    return new Line(number, NOTHING, encodingFault(whole));
  }
}

const NOTHING = Buffer.alloc(0);

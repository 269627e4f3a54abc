// Cuts bytes into numbered lines: handles CRLF, a BOM, a last line without a newline, lines that are too long, and
// bytes that are not UTF-8. A bad line never affects the next one.
import { isUtf8 } from 'node:buffer';
import { encodingFault, isOtherThanLines } from '../encoding.ts';
import { GatheredBytes } from '../files/gathered-bytes.ts';

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

/** What has no newline for so long has none at all: /dev/zero, a disk. */
const ENDLESS_BYTES = 1024 ** 3;

/** The input is no text in lines. */
export class EndlessLine extends Error {
  override name = 'EndlessLine';

  constructor(line: number) {
    super(`line ${line} does not end within 1 GiB: this is no JSONL`);
  }
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Cuts a byte stream into lines; yields one array for each chunk, because a promise for each line is slow. What is
 * UTF-16 or compressed has other lines: it ends at the first, which says so.
 */
export async function* readLines(source: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Line[]> {
  const cutter = new LineCutter();
  for await (const chunk of source) {
    const lines = cutter.push(chunk);
    if (lines.length > 0) yield lines;
    if (cutter.isOver) return;
  }
  const last = cutter.end();
  if (last) yield [last];
}

class LineCutter {
  /** Whether nothing that follows can be read. */
  isOver = false;
  #number = 0;
  /** What has come of a line that does not end in the chunk it began in. */
  readonly #begun = new GatheredBytes();
  /** Bytes of a line that is too long, of which nothing is kept. */
  #tooLong = 0;

  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0 && !this.isOver; at = chunk.indexOf(NEWLINE, start)) {
      lines.push(this.#finish(chunk.subarray(start, at)));
      start = at + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  end(): Line | undefined {
    return this.#begun.size > 0 || this.#tooLong > 0 ? this.#finish(NOTHING) : undefined;
  }

  #keep(part: Buffer): void {
    const size = this.#begun.size + this.#tooLong + part.length;
    if (size <= MAX_LINE_BYTES) return this.#begun.add(part);
    if (size > ENDLESS_BYTES) throw new EndlessLine(this.#number + 1);
    this.#begun.clear();
    this.#tooLong = size;
  }

  #finish(rest: Buffer): Line {
    const number = ++this.#number;
    const size = this.#begun.size + this.#tooLong + rest.length;
    const whole = this.#take(rest, size);
    if (whole === undefined) return new Line(number, NOTHING, `a line of ${size} bytes is too long`);
    const bytes = whole.at(-1) === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole;
    if (number === 1) this.isOver = isOtherThanLines(whole);
    if (isUtf8(bytes) && !this.isOver) return new Line(number, bytes);
    return new Line(number, NOTHING, encodingFault(whole));
  }

  /** The whole line that ends with `rest`; undefined when it is too long. */
  #take(rest: Buffer, size: number): Buffer | undefined {
    const isShort = size <= MAX_LINE_BYTES;
    if (isShort && this.#begun.size === 0) return rest; // most lines: no byte of them is copied
    if (isShort) this.#begun.add(rest);
    const whole = this.#begun.take();
    this.#tooLong = 0;
    return isShort ? whole : undefined;
  }
}

const NOTHING = Buffer.alloc(0);

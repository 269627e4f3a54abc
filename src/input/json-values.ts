// Reads JSONL, pretty-printed JSON and JSON arrays, without being told which. A bad line affects no other line: what
// follows is read as if the bad line were not there.
import { jsonFault } from '../protocol/quote.ts';
import { type Line, readLines } from './lines.ts';
import { OpenLines } from './open-lines.ts';

/** One JSON document, or why it is not one; `line` is where it begins. */
export type JsonItem = { line: number; value: unknown } | { line: number; problem: string };

/** The values of those lines that it knows how to read faster than `JSON.parse` does; undefined for the others. */
export type LineReader = (lines: readonly Line[]) => readonly unknown[];

/** Items that are handed over at once when many come of lines that were read before. */
const MANY = 1000;

/** Reads every JSON document of a byte stream; yields one array for each chunk of input, or more. */
export async function* readJsonValues(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  read: LineReader = () => [],
): AsyncGenerator<JsonItem[]> {
  const framer = new JsonFramer();
  for await (const lines of readLines(source)) {
    const values = read(lines);
    for (let i = 0; i < lines.length; i++) {
      const pauses = framer.push(lines[i]!, values[i]);
      if (pauses) for (const _ of pauses) yield framer.take();
    }
    if (framer.hasItems) yield framer.take();
  }
  for (const _ of framer.end()) yield framer.take();
  if (framer.hasItems) yield framer.take();
}

class JsonFramer {
  #items: JsonItem[] = [];
  #open: OpenLines | undefined;

  get hasItems(): boolean {
    return this.#items.length > 0;
  }

  take(): JsonItem[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /**
   * Reads a line, whose value is known where it was read already; where many lines before it are told of only now, it
   * pauses so that their items can be taken.
   */
  push(line: Line, value: unknown): Iterable<void> | undefined {
    return this.#open ? this.#continue(this.#open, line) : this.#begin(line, value);
  }

  /** The document that is open has no end. */
  *end(): Generator<void> {
    if (this.#open) yield* this.#giveUp(this.#open, this.#open.next);
  }

  #begin(line: Line, value?: unknown): undefined {
    if (value !== undefined) this.#items.push({ line: line.number, value });
    else if (line.problem !== undefined) this.#items.push({ line: line.number, problem: line.problem });
    else if (!isBlank(line.bytes)) this.#parse(line);
  }

  #parse(line: Line): void {
    try {
      this.#items.push({ line: line.number, value: JSON.parse(line.text) });
    } catch (error) {
      const open = new OpenLines(line.number);
      if (open.push(line) === 'more') this.#open = open;
      else this.#items.push({ line: line.number, problem: jsonFault(error) });
    }
  }

  #continue(open: OpenLines, line: Line): Iterable<void> | undefined {
    const scan = line.problem === undefined ? open.push(line) : 'bad';
    if (scan === 'bad') return this.#giveUpAt(open, line);
    if (open.begin > open.untold) return this.#tellBefore(open, scan);
    if (scan === 'done') this.#finish(open);
    return undefined;
  }

  #finish(open: OpenLines): void {
    this.#open = undefined;
    this.#items.push({ line: open.begin, value: JSON.parse(open.textOf(open.begin, open.next - 1)) });
  }

  /** The document was given up for one that began inside of it. */
  *#tellBefore(open: OpenLines, scan: 'more' | 'done'): Generator<void> {
    yield* this.#tell(open, open.begin);
    if (scan === 'done') this.#finish(open);
  }

  /** With this line nothing that is open can become JSON; it may begin something itself. */
  *#giveUpAt(open: OpenLines, line: Line): Generator<void> {
    yield* this.#giveUp(open, line.number);
    this.#begin(line);
  }

  *#giveUp(open: OpenLines, until: number): Generator<void> {
    yield* this.#tell(open, until);
    this.#open = undefined;
  }

  /** Tells of the lines before this one. */
  *#tell(open: OpenLines, until: number): Generator<void> {
    for (let number = open.untold; number < until; ) {
      number = this.#tellOne(open, number);
      if (this.#items.length >= MANY) yield;
    }
    open.tell(until);
  }

  /** Tells of what begins in this line; returns the line behind that. */
  #tellOne(open: OpenLines, number: number): number {
    const line = open.lineAt(number);
    if (isBlank(line.bytes)) return number + 1;
    try {
      this.#items.push({ line: number, value: JSON.parse(line.text) });
      return number + 1;
    } catch (error) {
      const lastLine = open.lastLineOf(number);
      if (lastLine === 0) this.#items.push({ line: number, problem: jsonFault(error) });
      else this.#items.push({ line: number, value: JSON.parse(open.textOf(number, lastLine)) });
      return Math.max(lastLine, number) + 1;
    }
  }
}

function isBlank(bytes: Buffer): boolean {
  const first = bytes[0] ?? BLANK;
  return (first <= BLANK || first > ASCII) && bytes.toString('utf8').trim() === '';
}

const BLANK = 0x20;
const ASCII = 0x7f;

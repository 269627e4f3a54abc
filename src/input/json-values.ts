// Reads JSONL, pretty-printed JSON and JSON arrays, without being told which. A bad line affects no other line: what
// follows is read as if the bad line were not there.
import { JsonScanner } from './json-scanner.ts';
import { type Line, MAX_LINE_BYTES, readLines } from './lines.ts';

/** One JSON document, or why it is not one; `line` is where it begins. */
export type JsonItem = { line: number; value: unknown } | { line: number; problem: string };

/** A document that continues after its first line. */
interface OpenDocument {
  lines: Line[];
  size: number;
  scanner: JsonScanner;
}

/** The value of a document of one line. Throws `SyntaxError` when the line is not one. */
export type LineParser = (line: Line) => unknown;

/** Reads every JSON document of a byte stream; yields one array for each chunk of input. */
export async function* readJsonValues(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  parse: LineParser = line => JSON.parse(line.text),
): AsyncGenerator<JsonItem[]> {
  const framer = new JsonFramer(parse);
  for await (const lines of readLines(source)) {
    const items: JsonItem[] = [];
    for (const line of lines) framer.push(line, items);
    if (items.length > 0) yield items;
  }
  const rest: JsonItem[] = [];
  framer.end(rest);
  if (rest.length > 0) yield rest;
}

class JsonFramer {
  readonly #parser: LineParser;
  #document: OpenDocument | undefined;

  constructor(parser: LineParser) {
    this.#parser = parser;
  }

  push(line: Line, items: JsonItem[]): void {
    // All lines of a bad document but the first return to this list. The next line to read is its last one.
    const lines = [line];
    for (let next = lines.pop(); next !== undefined; next = lines.pop()) {
      const again = this.#document ? this.#continue(this.#document, next, items) : this.#begin(next, items);
      for (let i = again.length - 1; i >= 0; i--) lines.push(again[i]!);
    }
  }

  end(items: JsonItem[]): void {
    while (this.#document) {
      for (const line of this.#giveUp(this.#document, items)) this.push(line, items);
    }
  }

  #begin(line: Line, items: JsonItem[]): Line[] {
    if (line.problem !== undefined) items.push({ line: line.number, problem: line.problem });
    else if (!isBlank(line.bytes)) this.#parse(line, items);
    return [];
  }

  #parse(line: Line, items: JsonItem[]): void {
    try {
      items.push({ line: line.number, value: this.#parser(line) });
    } catch (error) {
      const scanner = new JsonScanner();
      if (scanner.feed(line.text) === 'more')
        this.#document = { lines: [line], size: line.text.length, scanner };
      else items.push({ line: line.number, problem: notJson(error) });
    }
  }

  /** Adds a line to the open document. When it cannot become JSON, returns the lines to read again. */
  #continue(document: OpenDocument, line: Line, items: JsonItem[]): Line[] {
    document.lines.push(line);
    document.size += line.text.length + 1;
    const scan =
      line.problem === undefined && document.size <= MAX_LINE_BYTES
        ? document.scanner.feed(line.text)
        : 'bad';
    if (scan === 'more') return [];
    if (scan === 'bad') return this.#giveUp(document, items);
    this.#document = undefined;
    return this.#finish(document, items);
  }

  #finish(document: OpenDocument, items: JsonItem[]): Line[] {
    try {
      const value = JSON.parse(document.lines.map(line => line.text).join('\n'));
      items.push({ line: document.lines[0]!.number, value });
      return [];
    } catch {
      return this.#giveUp(document, items);
    }
  }

  #giveUp({ lines: [first, ...rest] }: OpenDocument, items: JsonItem[]): Line[] {
    this.#document = undefined;
    try {
      JSON.parse(first!.text);
    } catch (error) {
      items.push({ line: first!.number, problem: notJson(error) });
    }
    return rest;
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes[0] !== OPEN_OBJECT && bytes.toString('utf8').trim() === '';
}

const OPEN_OBJECT = 0x7b;

function notJson(error: unknown): string {
  return `not JSON: ${(error as Error).message}`;
}

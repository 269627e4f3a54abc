// The lines of a JSON document that has not ended yet. They are kept as bytes, since there may be millions of them.
import { GatheredBytes } from '../files/gathered-bytes.ts';
import { JsonScanner, type Scan } from './json-scanner.ts';
import { Line, MAX_LINE_BYTES } from './lines.ts';

const NEWLINE = Buffer.from('\n');

export class OpenLines {
  /** The number of the first line that is kept. */
  #first: number;
  /** The first line that is still to be told of. Those from it up to the document are given up. */
  #untold: number;
  readonly #scanner = new JsonScanner((start, end) => {
    this.#lastLines[start - this.#first] = end;
  });
  #bytes = new GatheredBytes();
  /** Of each line where it ends in the bytes, its newline included. */
  #ends: number[] = [];
  /** Of each line the last line of the document that begins in it, if there is one; else 0. */
  #lastLines: number[] = [];

  /** `number` is that of the first line. */
  constructor(number: number) {
    this.#first = number;
    this.#untold = number;
  }

  get untold(): number {
    return this.#untold;
  }

  /** The line that the document begins in; after the first untold one when it was given up for one inside of it. */
  get begin(): number {
    return this.#scanner.first;
  }

  /** The number of the next line. */
  get next(): number {
    return this.#first + this.#ends.length;
  }

  /** Reads the next line; a line that makes the document bad is not kept. */
  push({ number, text, bytes }: Line): Scan {
    while (number > this.#first && this.#size + bytes.length > MAX_LINE_BYTES)
      if (!this.#scanner.shed()) return 'bad';
    this.#lastLines.push(0);
    const scan = this.#scanner.feed(text, number);
    if (scan === 'bad') return 'bad';
    this.#bytes.add(Buffer.from(text));
    this.#bytes.add(NEWLINE);
    this.#ends.push(this.#bytes.size);
    return scan;
  }

  /** The bytes of the document so far. */
  get #size(): number {
    return this.#bytes.size - this.#beginOf(this.begin);
  }

  lineAt(number: number): Line {
    return new Line(number, this.#bytesOf(number, number));
  }

  /** The last line of the document that begins in this line; 0 when there is none. */
  lastLineOf(number: number): number {
    return this.#lastLines[number - this.#first]!;
  }

  textOf(from: number, to: number): string {
    return this.#bytesOf(from, to).toString('utf8');
  }

  /** The lines before this one have been told of, and are forgotten. */
  tell(number: number): void {
    this.#untold = number;
    const count = number - this.#first;
    // What is left is moved only when it is the smaller part: so each byte is moved once at most, on average.
    if (count * 2 < this.#ends.length) return;
    const start = this.#beginOf(number);
    const rest = new GatheredBytes();
    rest.add(this.#bytes.view(start, this.#bytes.size));
    this.#bytes = rest;
    this.#ends = this.#ends.slice(count).map(end => end - start);
    this.#lastLines = this.#lastLines.slice(count);
    this.#first = number;
  }

  #bytesOf(from: number, to: number): Buffer {
    return this.#bytes.view(this.#beginOf(from), this.#ends[to - this.#first]! - NEWLINE.length);
  }

  #beginOf(number: number): number {
    return this.#ends[number - this.#first - 1] ?? 0;
  }
}

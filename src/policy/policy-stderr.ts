// What a policy program writes to its stderr, for the log: lines of bounded length, so many in a second. A program that
// writes very much has to wait, as it would for a slow terminal.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { SparingLines } from './sparing-lines.ts';

/** Characters of a line that are told. */
const LONGEST = 1000;

const PACE = { most: 20, span: 1000 };

/** Bytes after which nothing is read for the rest of a second. */
const MOST_BYTES = 1024 * 1024;

/** Tells the lines of a stream until it ends. */
export function tellStderr(stderr: Readable, tell: (line: string) => void): void {
  const lines = new SparingLines(tell, PACE);
  const cut = new CutLines(line => lines.line(line));
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  const goOn = () => {
    timer = undefined;
    bytes = 0;
    stderr.resume();
  };
  stderr.on('data', (chunk: Buffer) => {
    cut.read(chunk);
    bytes += chunk.length;
    timer ??= setTimeout(goOn, PACE.span).unref();
    if (bytes > MOST_BYTES) stderr.pause();
  });
  stderr.on('close', () => {
    clearTimeout(timer);
    cut.end();
    lines.close();
  });
}

/** Cuts text into lines; of a long line the begin is kept. */
class CutLines {
  readonly #take: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #begin = '';
  #length = 0;

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  read(chunk: Buffer): void {
    const [first = '', ...others] = this.#decoder.write(chunk).split('\n');
    this.#add(first);
    for (const text of others) {
      this.end();
      this.#add(text);
    }
  }

  end(): void {
    const cut = this.#length > this.#begin.length ? `… (${this.#length} characters)` : '';
    if (this.#begin.trim() !== '') this.#take(this.#begin + cut);
    [this.#begin, this.#length] = ['', 0];
  }

  #add(text: string): void {
    this.#begin += text.slice(0, LONGEST - this.#begin.length);
    this.#length += text.length;
  }
}

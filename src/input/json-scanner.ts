// Decides line by line whether text can still become one JSON document. Without it, a truncated line would take in
// all lines after it.

type Expectation = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/** `more`: the document continues in the next line; `bad`: no continuation can make it JSON. */
export type Scan = 'more' | 'done' | 'bad';

/** No event is nested deeper; deeper input is an attack. */
const MAX_DEPTH = 64;

const TOKEN = /[ \t\r]*(?:([{}[\],:])|(")|(-?\d[\d.eE+-]*|true|false|null)|$)/y;

/** A piece of a string. Its length is bounded, because repeating a group uses stack and strings can be long. */
const PIECE = /(?:[^"\\\u0000-\u001f]|\\.){0,4096}/y;

/** Where a string ends whose first quote is before `start`; undefined when it does not end in this line. */
function endOfString(line: string, start: number): number | undefined {
  PIECE.lastIndex = start;
  while (PIECE.exec(line)![0] !== '');
  return line[PIECE.lastIndex] === '"' ? PIECE.lastIndex + 1 : undefined;
}

export class JsonScanner {
  readonly #open: ('{' | '[')[] = [];
  #expect: Expectation = 'value';

  /** Reads the next line. */
  feed(line: string): Scan {
    for (let at: number | undefined = 0; at < line.length; ) {
      TOKEN.lastIndex = at;
      const token = TOKEN.exec(line);
      if (!token) return 'bad';
      const [, mark, quote, scalar] = token;
      at = quote === undefined ? TOKEN.lastIndex : endOfString(line, TOKEN.lastIndex);
      if (at === undefined) return 'bad';
      if (mark !== undefined && !this.#mark(mark)) return 'bad';
      if (quote !== undefined && !this.#text()) return 'bad';
      if (scalar !== undefined && !this.#value()) return 'bad';
    }
    return this.#expect === 'nothing' ? 'done' : 'more';
  }

  #text(): boolean {
    return this.#step('key', 'colon') || this.#step('key-or-end', 'colon') || this.#value();
  }

  #value(): boolean {
    if (!this.#expectsValue) return false;
    this.#closeValue();
    return true;
  }

  #mark(mark: string): boolean {
    switch (mark) {
      case '{':
      case '[':
        return this.#enter(mark);
      case '}':
        return this.#leave('{', this.#expect === 'key-or-end' || this.#expect === 'comma-or-end');
      case ']':
        return this.#leave('[', this.#expect === 'value-or-end' || this.#expect === 'comma-or-end');
      case ':':
        return this.#step('colon', 'value');
      default:
        return this.#step('comma-or-end', this.#open.at(-1) === '{' ? 'key' : 'value');
    }
  }

  get #expectsValue(): boolean {
    return this.#expect === 'value' || this.#expect === 'value-or-end';
  }

  #enter(mark: '{' | '['): boolean {
    if (!this.#expectsValue || this.#open.length >= MAX_DEPTH) return false;
    this.#open.push(mark);
    this.#expect = mark === '{' ? 'key-or-end' : 'value-or-end';
    return true;
  }

  #leave(mark: '{' | '[', allowed: boolean): boolean {
    if (!allowed || this.#open.pop() !== mark) return false;
    this.#closeValue();
    return true;
  }

  #step(from: Expectation, to: Expectation): boolean {
    if (this.#expect !== from) return false;
    this.#expect = to;
    return true;
  }

  #closeValue(): void {
    this.#expect = this.#open.length === 0 ? 'nothing' : 'comma-or-end';
  }
}

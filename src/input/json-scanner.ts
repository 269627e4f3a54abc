// Decides line by line whether text can still become one JSON document. Without it, a truncated line would take in
// all lines after it. On the way it learns of every line that begins with a `[` or `{` where that document would end if
// it began there: so no line has to be read again when the document that it is part of fails.

type Expectation = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/** `more`: the document continues in the next line; `bad`: no continuation can make it JSON. */
export type Scan = 'more' | 'done' | 'bad';

/** No event is nested deeper; deeper input is an attack. */
const MAX_DEPTH = 64;

/** A token, exactly as JSON has it: what is `done` is JSON. */
const TOKEN = /[ \t\r]*(?:([{}[\],:])|(")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|$)/y;

/** A piece of a string. Its length is bounded, because repeating a group uses stack and strings can be long. */
const PIECE = /(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4})){0,4096}/y;

/** Where a string ends whose first quote is before `start`; undefined when it does not end in this line. */
function endOfString(line: string, start: number): number | undefined {
  PIECE.lastIndex = start;
  while (PIECE.exec(line)![0] !== '');
  return line[PIECE.lastIndex] === '"' ? PIECE.lastIndex + 1 : undefined;
}

/** Told of a document that began in line `start`, inside of the one that is read, and ended with line `end`. */
export type OnInner = (start: number, end: number) => void;

export class JsonScanner {
  readonly #open: ('{' | '[')[] = [];
  /** Of each that is open: the line that begins with it, or 0. */
  readonly #begun: number[] = [];
  readonly #onInner: OnInner;
  #expect: Expectation = 'value';
  #line = 0;
  /** Nothing has been read of the line yet. */
  #atBegin = true;
  /** The document that ends with the line, if nothing follows. */
  #ended = 0;

  constructor(onInner: OnInner = () => {}) {
    this.#onInner = onInner;
  }

  /** The line that the document begins in, or began in when it is `done`. */
  get first(): number {
    return this.#begun[0] ?? this.#ended;
  }

  /** Reads the next line. */
  feed(line: string, number = 1): Scan {
    this.#line = number;
    this.#atBegin = true;
    this.#ended = 0;
    for (let at: number | undefined = 0; at < line.length; ) {
      TOKEN.lastIndex = at;
      const token = TOKEN.exec(line);
      if (!token) return 'bad';
      const [, mark, quote, scalar] = token;
      at = quote === undefined ? TOKEN.lastIndex : endOfString(line, TOKEN.lastIndex);
      if (at === undefined) return 'bad';
      if ((mark ?? quote ?? scalar) === undefined) break;
      this.#ended = 0;
      if (mark !== undefined && !this.#mark(mark)) return 'bad';
      if (quote !== undefined && !this.#text()) return 'bad';
      if (scalar !== undefined && !this.#value()) return 'bad';
      this.#atBegin = false;
    }
    if (this.#ended > 0) this.#onInner(this.#ended, number);
    return this.#expect === 'nothing' ? 'done' : 'more';
  }

  /**
   * Gives up the document, and goes on with the first that begins a line inside of it and is still open: nothing else
   * would come of reading it anew. False when there is none.
   */
  shed(): boolean {
    const next = this.#begun.findIndex((line, depth) => depth > 0 && line > 0);
    if (next < 0) return false;
    this.#open.splice(0, next);
    this.#begun.splice(0, next);
    return true;
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
    if (!this.#expectsValue) return false;
    this.#open.push(mark);
    this.#begun.push(this.#atBegin ? this.#line : 0);
    this.#expect = mark === '{' ? 'key-or-end' : 'value-or-end';
    return this.#open.length <= MAX_DEPTH || this.shed();
  }

  #leave(mark: '{' | '[', allowed: boolean): boolean {
    if (!allowed || this.#open.pop() !== mark) return false;
    this.#ended = this.#begun.pop()!;
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

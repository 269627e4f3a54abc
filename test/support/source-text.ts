// TypeScript source as text, without a parser: comments blanked, and the contents of strings too where they would be
// taken for code. Every character keeps its place, so that an offset means the same in both.

/** What may stand before a `/` that begins a regular expression; after anything else it divides. */
const BEFORE_REGEX =
  /(?:^|[(,=:[!&|?{};<>+*%~^-]|\b(?:return|typeof|case|in|of|do|else|void|throw|await|yield))\s*$/;

/** The source without comments: prose about code is not code. */
export function withoutComments(source: string): string {
  return new Blanking(source, false).run();
}

/** The source without comments and without what stands in strings, templates and regular expressions. */
export function codeOnly(source: string): string {
  return new Blanking(source, true).run();
}

/** The number of the line, from 1, in which this offset lies. */
export function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let i = source.indexOf('\n'); i >= 0 && i < offset; i = source.indexOf('\n', i + 1)) line++;
  return line;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The offset of the bracket that closes the one at `open`. The source must hold code only. */
export function closingBracket(code: string, open: number): number {
  const [opening, closing] = [code[open]!, CLOSING[code[open]!]];
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    if (code[i] === opening) depth++;
    else if (code[i] === closing && --depth === 0) return i;
  }
  throw new Error(`unclosed ${opening} in line ${lineAt(code, open)}`);
}

class Blanking {
  readonly #source: string;
  readonly #strings: boolean;
  #at = 0;
  #result = '';

  constructor(source: string, strings: boolean) {
    this.#source = source;
    this.#strings = strings;
  }

  run(): string {
    while (this.#at < this.#source.length) this.#step();
    return this.#result;
  }

  #step(): void {
    const next = this.#source[this.#at]!;
    if (this.#source.startsWith('//', this.#at)) this.#blank(this.#until('\n'));
    else if (this.#source.startsWith('/*', this.#at)) this.#blank(this.#until('*/') + 2);
    else if (next === "'" || next === '"') this.#text(this.#endOfText(next));
    else if (next === '`') this.#template();
    else if (next === '/' && this.#regexMayBegin()) this.#text(this.#endOfRegex());
    else this.#keep(1);
  }

  #regexMayBegin(): boolean {
    return BEFORE_REGEX.test(this.#result.slice(-80));
  }

  #until(mark: string): number {
    const found = this.#source.indexOf(mark, this.#at);
    return found < 0 ? this.#source.length : found;
  }

  #endOfText(quote: string): number {
    let i = this.#at + 1;
    while (i < this.#source.length && this.#source[i] !== quote) i += this.#source[i] === '\\' ? 2 : 1;
    return i;
  }

  #endOfRegex(): number {
    let inClass = false;
    let i = this.#at + 1;
    for (; i < this.#source.length; i++) {
      const next = this.#source[i];
      if (next === '\\') i++;
      else if (next === '[') inClass = true;
      else if (next === ']') inClass = false;
      else if (next === '/' && !inClass) break;
    }
    return i;
  }

  /** From one quote to the other; the quotes stay. */
  #text(end: number): void {
    this.#keep(1);
    if (this.#strings) this.#blank(end);
    else this.#keep(end - this.#at);
    this.#keep(1);
  }

  /** What stands in `${}` is code again. */
  #template(): void {
    this.#keep(1);
    while (this.#at < this.#source.length && this.#source[this.#at] !== '`') {
      if (this.#source.startsWith('${', this.#at)) this.#placeholder();
      else if (this.#source[this.#at] === '\\') this.#passText(2);
      else this.#passText(1);
    }
    this.#keep(1);
  }

  #placeholder(): void {
    this.#passText(1); // the dollar sign
    this.#keep(1);
    for (let depth = 1; depth > 0 && this.#at < this.#source.length; ) {
      const next = this.#source[this.#at];
      if (next === '{') depth++;
      else if (next === '}') depth--;
      this.#step();
    }
  }

  #passText(length: number): void {
    if (this.#strings) this.#blank(this.#at + length);
    else this.#keep(length);
  }

  #keep(length: number): void {
    this.#result += this.#source.slice(this.#at, this.#at + length);
    this.#at += length;
  }

  #blank(end: number): void {
    this.#result += this.#source.slice(this.#at, end).replace(/[^\n]/g, ' ');
    this.#at = end;
  }
}

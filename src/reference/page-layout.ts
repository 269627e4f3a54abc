// Help as a terminal shows it: long lines broken at words, under the column they began in, and headings in bold. The texts
// themselves know nothing of it: in a pipe they stay as they are.

export interface Page {
  /** Columns of the terminal. */
  readonly width: number;
  /** Makes a heading of a text. */
  readonly strong: (text: string) => string;
}

/** A terminal that is narrower breaks lines by itself. */
const LEAST_WIDTH = 40;

/** The least room for a second column; with less, its lines begin further left. */
const LEAST_COLUMN = 24;

/** The text with its lines broken and its headings made strong. */
export function layOut(text: string, { width, strong }: Page): string {
  const lines = text.split('\n');
  return lines
    .flatMap((line, at) => {
      if (isHeading(lines, at)) return [strong(line)];
      if (isExample(lines, at)) return brokenCommand(line, width);
      if (/^ +nost (?!.*\S {2,}\S)/.test(line)) return [line]; // perhaps to be pasted
      const [first = '', ...rest] = broken(line, width);
      return [first.replace(/^Usage:/, strong), ...rest];
    })
    .join('\n');
}

/** How many rows of a terminal the text takes. */
export function rowsOf(text: string, width: number): number {
  const lines = layOut(text, { width, strong: line => line }).split('\n');
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / width)), 0);
}

/** A line by itself at the left edge, with something below it that is not. */
function isHeading(lines: readonly string[], at: number): boolean {
  const [before = '', line = '', next = ''] = [lines[at - 1], lines[at], lines[at + 1]];
  if (!/^\S.{0,60}$/.test(line) || before !== '' || /^Usage:|\.$/.test(line)) return false;
  return /^ +\S/.test(next) || (at === 0 && next === '');
}

/** A line of shell, below a comment. */
function isExample(lines: readonly string[], at: number): boolean {
  return /^ +# /.test(lines[at - 1] ?? '');
}

/** A line of shell in pieces that can be pasted together: broken at blanks outside quotes, with a backslash. */
function brokenCommand(line: string, width: number): string[] {
  const pieces: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const at = lastBlank(rest, width - 2);
    if (at < 0) break;
    pieces.push(`${rest.slice(0, at)} \\`);
    rest = `      ${rest.slice(at + 1)}`;
  }
  return [...pieces, rest];
}

/** Where the last blank is that stands outside quotes, behind the first word, before `end`; -1 where none does. */
function lastBlank(line: string, end: number): number {
  let last = -1;
  let quote = '';
  for (let at = line.search(/\S/); at <= end; at++) {
    const character = line[at]!;
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === ' ') last = at;
  }
  return last;
}

/** The line in pieces of at most that many characters, the later ones under the last column of the first. */
function broken(line: string, width: number): string[] {
  const most = Math.max(width, LEAST_WIDTH);
  if (line.length <= most) return [line];
  const indent = ' '.repeat(indentOf(line, most));
  const pieces: string[] = [];
  let rest = line;
  while (rest.length > most) {
    const start = rest.search(/\S/);
    const at = rest.lastIndexOf(' ', most);
    const end = at > Math.max(start, indent.length) ? at : rest.indexOf(' ', most);
    if (end < 0) break;
    pieces.push(rest.slice(0, end).trimEnd());
    rest = indent + rest.slice(end + 1).trimStart();
  }
  return [...pieces, rest];
}

function indentOf(line: string, most: number): number {
  const column = /^(?:.*\S {2,}|Usage: | *)(?=\S)/.exec(line)?.[0].length ?? 0;
  return column + LEAST_COLUMN <= most ? column : 4;
}

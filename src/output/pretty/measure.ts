// Text in the columns of a terminal: how wide it is, how it is wrapped and cut. Knows no escape sequences: text comes
// here before it gets its colours, and after `sanitizeText`.
import stringWidth from 'string-width';

const PLAIN = /^[\x20-\x7e]*$/;
const SEGMENTER = new Intl.Segmenter();

/** How many columns a text takes; wide characters take two, combining ones none. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** The characters of a text as people see them. */
function* charactersOf(text: string): Generator<string> {
  if (PLAIN.test(text)) yield* text;
  else for (const { segment } of SEGMENTER.segment(text)) yield segment;
}

/** A text of at most `columns`; where something was cut off stands `…`. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const character of charactersOf(text)) {
    width += widthOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** A text filled up with blanks; `right` puts them before it. */
export function pad(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(columns - widthOf(text), 0));
  return side === 'left' ? text + blanks : blanks + text;
}

/** One line of text as lines of at most `columns`, broken at blanks where there are any. */
export function wrap(text: string, columns: number): string[] {
  const width = Math.max(columns, 2); // a wide character takes two
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<= )(?! )/)) {
    if (widthOf(line + word.trimEnd()) <= width) {
      line += word;
      continue;
    }
    if (line.trim() !== '') lines.push(line.trimEnd());
    const pieces = broken(word, width);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  if (line.trim() !== '') lines.push(line.trimEnd());
  return lines.length === 0 ? [''] : lines;
}

/** A word without blanks, cut where the line ends. */
function broken(word: string, columns: number): string[] {
  if (widthOf(word.trimEnd()) <= columns) return [word];
  const pieces: string[] = [];
  let piece = '';
  let width = 0;
  for (const character of charactersOf(word)) {
    const more = widthOf(character);
    if (width + more > columns && piece !== '') {
      pieces.push(piece);
      piece = '';
      width = 0;
    }
    piece += character;
    width += more;
  }
  return [...pieces, piece];
}

/** A key or an id as people tell it from others: its beginning, and the end of an npub. */
export function shortCode(code: string): string {
  if (/^[0-9a-f]{64}$/.test(code)) return `${code.slice(0, 8)}…`;
  return /^n[a-z]+1[a-z0-9]{20,}$/.test(code) ? `${code.slice(0, 11)}…${code.slice(-5)}` : code;
}

// Text in the columns of a terminal: how wide it is, how it is wrapped and cut. Knows no escape sequences: text comes
// here before it gets its colours, and after `sanitizeText`.
import stringWidth from 'string-width';

const PLAIN = /^[\x20-\x7e]*$/;
const SEGMENTER = new Intl.Segmenter();

/** Units of UTF-16 that are segmented at once: the time for a longer text grows with its square. */
const CHUNK = 256;

/** Widths of single characters: text repeats them. */
const known = new Map<string, number>();
const MOST_KNOWN = 4096;

function characterWidth(character: string): number {
  let width = known.get(character);
  if (width === undefined) {
    width = widthOf(character);
    if (known.size < MOST_KNOWN && character.length <= 16) known.set(character, width);
  }
  return width;
}

/** How many columns a text takes; wide characters take two, combining ones none. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  if (text.length <= CHUNK) return stringWidth(text);
  let width = 0;
  for (const chunk of chunksOf(text)) width += PLAIN.test(chunk) ? chunk.length : stringWidth(chunk);
  return width;
}

/** A long text in pieces, each of whole characters where one is not hundreds of marks long. */
function* chunksOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    let end = from + CHUNK;
    while (end < from + 2 * CHUNK && CONTINUES.test(text[end] ?? '')) end++;
    if (isLowSurrogate(text, end)) end++;
    yield text.slice(from, end);
    from = end;
  }
}

/** What belongs to the character before it: marks, joiners, the second half of a pair. */
const CONTINUES = /^(?:\p{M}|\u200d|[\udc00-\udfff])/u;

function isLowSurrogate(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}

/** The characters of a text as people see them. */
function* charactersOf(text: string): Generator<string> {
  if (PLAIN.test(text)) yield* text;
  else for (const chunk of chunksOf(text)) for (const { segment } of SEGMENTER.segment(chunk)) yield segment;
}

/** A text of at most `columns`; where something was cut off stands `…`. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const character of charactersOf(text)) {
    width += characterWidth(character);
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

/** Where a line may end: behind blanks. */
const BLANKS = /(?<= )(?! )/;

/** Where a line may end that holds JSON. */
export const BLANKS_AND_COMMAS = /(?<=[ ,])(?! )/;

/** One line of text as lines of at most `columns`, broken where `breaks` is, if it is anywhere. */
export function wrap(text: string, columns: number, breaks = BLANKS): string[] {
  const width = Math.max(columns, 2); // a wide character takes two
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(breaks)) {
    const wanted = widthOf(word.trimEnd());
    if (used + wanted > width) {
      if (line.trim() !== '') lines.push(line.trimEnd());
      const pieces = wanted <= width ? [word] : broken(word, width);
      line = pieces.pop() ?? '';
      used = widthOf(line);
      for (const piece of pieces) lines.push(piece);
    } else {
      line += word;
      used += wanted + word.length - word.trimEnd().length;
    }
  }
  if (line.trim() !== '') lines.push(line.trimEnd());
  return lines.length === 0 ? [''] : lines;
}

/** A word without blanks, cut where the line ends. */
function broken(word: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let width = 0;
  for (const character of charactersOf(word)) {
    const more = characterWidth(character);
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

// JSON lines on a terminal: the same text, with the keys dimmed.
import { sanitizeJson } from './sanitize.ts';
import type { Style } from './style.ts';
import type { Presenter } from './writer.ts';

/** Shows lines of JSON with dim keys, and others as they are. */
export function jsonColors(style: Style): Presenter {
  return {
    isPretty: false,
    present: lines => lines.map(line => `${dimKeys(sanitizeJson(line), style)}\n`).join(''),
    end: () => '',
  };
}

/** Dims each key with its quotes and colon. A line that is no JSON object stays as it is. */
export function dimKeys(line: string, style: Style): string {
  if (!line.startsWith('{')) return line;
  const pieces: string[] = [];
  let written = 0;
  for (let from = line.indexOf('"'); from >= 0; ) {
    const to = endOfString(line, from);
    if (line[to] === ':') {
      pieces.push(line.slice(written, from), style.dim(line.slice(from, to + 1)));
      written = to + 1;
    }
    from = line.indexOf('"', to);
  }
  return pieces.join('') + line.slice(written);
}

/** Where the string that begins at `from` has ended: after its closing quote. */
function endOfString(line: string, from: number): number {
  let at = from + 1;
  while (at < line.length && line[at] !== '"') at += line[at] === '\\' ? 2 : 1;
  return at + 1;
}

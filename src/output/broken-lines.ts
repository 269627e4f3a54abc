// Messages at a terminal: broken at words, as help is. A command to be pasted stays on one line.

/** A terminal that is narrower breaks lines by itself. */
const LEAST_WIDTH = 40;

/** Where a command begins, behind a colon or at the beginning. */
const COMMAND = /(?:^ *|: )(?=nost [a-z-])/;

/**
 * The text in lines of at most `width` characters, the later ones indented. Undefined, or a width that is too small: the
 * text as it is. What the terminal shows wider than one column is left to it.
 */
export function brokenLines(text: string, width: number | undefined, indent = '  '): string[] {
  if (width === undefined || width < LEAST_WIDTH || text.length <= width) return [text];
  const command = COMMAND.exec(text);
  const prose = command ? text.slice(0, command.index + command[0].length) : text;
  const lines: string[] = [];
  let rest = prose;
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width);
    if (at <= indent.length) break;
    lines.push(rest.slice(0, at).trimEnd());
    rest = indent + rest.slice(at + 1).trimStart();
  }
  const tail = text.slice(prose.length);
  if (rest.length + tail.length <= width || tail === '') return [...lines, rest + tail];
  const before = rest.trimEnd();
  return [...lines, ...(before === '' ? [] : [before]), indent + tail];
}

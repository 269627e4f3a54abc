// Tables of topics: columns that stand under each other, cut to 80 characters a line.

/** How wide a topic may be. */
export const WIDTH = 80;

/** Rows with the last column wrapped to the width, its further lines under the first. */
export function columns(rows: readonly (readonly string[])[]): string {
  return alignedRows(rows).join('\n');
}

/** The same, each row by itself. */
export function alignedRows(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).slice(0, -1).map((_, i) => Math.max(...rows.map(row => row[i]!.length)));
  const indent = widths.reduce((sum, width) => sum + width + 2, 2);
  return rows.map(row => {
    const left = row.slice(0, -1).map((cell, i) => cell.padEnd(widths[i]! + 2));
    const [first = '', ...more] = wrap(row.at(-1)!, WIDTH - indent);
    const lines = [`  ${left.join('')}${first}`, ...more.map(line => ' '.repeat(indent) + line)];
    return lines.map(line => line.trimEnd()).join('\n');
  });
}

/** The words of a text in lines of at most that width, where no word is longer. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

// Records for people: a table, where it fits the terminal, or a block for each record.
import type { Style } from '../style.ts';
import { cut, pad, shortCode, widthOf, wrap } from './measure.ts';
import { type Field, fieldInWords, fieldsOf, inWords } from './values.ts';

/** What records are drawn with. */
export interface TableSettings {
  columns: number;
  style: Style;
  /** The column that gets a bar beside its number, if there is room. */
  bar?: string;
}

const GAP = '  ';
/** A column is not cut to less: a table that needs that tells less than a block. */
const NARROWEST = 14;
/** Values beside a name have at least this, on whatever terminal. */
const NARROWEST_VALUE = 2;
const BAR_COLUMNS = 10;
const BARS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/** The widths of a table's columns, by name; further rows of the same table keep them. */
export type Layout = ReadonlyMap<string, number>;

/** The widths that the columns of these records want, no less than those of the records before them. */
export function wishesOf(records: readonly object[], before: Layout = new Map()): Layout {
  const wishes = new Map(before);
  for (const record of records) {
    for (const [name, value] of fieldsOf(record)) {
      if (isRedundant(name, record)) continue;
      const known = wishes.get(name) ?? widthOf(inWords(name));
      wishes.set(name, Math.max(known, widthOf(cellOf(name, value))));
    }
  }
  return wishes;
}

/** The widths that fit into so many columns, the widest cut first; undefined when nothing would be told that way. */
export function fit(wishes: Layout, { columns }: TableSettings): Layout | undefined {
  const layout = new Map(wishes);
  const room = columns - GAP.length * (layout.size - 1);
  while (sumOf(layout) > room) {
    const [name, width] = [...layout].reduce((a, b) => (b[1] > a[1] ? b : a));
    if (width <= NARROWEST) return undefined;
    layout.set(name, width - 1);
  }
  return layout;
}

function sumOf(layout: Layout): number {
  return [...layout.values()].reduce((sum, width) => sum + width, 0);
}

/** The npub says it. */
function isRedundant(name: string, record: object): boolean {
  return name === 'pubkey' && 'npub' in record;
}

function cellOf(name: string, value: unknown): string {
  return typeof value === 'string' ? shortCode(inWords(value)) : fieldInWords(name, value);
}

/** The names of the columns. */
export function tableHead(layout: Layout, { style }: TableSettings): string {
  const names = [...layout].map(([name, width]) => pad(cut(inWords(name), width), width));
  return style.dim(names.join(GAP).trimEnd());
}

/** The rows of a table, one line each; numbers stand to the right. */
export function tableRows(records: readonly object[], layout: Layout, settings: TableSettings): string[] {
  const most = Math.max(1, ...records.map(record => numberIn(record, settings.bar)));
  const used = sumOf(layout) + GAP.length * layout.size;
  const hasBar = settings.bar !== undefined && settings.columns - used >= BAR_COLUMNS;
  return records.map(record => {
    const fields = new Map(fieldsOf(record));
    const cells = [...layout].map(([name, width]) => {
      const value = fields.get(name);
      return pad(cut(cellOf(name, value), width), width, typeof value === 'number' ? 'right' : 'left');
    });
    const bar = hasBar ? settings.style.accent(barOf(numberIn(record, settings.bar) / most)) : '';
    return (cells.join(GAP) + (bar && GAP + bar)).trimEnd();
  });
}

function numberIn(record: object, name: string | undefined): number {
  const value = name === undefined ? 0 : (record as Record<string, unknown>)[name];
  return typeof value === 'number' ? value : 0;
}

/** A bar of at most so many columns, in eighths of one. */
export function barOf(share: number, columns = BAR_COLUMNS): string {
  const eighths = Math.round(Math.min(Math.max(share, 0), 1) * columns * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + BARS[eighths % 8];
}

/** The lines of one record, a field on each; what is long is wrapped beside its name. A blank line ends it. */
export function recordBlock(record: object, settings: TableSettings): string[] {
  return [...fieldLines(fieldsOf(record), settings), ''];
}

/** Fields as lines: the name, and beside it the value. */
export function fieldLines(fields: readonly Field[], { columns, style }: TableSettings): string[] {
  const label = labelWidth(
    fields.map(([name]) => name),
    columns,
  );
  const width = Math.max(columns - label - GAP.length, NARROWEST_VALUE);
  return fields.flatMap(([name, value]) =>
    beside(name, label, [wrap(fieldInWords(name, value), width)], [width], style),
  );
}

/** Fields of ours and of NIP-11 are named in no more. */
const WIDEST_NAME = 22;

/** The column of names: as wide as the longest, if half of the terminal is left for the values. */
export function labelWidth(names: readonly string[], columns: number): number {
  const longest = Math.max(0, ...names.map(name => widthOf(inWords(name))));
  return Math.min(longest, WIDEST_NAME, Math.max(Math.floor(columns / 2), NARROWEST_VALUE));
}

/** A name and columns of wrapped text beside it, line by line. */
export function beside(
  name: string,
  label: number,
  cells: readonly string[][],
  widths: readonly number[],
  style: Style,
): string[] {
  const names = wrap(inWords(name), label);
  const height = Math.max(names.length, ...cells.map(lines => lines.length));
  return Array.from({ length: height }, (_, row) => {
    const texts = cells.map((lines, at) => pad(lines[row] ?? '', widths[at]!));
    return `${style.dim(pad(names[row] ?? '', label))}${GAP}${texts.join(GAP)}`.trimEnd();
  });
}

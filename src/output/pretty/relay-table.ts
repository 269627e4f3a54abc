// The documents of relays side by side: a column for each relay, a row for each field. Where the terminal is too narrow
// for all of them, a few at a time.

import { widthOf, wrap } from './measure.ts';
import type { TableSettings } from './table.ts';
import { beside, labelWidth } from './table.ts';
import { fieldsOf, inWords } from './values.ts';

/** A column that is narrower breaks every word. */
const NARROWEST = 24;
const GAP = 2;

/** The lines of the table; every document has its `url`. */
export function relayTable(documents: readonly object[], settings: TableSettings): string[] {
  const records = documents.map(
    document => new Map(fieldsOf(document).map(([name, value]) => [shortName(name), value])),
  );
  const names = [...new Set(['url', ...records.flatMap(record => [...record.keys()])])];
  const label = labelWidth(names, settings.columns);
  const atOnce = Math.max(Math.floor((settings.columns - label) / (NARROWEST + GAP)), 1);
  const lines: string[] = [];
  for (let from = 0; from < records.length; from += atOnce)
    lines.push(...groupLines(records.slice(from, from + atOnce), names, label, settings), '');
  return lines;
}

/** What a relay allows is most of its document. */
function shortName(name: string): string {
  return name.replace(/^limitation\./, '');
}

function groupLines(
  records: readonly ReadonlyMap<string, unknown>[],
  names: readonly string[],
  label: number,
  { columns, style }: TableSettings,
): string[] {
  const most = Math.max(Math.floor((columns - label) / records.length) - GAP, 2);
  const known = names.filter(name => records.some(record => record.has(name)));
  const cells = known.map(name => records.map(record => wrap(inWords(record.get(name)), most)));
  const widths = records.map((_, at) => Math.max(...cells.map(row => Math.max(...row[at]!.map(widthOf)))));
  return known.flatMap((name, row) => {
    const lines = beside(name, label, cells[row]!, widths, style);
    return name === 'url' ? lines.map(line => style.strong(line)) : lines;
  });
}

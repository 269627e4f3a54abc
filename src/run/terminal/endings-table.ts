// How the relays of a query ended, as a table for people: what the report tells programs.
import type { Context } from '../../context.ts';
import { fit, recordBlock, tableHead, tableRows, wishesOf } from '../../output/pretty/table.ts';
import type { RelayEnding } from '../../relay/link/outcome.ts';

/** The lines of the table, with a bar for the events of each relay; blocks where it does not fit. */
export async function endingsTable(
  endings: readonly RelayEnding[],
  { log, columns }: Pick<Context, 'log' | 'columns'>,
): Promise<string[]> {
  const settings = { columns: columns.stderr, style: await log.style(), bar: 'events' };
  const records = endings.map(rowOf);
  const layout = fit(wishesOf(records), settings);
  if (layout) return [tableHead(layout, settings), ...tableRows(records, layout, settings)];
  return records.flatMap(record => recordBlock(record, settings)).slice(0, -1);
}

/** Only what says something: most relays send nothing that is invalid, and end for no reason of their own. */
function rowOf({ relay, end, complete, events, invalid, ms, reason }: RelayEnding): object {
  return {
    relay,
    end,
    complete,
    events,
    ...(invalid > 0 && { invalid }),
    ms,
    ...(reason !== '' && { reason }),
  };
}

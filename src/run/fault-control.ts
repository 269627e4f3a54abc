// `serve --control`: each line of a FIFO changes the faults of the relay. What a line did is told on stderr, and what is
// wrong with one, too; no line ends the relay.
import { whyNot } from '../files/named-path.ts';
import type { FifoLines } from '../input/fifo-lines.ts';
import type { Line } from '../input/lines.ts';
import type { Log } from '../output/log.ts';
import type { FaultPlan } from '../server/faults/plan.ts';

/** Bytes; a longer line is no fault. */
const LONGEST_LINE = 64 * 1024;

/** Obeys the lines until the signal aborts. Never rejects. */
export async function obeyControl(
  fifo: FifoLines,
  plan: FaultPlan,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const line of fifo.read(signal)) tell(line, plan, log);
  } catch (error) {
    log.warn({ type: 'control', message: `--control is not read any more: ${whyNot(error)}` });
  }
}

function tell(line: Line, plan: FaultPlan, log: Log): void {
  const text = line.text.trim();
  if (line.problem === undefined && (text === '' || text.startsWith('#'))) return;
  try {
    if (line.problem !== undefined) throw new Error(line.problem);
    if (line.bytes.length > LONGEST_LINE) throw new Error(`a line of ${line.bytes.length} bytes is too long`);
    log.note({ type: 'control', message: plan.change(text) });
  } catch (error) {
    log.warn({ type: 'control', code: 'bad_line', message: (error as Error).message });
  }
}

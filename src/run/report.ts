// `--report FILE`: one JSON line for each relay, written as it ends.
import { UsageError } from '../errors.ts';
import { NamedOutput } from '../output/named-output.ts';

export interface Report {
  /** Takes how a relay ended. */
  write(ending: object): void;
  /** Resolves when everything is in the file. Throws `IoError` when something could not be written. */
  close(): Promise<void>;
}

/** Opens the file before anything is sent, so that a bad path costs nothing. Throws `UsageError` for `-`, and `IoError`. */
export async function openReport(path: string, signal: AbortSignal): Promise<Report> {
  if (path === '-') {
    throw new UsageError('--report - would mix the report with the events on stdout', {
      code: 'bad_value',
      hint: 'Name a file, or a descriptor: --report /dev/fd/3 3> endings.jsonl',
    });
  }
  const describeLeftOut = (lines: number) => JSON.stringify({ left_out: lines });
  const file = await NamedOutput.open({ flag: '--report', path, code: 'report', signal, describeLeftOut });
  return {
    write: ending => file.line(JSON.stringify(ending)),
    close: () => file.close(),
  };
}

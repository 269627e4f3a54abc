// `--report FILE`: one JSON line for each relay, written as it ends.
import { NamedOutput } from '../output/named-output.ts';
import type { RelayEnding } from '../relay/link/outcome.ts';

export interface Report {
  write(ending: RelayEnding): void;
  /** Resolves when everything is in the file. Throws `IoError` when something could not be written. */
  close(): Promise<void>;
}

/** Opens the file before anything is sent, so that a bad path costs nothing. Throws `IoError`. */
export async function openReport(path: string, signal: AbortSignal): Promise<Report> {
  const describeLeftOut = (lines: number) => JSON.stringify({ left_out: lines });
  const file = await NamedOutput.open({ flag: '--report', path, code: 'report', signal, describeLeftOut });
  return {
    write: ending => file.line(JSON.stringify(ending)),
    close: () => file.close(),
  };
}

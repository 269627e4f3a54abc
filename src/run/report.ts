// `--report FILE`: one JSON line for each relay, written as it ends.
import { type FileHandle, open } from 'node:fs/promises';
import { IoError } from '../errors.ts';
import { quote } from '../protocol/quote.ts';
import type { RelayEnding } from '../relay/link/outcome.ts';

export interface Report {
  write(ending: RelayEnding): void;
  /** Resolves when everything is in the file. Throws `IoError` when something could not be written. */
  close(): Promise<void>;
}

/** Opens the file before anything is sent, so that a bad path costs nothing. Throws `IoError`. */
export async function openReport(path: string): Promise<Report> {
  const fail = (error: unknown) =>
    new IoError(`--report: cannot write ${quote(path)}: ${(error as Error).message}`, {
      code: 'report',
      cause: error,
    });
  let file: FileHandle;
  try {
    file = await open(path, 'w');
  } catch (error) {
    throw fail(error);
  }
  let written: Promise<unknown> = Promise.resolve();
  return {
    write(ending) {
      written = written.then(() => file.write(`${JSON.stringify(ending)}\n`));
      written.catch(() => {}); // told by close
    },
    async close() {
      try {
        await written;
      } catch (error) {
        throw fail(error);
      } finally {
        await file.close();
      }
    },
  };
}

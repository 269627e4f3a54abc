// What a mirror writes lines to: stdout, or a file that it appends to. What either has taken is known by its ids.
import { fstatSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Context } from '../../context.ts';
import { IoError } from '../../errors.ts';
import type { Writer } from '../../output/writer.ts';
import type { Filter } from '../../protocol/filter.ts';
import { quote } from '../../protocol/quote.ts';
import type { Verifier } from '../../verify/verifier.ts';
import { AppendedLines } from '../sync/appended-lines.ts';
import { FileSide } from '../sync/file-side.ts';
import { isLastLineTorn } from '../sync/lines-file.ts';
import { IN_A_PIPE, TakenIds } from './taken-ids.ts';

export interface Output {
  readonly taken: TakenIds;
  /** Resolves when the lines are with the operating system; false when nobody takes them any more. Rejects with `IoError`. */
  write(lines: Buffer): Promise<boolean>;
  /** What was written outlives a loss of power, as far as that can be. Rejects with `IoError`. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** stdout; with a path, what it has taken outlives this process. Rejects with `IoError`. */
export async function openStdout(stdout: Writer, idsPath: string | undefined): Promise<Output> {
  const isKept = isStdoutKept();
  if (isKept && (await isLastLineTorn('/dev/fd/1'))) await stdout.raw('\n'); // as a full disk left it
  const taken = await TakenIds.open(idsPath, isKept ? 0 : IN_A_PIPE);
  return {
    taken,
    write: async lines => {
      await stdout.bytes([lines]);
      await stdout.flush();
      return !stdout.readerGone.aborted && !stdout.isAbandoned;
    },
    sync: async () => {},
    close: () => taken.close(),
  };
}

/** Whether what stdout took outlives this process and any other: it is a file. */
function isStdoutKept(): boolean {
  try {
    return fstatSync(1).isFile();
  } catch {
    return false; // it is closed
  }
}

export interface FileSettings {
  context: Context;
  verifier: Verifier;
  /** What the mirror is about: other events of the file do not matter. */
  filters: readonly Filter[];
  signal: AbortSignal;
}

/** A file of events, which is made where there is none, and read for what it holds. Rejects with `IoError`. */
export async function openFile(path: string, settings: FileSettings): Promise<Output> {
  const stats = await stat(path).catch(() => undefined);
  if (stats && !stats.isFile() && !stats.isDirectory())
    throw new IoError(`cannot write ${quote(path)}: it is no regular file`, { hint: 'For a pipe: --to -' });
  const lines = await AppendedLines.open(path);
  try {
    lines.tell(settings.context.log);
    const taken = await TakenIds.open(undefined, 0, Number.POSITIVE_INFINITY);
    const file = new FileSide(path, { ...settings, lines, mayBeMissing: true, isStream: false });
    for await (const events of file.all(settings.filters))
      for (const event of events) taken.add(event.created_at, event.id);
    return {
      taken,
      write: async piece => {
        await lines.add(piece);
        await lines.flush();
        return true;
      },
      sync: () => lines.sync(),
      close: () => lines.close(),
    };
  } catch (error) {
    await lines.close();
    throw error;
  }
}

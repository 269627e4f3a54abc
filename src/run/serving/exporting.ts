// `serve --export`: the events of a store as JSONL, newest first, while a relay may serve it. What is expired is left out,
// so it is what a relay would send.
import { setImmediate as turn } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { NamedOutput } from '../../output/named-output.ts';
import { isExpired } from '../../protocol/nip40.ts';
import type { EventStore } from '../../server/store/store.ts';

/** Characters of lines that are written together. */
const CHUNK = 64 * 1024;

/** Writes until the end, a signal, or nobody reads any more. Throws `IoError` when the file cannot be written. */
export async function exportEvents(path: string, store: EventStore, context: Context): Promise<void> {
  const output = path === '-' ? toStdout(context) : await toFile(path, context);
  for (const lines of chunksOf(store, Math.floor(context.now() / 1000))) {
    if (context.signal.aborted || context.stdout.readerGone.aborted) break;
    await output.write(lines);
    await turn();
  }
  await output.close();
}

interface Output {
  write(lines: readonly string[]): Promise<void> | void;
  close(): Promise<void>;
}

function toStdout({ stdout }: Context): Output {
  return { write: lines => stdout.lines(lines), close: async () => {} };
}

async function toFile(path: string, context: Context): Promise<Output> {
  const { signal } = context.deadline;
  const describeLeftOut = (lines: number) => JSON.stringify({ left_out: lines });
  const file = await NamedOutput.open({ flag: '--export', path, code: 'export', signal, describeLeftOut });
  return {
    write: async lines => {
      file.line(lines.join('\n'));
      await file.room();
    },
    close: () => file.close(),
  };
}

/** The events as lines, some at a time. */
function* chunksOf(store: EventStore, now: number): Generator<string[]> {
  let lines: string[] = [];
  let length = 0;
  for (const stored of store.query({}, () => {})) {
    if (stored === undefined || isExpired(stored.event, now)) continue;
    lines.push(stored.json);
    length += stored.json.length;
    if (length < CHUNK) continue;
    yield lines;
    [lines, length] = [[], 0];
  }
  if (lines.length > 0) yield lines;
}

// Signs for a command without sending anything: what the flags describe, or what stdin holds, is completed, signed and
// printed, in order; signed events are verified and pass as they are.
import type { Context } from '../../context.ts';
import type { LookupFlags } from '../../flags/network-flags.ts';
import { linesOf } from '../../protocol/stream-event.ts';
import { CommandEnd } from '../command-end.ts';
import { EventSource, type SourceFlags } from './event-source.ts';

const UNSIGNED = 'before every event was signed';

/**
 * Prints the events that the flags or stdin say. `args` are the words of the command line; `lookup` says how domains are
 * asked for the keys of names, without it none is. Throws the failure that bad lines amount to.
 */
export async function signEvents(
  context: Context,
  flags: SourceFlags & { timeout?: number | undefined },
  args: readonly string[],
  lookup?: LookupFlags,
): Promise<void> {
  const { stdout, log, signal } = context;
  const end = new CommandEnd(context.deadline);
  const source = await EventSource.open(context, args, flags, { signal: end.signal, lookup });
  const stop = () => source.stop();
  end.signal.addEventListener('abort', stop);
  stdout.readerGone.addEventListener('abort', stop);
  const isOver = () => stdout.readerGone.aborted || end.signal.aborted;
  try {
    const print = async (events: Parameters<typeof linesOf>[0]) => {
      if (stdout.isTerminal) log.eraseProgress();
      const room = stdout.bytes(linesOf(events));
      if (room) await end.cut(room);
      return !isOver();
    };
    await source.deliver(print, { signal: end.signal, drafts: true });
    (await end.flush(stdout))();
    end.check(UNSIGNED);
  } catch (error) {
    if (!stdout.readerGone.aborted) throw source.badLines.over(end.over(error, UNSIGNED));
  } finally {
    await source.key.close();
  }
  if (source.badLines.failure && !signal.aborted) throw source.badLines.failure;
}

// Signs for a command without sending anything: what the flags describe, or what stdin holds, is completed, signed and
// printed, in order; signed events are verified and pass as they are.
import type { Context } from '../../context.ts';
import type { LookupFlags } from '../../flags/network-flags.ts';
import { linesOf, type StreamEvent } from '../../protocol/stream-event.ts';
import { CommandEnd } from '../command-end.ts';
import type { OutboxRoutes } from '../lookup/outbox-routes.ts';
import { EventSource, type SourceFlags } from './event-source.ts';

const UNSIGNED = 'before every event was signed';

/** What signing asks the network for: nothing, where neither is given. */
export interface SignOptions {
  /** How domains are asked for the keys of names. */
  lookup?: LookupFlags;
  routes?: OutboxRoutes | undefined;
}

/**
 * Prints the events that the flags or stdin say, and on stderr where they would go. `args` are the words of the command
 * line. Throws the failure that bad lines amount to.
 */
export async function signEvents(
  context: Context,
  flags: SourceFlags & { timeout?: number | undefined },
  args: readonly string[],
  { lookup, routes }: SignOptions = {},
): Promise<void> {
  const { stdout, log, signal } = context;
  const end = new CommandEnd(context.deadline);
  const source = await EventSource.open(context, args, flags, { signal: end.signal, lookup });
  const stop = () => source.stop();
  end.signal.addEventListener('abort', stop);
  stdout.readerGone.addEventListener('abort', stop);
  const isOver = () => stdout.readerGone.aborted || end.signal.aborted;
  try {
    const print = async (events: readonly StreamEvent[]) => {
      if (routes) tellRoutes(context, events, await routes.of(events));
      if (stdout.isTerminal) log.eraseProgress();
      const room = stdout.bytes(linesOf(events));
      if (room) await end.cut(room);
      return !isOver();
    };
    await source.deliver(print, { signal: end.signal, drafts: true });
    routes?.tell();
    (await end.flush(stdout))();
    end.check(UNSIGNED);
  } catch (error) {
    if (!stdout.readerGone.aborted) throw source.badLines.over(end.over(error, UNSIGNED));
  } finally {
    await source.key.close();
  }
  if (source.badLines.failure && !signal.aborted) throw source.badLines.failure;
}

function tellRoutes(
  { log }: Context,
  events: readonly StreamEvent[],
  routes: readonly (readonly string[])[],
): void {
  for (const [index, { id }] of events.entries()) {
    const relays = routes[index]!;
    log.note({ type: 'route', id, relays, message: `${id} would go to ${relays.join(' ')}` });
  }
}

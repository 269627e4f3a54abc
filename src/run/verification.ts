// Opens what checks signatures for a command: the engine by NOST_VERIFY or by what this machine has, on threads.
import { availableParallelism } from 'node:os';
import type { Context } from '../context.ts';
import type { Verifier } from '../verify/verifier.ts';

/** The verifier of a command. Loaded only when it is wanted, for an engine takes some milliseconds to open. */
export async function openVerifier(context: Context): Promise<Verifier> {
  const { chooseEngine } = await import('../verify/choose.ts');
  const { onThreads } = await import('../verify/threads/pool.ts');
  const log = (message: string) => context.log.detail({ type: 'verify', message });
  const platform = context.platform.split('-')[0]!;
  const engine = await chooseEngine({ forced: context.env['NOST_VERIFY'], platform, log });
  const threads = availableParallelism();
  const verifier = onThreads(engine, { platform, threads, log, ...lowMemory(context) });
  context.onEnd(() => verifier.close());
  log(verifier.engine);
  return verifier;
}

/** While there are threads memory is kept low. Said again for each of them: a new thread makes V8 forget it. */
function lowMemory(context: Context): { onThreadStart: () => void; onClose: () => void } {
  const ends: (() => void)[] = [];
  return {
    onThreadStart: () => ends.push(context.keepMemoryLow()),
    onClose: () => {
      for (const end of ends.splice(0)) end();
    },
  };
}

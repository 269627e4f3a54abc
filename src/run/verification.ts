// Chooses what checks signatures for a command: by NOST_VERIFY or by what this machine has, and says so under -v.
import { availableParallelism } from 'node:os';
import type { Context } from '../context.ts';
import type { Verifier } from '../verify/verifier.ts';

/** The verifier of a command. Loaded only when it is wanted, for an engine takes some milliseconds to open. */
export async function openVerifier(context: Context): Promise<Verifier> {
  const { env, platform, log } = context;
  const { chooseVerifier } = await import('../verify/verifier.ts');
  const tell = (message: string) => log.detail({ type: 'verify', message });
  const verifier = await chooseVerifier({
    forced: env['NOST_VERIFY'],
    platform: platform.split('-')[0]!,
    threads: availableParallelism(),
    keepMemoryLow: context.keepMemoryLow,
    log: tell,
  });
  context.onEnd(() => verifier.close());
  tell(verifier.engine);
  return verifier;
}

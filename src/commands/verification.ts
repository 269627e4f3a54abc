// Chooses what checks signatures for a command: by NOST_VERIFY or by what this machine has, and says so under -v.
import type { Context } from '../context.ts';
import type { Verifier } from '../verify/verifier.ts';

/** The verifier of a command. Loaded only when it is wanted, for an engine takes some milliseconds to open. */
export async function openVerifier({ env, platform, log }: Context): Promise<Verifier> {
  const { chooseVerifier } = await import('../verify/verifier.ts');
  const tell = (message: string) => log.detail({ type: 'verify', message });
  const verifier = await chooseVerifier({
    forced: env['NOST_VERIFY'],
    platform: platform.split('-')[0]!,
    log: tell,
  });
  tell(verifier.engine);
  return verifier;
}

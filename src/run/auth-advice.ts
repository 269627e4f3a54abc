// What to type where a relay wants authentication: never what was given already.
import type { Context } from '../context.ts';
import type { KeyFlags } from '../flags/key-flags.ts';

/** What a command was given. */
export interface Given extends KeyFlags {
  auth?: boolean | undefined;
}

/** The hint of a failure; undefined when --auth was given. `hasKey`: it has signed with a key already. */
export async function authAdvice(
  given: Given,
  { keys }: Pick<Context, 'keys'>,
  hasKey: boolean,
): Promise<string | undefined> {
  if (given.auth) return undefined;
  const { nameSource } = await import('../signer/ladder.ts');
  return hasKey || nameSource(given, keys) !== undefined
    ? 'Allow it with --auth.'
    : 'Allow it with --auth, and name a key: --sec-file key.txt';
}

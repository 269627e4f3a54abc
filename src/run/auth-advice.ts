// What to type where a relay wants authentication: never what was given already.
import type { Context } from '../context.ts';
import type { KeyFlags } from '../flags/key-flags.ts';

/** What a command was given. */
export interface Given extends KeyFlags {
  auth?: boolean | undefined;
  /** false: the command has no --auth. */
  canAuth?: boolean | undefined;
  /** Whether a relay was authenticated to; undefined: as --auth says. */
  wasTried?: boolean | undefined;
}

/** The hint of a failure; undefined when an AUTH was refused. `hasKey`: it has signed with a key already. */
export async function authAdvice(
  given: Given,
  { keys }: Pick<Context, 'keys'>,
  hasKey: boolean,
): Promise<string | undefined> {
  if (given.canAuth === false) return 'This command authenticates to no relay: give others with --relay URL.';
  if (given.auth)
    return given.wasTried === false ? 'Only relays that you name are authenticated to.' : undefined;
  const { nameSource } = await import('../signer/ladder.ts');
  return hasKey || nameSource(given, keys) !== undefined
    ? 'Allow it with --auth.'
    : 'Allow it with --auth, and name a key: --sec-file key.txt';
}

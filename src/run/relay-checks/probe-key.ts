// The key of a command that probes relays. It signs only what the user named for it: never the default account, nor
// what the environment names.
import { randomBytes } from 'node:crypto';
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import type { ProbeKeyFlags } from '../../flags/key-flags.ts';
import type { Authenticate } from '../../relay/link/authentication.ts';
import type { Signer } from '../../signer/signer.ts';
import { CommandKey, namesKey, signChallenge } from '../signing.ts';

export interface ProbeKey {
  readonly signer: Signer;
  /** Signs a relay's challenge. */
  readonly authenticate: Authenticate;
  /** Forgets the key. */
  close(): void;
}

/** Opens the key that a flag names; undefined when none does. Rejects with `UsageError` and `SignerError`. */
export async function openProbeKey(
  flags: ProbeKeyFlags,
  context: Context,
  inputClaimsStdin = false,
): Promise<ProbeKey | undefined> {
  const isNamed = namesKey(flags);
  if (!isNamed && !flags.throwaway) return undefined;
  refuseTwoKeys(flags);
  const signer = isNamed ? await namedSigner(flags, context, inputClaimsStdin) : await newSigner(context);
  return {
    signer,
    authenticate: (relay, challenge) =>
      signChallenge(Promise.resolve(signer), relay, challenge, context.now()),
    close: () => signer.close(),
  };
}

/** Throws `UsageError` for `--throwaway` beside a flag that names a key. */
export function refuseTwoKeys(flags: ProbeKeyFlags): void {
  if (!flags.throwaway || !namesKey(flags)) return;
  throw new UsageError('--throwaway and another flag both say which key to use', {
    code: 'two_keys',
    hint: 'Give one of them.',
  });
}

async function namedSigner(
  flags: ProbeKeyFlags,
  context: Context,
  inputClaimsStdin: boolean,
): Promise<Signer> {
  const key = await CommandKey.open(flags, context, inputClaimsStdin, context.deadline.signal);
  return key.signer();
}

async function newSigner({ keys }: Context): Promise<Signer> {
  const { LocalSigner } = await import('../../signer/local.ts');
  const secret = randomBytes(32);
  keys.onSecret?.(secret);
  return new LocalSigner(secret);
}

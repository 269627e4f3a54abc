// The secret that a command is given to work on, by a flag or on stdin: not the key that signs, so no variable and
// no account is looked at.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import { SecretVariables } from '../../signer/environment.ts';
import { nameSource, readSource, type SecretSource, TYPED, type WantedText } from '../../signer/ladder.ts';

export interface GivenSecret {
  text: string;
  /** How messages call where it came from. */
  where: string;
}

/**
 * What --sec-file, --sec-fd or --prompt-sec names, or else one line on stdin. Where that is a terminal, a prompt.
 * Throws `UsageError` with code `no_input` when nothing is named and nobody can be asked.
 */
export async function readGivenSecret(
  context: Context,
  flags: KeyFlags,
  args: readonly string[],
  wanted: WantedText = {},
): Promise<GivenSecret> {
  const nothing = { secrets: new SecretVariables({}), env: {} };
  const named = nameSource(flags, nothing);
  const explicit = args.length === 1 && args[0] === '-';
  if (args.length > 0 && !explicit) {
    throw new UsageError('it takes no words but -, which is stdin', {
      code: 'bad_arguments',
      hint: 'Give the key by --sec-file FILE, --prompt-sec, or on stdin.',
    });
  }
  if (named && explicit) {
    throw new UsageError('- and a flag both say where the key is', { code: 'two_keys' });
  }
  const source = named ?? (explicit || !context.stdinIsTerminal ? STDIN : askingOne(context, wanted));
  if (source.type === 'account') throw new UsageError('an account has its key already');
  return { text: await readSource(source, context.keys, wanted), where: source.name };
}

const STDIN = { type: 'descriptor', name: 'stdin', fd: 0 } as const;

function askingOne({ keys }: Context, { instead }: WantedText): SecretSource {
  if (keys.hasTerminal()) return TYPED;
  if (instead !== undefined)
    throw new UsageError('nothing to read, and nobody can be asked', { code: 'no_input', hint: instead });
  throw new UsageError('nothing to read: name a source, or give the key on stdin', { code: 'no_input' });
}

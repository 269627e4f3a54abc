// `nost key decrypt`: opens an ncryptsec (NIP-49) and says whose key it is; the secret itself only on demand.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { type FlagsOf, flags, on } from '../../flags/flag.ts';
import { SECRET_FLAGS } from '../../flags/key-flags.ts';
import { publicKeyOf } from '../../protocol/keys.ts';
import { InvalidEncryptedKey, readEncryptedKeyHeader } from '../../protocol/nip49.ts';
import { readGivenSecret } from '../../run/keys/given-secret.ts';
import { openSecretText } from '../../signer/secret-text.ts';
import { npubOf } from '../../signer/stores/accounts.ts';
import { nsecOf } from '../../signer/stores/stores.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Flags', { reveal: on('--reveal', 'print the secret key, as nsec') }),
  ...SECRET_FLAGS,
};

export const keyDecrypt = command({
  examples: [
    { line: 'nost key decrypt < ncryptsec.txt', about: 'print whose key it is; asks for the passphrase' },
    {
      line: '(umask 077; nost key decrypt --reveal < ncryptsec.txt | jq -r .nsec > key.txt)',
      about: 'the unencrypted key, in a file that only you can read',
    },
  ],
  exits: ['signer'],
  flags: FLAGS,
  args: [{ spelling: '[-]', description: 'the ncryptsec on stdin' }],
  usage: '[flags] [-]    (-: the ncryptsec on stdin)',
  run,
});

async function run(context: Context, { args, flags }: Invocation<FlagsOf<typeof FLAGS>>): Promise<void> {
  const { text, where } = await readGivenSecret(context, flags, args, {
    question: 'Encrypted key (ncryptsec): ',
    check: async (typed, where) => void headerOf(typed, where),
  });
  const { security, logN } = headerOf(text, where);
  const secret = await openSecretText(text, where, context.keys);
  try {
    const pubkey = publicKeyOf(secret);
    const line = { npub: npubOf(pubkey), pubkey, log_n: logN, security };
    await context.stdout.line(JSON.stringify(flags.reveal ? { ...line, nsec: nsecOf(secret) } : line));
  } finally {
    secret.fill(0);
  }
}

/** A text that is no ncryptsec is bad input here, not a signer that failed. */
function headerOf(text: string, where: string) {
  try {
    return readEncryptedKeyHeader(text);
  } catch (error) {
    if (!(error instanceof InvalidEncryptedKey)) throw error;
    throw new UsageError(`${where}: ${error.message}`, { code: 'bad_code' });
  }
}

// `nost key decrypt`: opens an ncryptsec (NIP-49) and says whose key it is; the secret itself only on demand.
import { type Command, Option } from 'commander';
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { declareSecret } from '../../flags/options.ts';
import { publicKeyOf } from '../../protocol/keys.ts';
import { InvalidEncryptedKey, readEncryptedKeyHeader } from '../../protocol/nip49.ts';
import { readGivenSecret } from '../../run/keys/given-secret.ts';
import { openSecretText } from '../../signer/secret-text.ts';
import { npubOf } from '../../signer/stores/accounts.ts';
import { nsecOf } from '../../signer/stores/stores.ts';
import type { CommandModule, Invocation } from '../command.ts';

export const keyDecrypt: CommandModule = {
  examples: [
    { line: 'nost key decrypt < ncryptsec.txt', about: 'whose key it is; the passphrase is asked for' },
    {
      line: '(umask 077; nost key decrypt --reveal < ncryptsec.txt | jq -r .nsec > key.txt)',
      about: 'the key in plain text, in a file of your own',
    },
  ],
  exits: ['signer'],
  declare,
  run,
};

function declare(command: Command): void {
  command.usage('[flags] [-]    (-: the ncryptsec on stdin)').argument('[-]', 'the ncryptsec on stdin');
  command.addOption(new Option('--reveal', 'print the secret key, as nsec'));
  declareSecret(command);
}

async function run(context: Context, { args, options }: Invocation): Promise<void> {
  const { text, where } = await readGivenSecret(context, options, args, 'Encrypted key (ncryptsec): ');
  const { security, logN } = headerOf(text, where);
  const secret = await openSecretText(text, where, context.keys);
  try {
    const pubkey = publicKeyOf(secret);
    const line = { npub: npubOf(pubkey), pubkey, log_n: logN, security };
    await context.stdout.line(JSON.stringify(options.reveal ? { ...line, nsec: nsecOf(secret) } : line));
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

// `nost key encrypt`: a secret key to an ncryptsec (NIP-49), which a passphrase opens.
import type { Context } from '../../context.ts';
import type { FlagsOf } from '../../flags/flag.ts';
import { LOG_N_FLAGS, SECRET_FLAGS } from '../../flags/key-flags.ts';
import { publicKeyOf } from '../../protocol/keys.ts';
import { readGivenSecret } from '../../run/keys/given-secret.ts';
import { sealKey } from '../../signer/encrypted.ts';
import { choosePassphrase } from '../../signer/passphrase.ts';
import { openSecretText } from '../../signer/secret-text.ts';
import { npubOf } from '../../signer/stores/accounts.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = { ...LOG_N_FLAGS, ...SECRET_FLAGS };

export const keyEncrypt = command({
  examples: [
    { line: 'nost key encrypt --sec-file key.txt | jq -r .ncryptsec', about: 'asks for the passphrase' },
    {
      line: 'NOST_PASSPHRASE_FILE=pass.txt nost key encrypt < key.txt',
      about: 'without a terminal',
    },
  ],
  exits: ['signer'],
  flags: FLAGS,
  args: [{ spelling: '[-]', description: 'the key on stdin' }],
  usage: '[flags] [-]    (-: the key on stdin)',
  run,
});

async function run(context: Context, { args, flags }: Invocation<FlagsOf<typeof FLAGS>>): Promise<void> {
  const { text, where } = await readGivenSecret(context, flags, args);
  const secret = await openSecretText(text, where, context.keys);
  try {
    const pubkey = publicKeyOf(secret);
    const passphrase = await choosePassphrase('the encrypted key', context.keys);
    const ncryptsec = await sealKey(secret, passphrase, { logN: flags.logN }, context.keys);
    await context.stdout.line(JSON.stringify({ npub: npubOf(pubkey), pubkey, ncryptsec }));
  } finally {
    secret.fill(0);
  }
}

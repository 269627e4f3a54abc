// `nost key encrypt`: a secret key to an ncryptsec (NIP-49), which a passphrase opens.
import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { declareLogN } from '../../flags/key-flags.ts';
import { declareSecret } from '../../flags/options.ts';
import { publicKeyOf } from '../../protocol/keys.ts';
import { readGivenSecret } from '../../run/keys/given-secret.ts';
import { sealKey } from '../../signer/encrypted.ts';
import { choosePassphrase } from '../../signer/passphrase.ts';
import { openSecretText } from '../../signer/secret-text.ts';
import { npubOf } from '../../signer/stores/accounts.ts';
import type { CommandModule, Invocation } from '../command.ts';

export const keyEncrypt: CommandModule = {
  examples: [
    { line: 'nost key encrypt --sec-file key.txt | jq -r .ncryptsec', about: 'the passphrase is asked for' },
    {
      line: 'NOST_PASSPHRASE_FILE=pass.txt nost key encrypt < key.txt',
      about: 'without a terminal',
    },
  ],
  exits: ['signer'],
  declare,
  run,
};

function declare(command: Command): void {
  command.usage('[flags] [-]    (-: the key on stdin)').argument('[-]', 'the key on stdin');
  declareLogN(command);
  declareSecret(command);
}

async function run(context: Context, { args, options }: Invocation): Promise<void> {
  const { text, where } = await readGivenSecret(context, options, args);
  const secret = await openSecretText(text, where, context.keys);
  try {
    const pubkey = publicKeyOf(secret);
    const ncryptsec = await sealKey(secret, await choosePassphrase(context.keys), { logN: options.logN });
    await context.stdout.line(JSON.stringify({ npub: npubOf(pubkey), pubkey, ncryptsec }));
  } finally {
    secret.fill(0);
  }
}

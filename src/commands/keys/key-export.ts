// `nost key export`: the key of an account, to take elsewhere. Encrypted (NIP-49), unless one insists and consents.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { type FlagsOf, flags, on } from '../../flags/flag.ts';
import { LOG_N_FLAGS } from '../../flags/key-flags.ts';
import { accountOf } from '../../run/keys/account.ts';
import { answerTo } from '../../run/terminal/ask-yes.ts';
import { sealKey } from '../../signer/encrypted.ts';
import { choosePassphrase } from '../../signer/passphrase.ts';
import { readAccountKey } from '../../signer/stores/account-key.ts';
import type { Account } from '../../signer/stores/accounts.ts';
import { nsecOf, shownName } from '../../signer/stores/stores.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Flags', {
    reveal: on('--reveal', 'print the secret key unencrypted, as nsec'),
    yes: on('--yes', 'with --reveal: do not ask'),
  }),
  ...LOG_N_FLAGS,
};

type ExportFlags = FlagsOf<typeof FLAGS>;

export const keyExport = command({
  examples: [
    {
      line: 'nost key export alice | jq -r .ncryptsec > alice.ncryptsec',
      about: 'a backup; asks for a new passphrase',
    },
    {
      line: '(umask 077; nost key export alice --reveal --yes | jq -r .nsec > alice.nsec)',
      about: 'unencrypted, for another program',
    },
  ],
  exits: ['signer'],
  flags: FLAGS,
  args: [{ spelling: '<account>', description: 'name or npub' }],
  run,
});

async function run(context: Context, { args, flags }: Invocation<ExportFlags>): Promise<void> {
  const account = await accountOf(context, args);
  if (flags.reveal && !flags.yes) await askToReveal(context, account);
  const secret = await readAccountKey(account, context.keys);
  try {
    const { npub, pubkey, name } = account;
    const key = flags.reveal ? { nsec: nsecOf(secret) } : { ncryptsec: await seal(secret, context, flags) };
    await context.stdout.line(JSON.stringify({ npub, pubkey, name, ...key }));
  } finally {
    secret.fill(0);
  }
}

async function seal(secret: Uint8Array, { keys }: Context, { logN }: ExportFlags): Promise<string> {
  return sealKey(secret, await choosePassphrase('the copy', keys), { logN }, keys);
}

async function askToReveal(context: Context, account: Account): Promise<void> {
  if (!context.keys.hasTerminal()) {
    throw new UsageError('to reveal a key without being asked takes --yes', { code: 'not_confirmed' });
  }
  const question = `Print the secret key of ${shownName(account)}? Whoever sees it is you. [yes/N] `;
  const answer = await answerTo(context, question);
  if (answer.toLowerCase() !== 'yes') {
    throw new UsageError('not confirmed: nothing was printed', {
      code: 'not_confirmed',
      hint: 'Type the whole word yes. Without --reveal the copy is encrypted with a passphrase.',
    });
  }
}

// `nost wallet remove`: removes a wallet, and the secret that reaches it from its store. The money stays where it is.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { type FlagsOf, flags, on } from '../../flags/flag.ts';
import { answerTo } from '../../run/terminal/ask-yes.ts';
import { type Wallet, Wallets } from '../../signer/stores/wallets.ts';
import { forgetWallet } from '../../signer/wallet-secret.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = flags('Flags', { yes: on('--yes', 'do not ask') });

export const walletRemove = command({
  examples: [
    { line: 'nost wallet remove small', about: 'asks you to type its name first' },
    { line: 'nost wallet remove small --yes', about: 'without asking' },
  ],
  exits: ['signer', 'io'],
  flags: FLAGS,
  args: [{ spelling: '<wallet>', description: 'its name, as you called it' }],
  run,
});

async function run(context: Context, { args, flags }: Invocation<FlagsOf<typeof FLAGS>>): Promise<void> {
  const [name] = args;
  if (args.length !== 1 || name === undefined)
    throw new UsageError('name one wallet', { code: 'bad_arguments', hint: 'nost wallet remove NAME' });
  const wallet = await new Wallets(context.keys).find(name);
  if (!flags.yes) await askToRemove(context, wallet);
  await forgetWallet(wallet, context.keys);
  const { client, store } = wallet;
  await context.stdout.line(JSON.stringify({ name, wallet: wallet.wallet, client, store, removed: true }));
}

async function askToRemove(context: Context, { name }: Wallet): Promise<void> {
  const { keys } = context;
  if (!keys.hasTerminal())
    throw new UsageError('to remove a wallet without being asked takes --yes', { code: 'not_confirmed' });
  keys.note(`removing the connection to the wallet ${name}; the wallet itself, and its money, stay`);
  const typed = await answerTo(context, 'Type its name to remove it: ');
  if (typed !== name)
    throw new UsageError('that is not its name: nothing was removed', {
      code: 'not_confirmed',
      hint: 'To remove it without being asked: --yes',
    });
}

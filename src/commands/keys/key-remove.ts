// `nost key remove`: removes an account and its key from its store, for good. Says so only when the key is known to
// be gone.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { type FlagsOf, flags, on } from '../../flags/flag.ts';
import { accountOf } from '../../run/keys/account.ts';
import { answerTo } from '../../run/terminal/ask-yes.ts';
import { type Account, Accounts } from '../../signer/stores/accounts.ts';
import { forgetKey } from '../../signer/stores/stores.ts';
import { Wallets } from '../../signer/stores/wallets.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = flags('Flags', { yes: on('--yes', 'do not ask') });

export const keyRemove = command({
  examples: [
    { line: 'nost key remove alice', about: 'asks you to type the npub first' },
    { line: 'nost key remove npub1… --yes', about: 'without asking' },
  ],
  exits: ['signer', 'io'],
  flags: FLAGS,
  args: [{ spelling: '<account>', description: 'name or npub' }],
  run,
});

async function run(context: Context, { args, flags }: Invocation<FlagsOf<typeof FLAGS>>): Promise<void> {
  const account = await accountOf(context, args);
  await refuseWallet(context, account);
  if (!flags.yes) await askToRemove(context, account);
  await forgetKey(account, context.keys);
  await new Accounts(context.keys).remove(account);
  const { npub, pubkey, name, store } = account;
  await context.stdout.line(JSON.stringify({ npub, pubkey, name, store, removed: true }));
}

/** A wallet that has the key would be out of reach. */
async function refuseWallet({ keys }: Context, { pubkey }: Account): Promise<void> {
  const wallet = await new Wallets(keys).ofClient(pubkey);
  if (!wallet) return;
  throw new UsageError(`the wallet ${wallet.name} is reached with this key`, {
    code: 'bad_value',
    hint: `First: nost wallet remove ${wallet.name}`,
  });
}

async function askToRemove(context: Context, { npub, name, store }: Account): Promise<void> {
  const { keys } = context;
  if (!keys.hasTerminal()) {
    throw new UsageError('to remove a key without being asked takes --yes', { code: 'not_confirmed' });
  }
  const lost = store === 'command' ? '' : ' Without a copy the key is lost for ever.';
  keys.note(`removing ${name ?? 'the account'}, ${npub}.${lost} (--yes removes without asking.)`);
  const typed = await answerTo(context, 'Type its npub to remove it: ');
  if (typed !== npub) {
    throw new UsageError('that is not its npub: nothing was removed', {
      code: 'not_confirmed',
      hint: 'Copy the npub that stands above the question, or remove it without being asked: --yes',
    });
  }
}

// `nost key show`: one account, and where its key is kept. The key itself is not touched.
import type { Context } from '../../context.ts';
import { SignerError } from '../../errors.ts';
import { accountOf, describeAccount } from '../../run/keys/account.ts';
import { type Account, Accounts } from '../../signer/stores/accounts.ts';
import { keyPath } from '../../signer/stores/stores.ts';
import { command, type Invocation } from '../command.ts';

export const keyShow = command({
  examples: [
    { line: 'nost key show', about: 'the default account' },
    { line: 'nost key show alice | jq -r .npub', about: 'the public key of an account' },
  ],
  exits: ['signer'],
  flags: {},
  args: [{ spelling: '[account]', description: 'name or npub (default: the default account)' }],
  run,
});

async function run(context: Context, { args }: Invocation<object>): Promise<void> {
  const current = await new Accounts(context.keys).current();
  const account = args.length === 0 ? chosen(current) : await accountOf(context, args);
  const path = keyPath(account, context.keys) ?? null;
  const { command } = account;
  const line = { ...describeAccount(account, current), path, ...(command && { command }) };
  await context.stdout.line(JSON.stringify(line));
}

function chosen(current: Account | undefined): Account {
  if (current) return current;
  throw new SignerError('no account is chosen', {
    code: 'no_account',
    hint: 'nost key use NAME chooses one; nost key list shows them.',
  });
}

// `nost key use`: sets the default account, which signs when no flag and no variable names a key.
import type { Context } from '../../context.ts';
import { accountOf, describeAccount } from '../../run/keys/account.ts';
import { Accounts } from '../../signer/stores/accounts.ts';
import { command, type Invocation } from '../command.ts';

export const keyUse = command({
  examples: [{ line: 'nost key use alice', about: 'alice signs from now on' }],
  exits: ['signer', 'io'],
  flags: {},
  args: [{ spelling: '<account>', description: 'name or npub' }],
  run,
});

async function run(context: Context, { args }: Invocation<object>): Promise<void> {
  const account = await accountOf(context, args);
  await new Accounts(context.keys).use(account);
  await context.stdout.line(JSON.stringify(describeAccount(account, account)));
}

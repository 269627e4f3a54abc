// `nost key rename`: renames an account. Its key is not touched.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { accountOf, describeAccount } from '../../run/keys/account.ts';
import { Accounts, parseAccountName } from '../../signer/stores/accounts.ts';
import { command, type Invocation } from '../command.ts';

export const keyRename = command({
  examples: [{ line: 'nost key rename npub1… alice', about: 'call it alice' }],
  exits: ['signer', 'io'],
  flags: {},
  args: [
    { spelling: '<account>', description: 'name or npub' },
    { spelling: '<name>', description: 'its new name' },
  ],
  run,
});

async function run(context: Context, { args: [word, name, ...more] }: Invocation<object>): Promise<void> {
  if (more.length > 0 || name === undefined) {
    throw new UsageError('key rename takes an account and a name', { code: 'bad_arguments' });
  }
  const newName = parseAccountName(name);
  const accounts = new Accounts(context.keys);
  const renamed = await accounts.rename(await accountOf(context, [word!]), newName);
  const current = await accounts.current();
  await context.stdout.line(JSON.stringify(describeAccount(renamed, current)));
}

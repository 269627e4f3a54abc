// `nost key rename`: gives an account another name. Its key is not touched.
import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { accountOf, describeAccount } from '../../run/keys/account.ts';
import { Accounts, parseAccountName } from '../../signer/stores/accounts.ts';
import type { CommandModule, Invocation } from '../command.ts';

export const keyRename: CommandModule = {
  examples: [{ line: 'nost key rename npub1… alice', about: 'call it alice' }],
  exits: ['signer', 'io'],
  declare,
  run,
};

function declare(command: Command): void {
  command.argument('<account>', 'its name or npub').argument('<name>', 'its new name');
}

async function run(context: Context, { args: [word, name, ...more] }: Invocation): Promise<void> {
  if (more.length > 0 || name === undefined) {
    throw new UsageError('key rename takes an account and a name', { code: 'bad_arguments' });
  }
  const newName = parseAccountName(name);
  const accounts = new Accounts(context.keys);
  const renamed = await accounts.rename(await accountOf(context, [word!]), newName);
  const current = await accounts.current();
  await context.stdout.line(JSON.stringify(describeAccount(renamed, current)));
}

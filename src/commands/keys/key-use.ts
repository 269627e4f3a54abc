// `nost key use`: chooses the account that signs when no flag and no variable names a key.
import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { accountOf, describeAccount } from '../../run/keys/account.ts';
import { Accounts } from '../../signer/stores/accounts.ts';
import type { CommandModule, Invocation } from '../command.ts';

export const keyUse: CommandModule = {
  examples: [{ line: 'nost key use alice', about: 'alice signs from now on' }],
  exits: ['signer', 'io'],
  declare,
  run,
};

function declare(command: Command): void {
  command.argument('<account>', 'its name or npub');
}

async function run(context: Context, { args }: Invocation): Promise<void> {
  const account = await accountOf(context, args);
  await new Accounts(context.keys).use(account);
  await context.stdout.line(JSON.stringify(describeAccount(account, account)));
}

// `nost key list`: the accounts, one JSON line each. Reads the public index alone: no keychain, no key.
import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { noArguments } from '../../flags/options.ts';
import { describeAccount } from '../../run/keys/account.ts';
import { Accounts } from '../../signer/stores/accounts.ts';
import type { CommandModule, Invocation } from '../command.ts';

export const keyList: CommandModule = {
  examples: [
    { line: 'nost key list', about: 'one account a line' },
    { line: 'nost key list | jq -r .name', about: 'their names' },
  ],
  exits: ['signer'],
  declare: (_command: Command) => {},
  run,
};

async function run(context: Context, { args }: Invocation): Promise<void> {
  noArguments('key list', args);
  const accounts = new Accounts(context.keys);
  const current = await accounts.current().catch(() => undefined); // one that is gone: the list shows it
  for (const account of await accounts.list()) {
    await context.stdout.line(JSON.stringify(describeAccount(account, current)));
  }
}

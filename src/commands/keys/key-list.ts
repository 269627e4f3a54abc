// `nost key list`: the accounts, one JSON line each. Reads the public index alone: no keychain, no key.
import type { Context } from '../../context.ts';
import { describeAccount } from '../../run/keys/account.ts';
import { Accounts } from '../../signer/stores/accounts.ts';
import { command } from '../command.ts';

export const keyList = command({
  examples: [
    { line: 'nost key list', about: 'one account per line' },
    { line: 'nost key list | jq -r .name', about: 'their names' },
  ],
  exits: ['signer'],
  flags: {},
  layout: 'rows',
  run,
});

async function run(context: Context): Promise<void> {
  const accounts = new Accounts(context.keys);
  const current = await accounts.current().catch(() => undefined); // one that is gone: the list shows it
  const lines = (await accounts.list()).map(account => JSON.stringify(describeAccount(account, current)));
  await context.stdout.lines(lines);
  if (lines.length === 0)
    context.keys.noteAtTerminal('there is no account yet: nost keygen --name me makes one');
}

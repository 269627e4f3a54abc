// `nost wallet list`: the wallets, one JSON line each. Reads what is kept of them: no wallet is asked, no secret is read.
import type { Context } from '../../context.ts';
import { Wallets } from '../../signer/stores/wallets.ts';
import { command } from '../command.ts';

export const walletList = command({
  examples: [
    { line: 'nost wallet list', about: 'one wallet per line' },
    { line: 'nost wallet list | jq -r .name', about: 'their names' },
  ],
  exits: ['signer'],
  flags: {},
  layout: 'rows',
  run,
});

async function run({ keys, stdout }: Context): Promise<void> {
  const wallets = await new Wallets(keys).list();
  await stdout.lines(
    wallets.map(({ name, wallet, relays, lud16, client, store, created }) =>
      JSON.stringify({ name, wallet, relays, lud16, client, store, created }),
    ),
  );
  if (wallets.length === 0)
    keys.noteAtTerminal('there is no wallet yet: nost wallet add NAME reads the URI that a wallet gives');
}

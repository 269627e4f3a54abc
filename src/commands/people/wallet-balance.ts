// `nost wallet balance`: what a wallet says it holds (NIP-47).
import type { Context } from '../../context.ts';
import type { FlagsOf } from '../../flags/flag.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { walletBalance as askBalance } from '../../run/wallet/balance.ts';
import { command, type Invocation } from '../command.ts';

const { relaysFile: _, ...FLAGS } = NETWORK_FLAGS;

export const walletBalance = command({
  examples: [
    { line: 'nost wallet balance', about: 'of your only wallet' },
    { line: 'nost wallet balance small | jq .balance_msat', about: 'in thousandths of a satoshi' },
  ],
  exits: ['refused', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  args: [{ spelling: '[wallet]', description: 'its name; may be left out when there is one' }],
  run,
});

async function run(context: Context, { args, flags }: Invocation<FlagsOf<typeof FLAGS>>): Promise<void> {
  await askBalance(context, args, flags);
}

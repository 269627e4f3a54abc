// Asks a wallet what it holds.
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import { balanceIn, InvalidResponse } from '../../protocol/nip47.ts';
import { untilEnd } from '../command-end.ts';
import { WalletClient, type WalletFlags } from './wallet-client.ts';

const WHEN = 'before the wallet answered';

/** Prints the balance of the wallet that is named, or of the only one. */
export async function walletBalance(
  context: Context,
  [name, ...more]: readonly string[],
  flags: WalletFlags,
): Promise<void> {
  if (more.length > 0) throw new UsageError('name one wallet', { code: 'bad_arguments' });
  const { signal } = context.deadline;
  await untilEnd(context.deadline, WHEN, async end => {
    const client = await WalletClient.open(name, { context, flags, signal });
    try {
      await client.info();
      const result = await client.ask({ method: 'get_balance', params: {} });
      const line = { name: client.wallet.name, balance_msat: balanceIn(result) };
      await context.stdout.line(JSON.stringify(line));
      (await end.flush(context.stdout))();
    } catch (error) {
      if (context.signal.aborted) return;
      end.check(WHEN);
      if (!(error instanceof InvalidResponse)) throw error;
      throw new Failure('refused', `the wallet ${client.wallet.name}: ${error.message}`, {
        code: 'wallet_refused',
      });
    } finally {
      await client.close();
    }
  });
}

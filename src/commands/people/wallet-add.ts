// `nost wallet add`: keeps the connection to a wallet (NIP-47), its secret like the key of an account.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import type { FlagsOf } from '../../flags/flag.ts';
import { STORE_FLAGS } from '../../flags/key-flags.ts';
import { readGivenSecret } from '../../run/keys/given-secret.ts';
import { parseAccountName } from '../../signer/stores/accounts.ts';
import { Wallets } from '../../signer/stores/wallets.ts';
import { checkWalletUri, keepWallet } from '../../signer/wallet-secret.ts';
import { command, type Invocation } from '../command.ts';

export const walletAdd = command({
  examples: [
    {
      line: 'nost wallet add small',
      about: 'paste the nostr+walletconnect:// URI of the wallet; it is not shown',
    },
    { line: 'nost wallet add small < uri.txt', about: 'from a file that only you can read' },
    {
      line: 'pass show wallet | nost wallet add small --store file',
      about: 'in a file encrypted with a passphrase',
    },
  ],
  exits: ['signer', 'io'],
  flags: STORE_FLAGS,
  args: [
    { spelling: '<name>', description: 'how you call it' },
    { spelling: '[-]', description: 'the URI on stdin' },
  ],
  usage: '<name> [flags] [-]    (-: the URI on stdin)',
  run,
});

const WANTED = {
  question: 'URI of the wallet (nostr+walletconnect://…): ',
  instead:
    'From a file: nost wallet add NAME < uri.txt\nAt a terminal you are asked for it: nost wallet add NAME',
  check: checkWalletUri,
};

async function run(
  context: Context,
  { args: [word, ...rest], flags }: Invocation<FlagsOf<typeof STORE_FLAGS>>,
): Promise<void> {
  if (word === undefined || word === '-' || rest.some(other => other !== '-'))
    throw new UsageError('name the wallet, and give its URI on stdin', {
      code: 'bad_arguments',
      hint: WANTED.instead,
    });
  const { keys, stdout } = context;
  const name = parseAccountName(word);
  await new Wallets(keys).refuseTaken(name); // before anybody is asked for the URI
  const given = await readGivenSecret(context, {}, rest, WANTED);
  const { store = 'auto', insecure = false } = flags;
  const kept = await keepWallet(
    { ...given, name },
    { store, insecure, line: `nost wallet add ${name}` },
    keys,
  );
  const { wallet, relays, lud16, client, store: place } = kept.wallet;
  await stdout.line(JSON.stringify({ name, wallet, relays, lud16, client, store: place, path: kept.path }));
  keys.note(
    `the wallet is kept; nost wallet balance ${name} asks it, and nost zap send … --pay pays with it`,
  );
}

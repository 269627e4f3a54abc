// `nost keygen`: makes a key, keeps it in a place that has proved to work, and says where. A secret is printed only
// when asked for.
import type { Context } from '../../context.ts';
import { type FlagsOf, flags, on, value } from '../../flags/flag.ts';
import { STORE_FLAGS } from '../../flags/key-flags.ts';
import { generateSecretKey, publicKeyOf } from '../../protocol/keys.ts';
import { describeKept, type KeptLine, lineOf, tellKept } from '../../run/keys/account.ts';
import { keepKey, type Place, preparePlace } from '../../signer/keeping.ts';
import { Accounts, npubOf, parseAccountName } from '../../signer/stores/accounts.ts';
import { nsecOf } from '../../signer/stores/stores.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Flags', { name: value('--name <name>', 'name of the account', parseAccountName) }),
  ...STORE_FLAGS,
  ...flags('Flags', {
    printSecret: on(
      '--print-secret',
      'also print the secret key, as nsec; without --store and --name it is not stored',
    ),
  }),
};

type KeygenFlags = FlagsOf<typeof FLAGS>;

export const keygen = command({
  examples: [
    { line: 'nost keygen --name alice', about: 'store the key in the OS keychain' },
    {
      line: 'nost keygen --name alice --store file',
      about: 'store it in a file encrypted with a passphrase (NIP-49)',
    },
    {
      line: '(umask 077; nost keygen --print-secret | jq -r .nsec > key.txt)',
      about: 'only print the key, store it nowhere',
    },
    {
      line: 'nost keygen --store plain --insecure',
      about: 'store it unencrypted, for tests; prints the path of the file',
    },
  ],
  exits: ['signer', 'io'],
  flags: FLAGS,
  run,
});

async function run(context: Context, { flags }: Invocation<KeygenFlags>): Promise<void> {
  const { printSecret = false } = flags;
  const isOnlyPrinted =
    printSecret && flags.store === undefined && flags.name === undefined && !flags.insecure;
  const place = isOnlyPrinted ? undefined : await placeFor(context, flags);
  const secret = generateSecretKey();
  try {
    context.keys.onSecret?.(secret);
    const kept = place && (await keepKey(secret, flags.name ?? null, place, context.keys));
    const line = kept ? describeKept(kept) : describeUnkept(publicKeyOf(secret));
    await context.stdout.line(JSON.stringify(printSecret ? { ...line, nsec: nsecOf(secret) } : line));
    if (kept) tellKept(context, kept);
    else context.keys.note('the key is kept nowhere: what was printed is the only copy');
  } finally {
    secret.fill(0);
  }
}

/** A name that is taken is told before anybody is asked for a passphrase. */
async function placeFor(
  { keys }: Context,
  { name, store = 'auto', insecure = false }: KeygenFlags,
): Promise<Place> {
  await new Accounts(keys).refuseTaken(name ?? null);
  return preparePlace(store, { insecure, security: 'secure', line: lineOf('keygen', name) }, keys);
}

function describeUnkept(pubkey: string): KeptLine {
  return { npub: npubOf(pubkey), pubkey, name: null, store: null, path: null };
}

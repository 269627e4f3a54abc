// `nost key import`: keeps a key that was made elsewhere: an nsec, hex, an ncryptsec, a seed phrase, or one that a
// program prints and goes on keeping.
import type { Context } from '../../context.ts';
import { SignerError, UsageError } from '../../errors.ts';
import { type FlagsOf, flags, on, value } from '../../flags/flag.ts';
import { SECRET_FLAGS, STORE_FLAGS } from '../../flags/key-flags.ts';
import { wholeNumber } from '../../flags/values.ts';
import { publicKeyOf } from '../../protocol/keys.ts';
import { InvalidMnemonic, MAX_ACCOUNT, secretKeyOfMnemonic } from '../../protocol/nip06.ts';
import { describeKept, lineOf, tellKept } from '../../run/keys/account.ts';
import { readGivenSecret } from '../../run/keys/given-secret.ts';
import { commandPlace, keepKey, type Place, preparePlace } from '../../signer/keeping.ts';
import { openSecretText } from '../../signer/secret-text.ts';
import { parseCommand, runSecretCommand } from '../../signer/sources/command.ts';
import { Accounts, parseAccountName } from '../../signer/stores/accounts.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Flags', { name: value('--name <name>', 'name of the account', parseAccountName) }),
  ...STORE_FLAGS,
  ...flags('Flags', {
    mnemonic: on('--mnemonic', 'the input is a seed phrase (BIP-39, NIP-06)'),
    mnemonicAccount: value(
      '--mnemonic-account <n>',
      'number of the account in the seed phrase (default: 0)',
      wholeNumber(0, MAX_ACCOUNT),
    ),
    command: value(
      '--command <argv>',
      'run this program for the key, each time: words, or a JSON array',
      parseArgv,
    ),
  }),
  ...SECRET_FLAGS,
};

type ImportFlags = FlagsOf<typeof FLAGS>;

export const keyImport = command({
  examples: [
    { line: 'nost key import --name alice --prompt-sec', about: 'type or paste the key; it is not shown' },
    { line: 'nost key import --name alice < key.txt', about: 'an nsec, hex or ncryptsec' },
    { line: 'nost key import --name alice --mnemonic --prompt-sec', about: 'a seed phrase (NIP-06)' },
    {
      line: `nost key import --name work --command '["pass","show","nostr"]'`,
      about: 'leave the key in a password manager',
    },
  ],
  exits: ['signer', 'io'],
  flags: FLAGS,
  args: [{ spelling: '[-]', description: 'the key on stdin' }],
  usage: '[flags] [-]    (-: the key on stdin)',
  run,
});

function parseArgv(text: string): readonly string[] {
  const argv = parseCommand(text);
  if (!argv) throw new Error('neither words nor a JSON array of words');
  return argv;
}

async function run(context: Context, { args, flags }: Invocation<ImportFlags>): Promise<void> {
  const accounts = new Accounts(context.keys);
  const name = flags.name ?? null;
  await accounts.refuseTaken(name); // before anybody is asked for the key
  const secret = await (flags.command ? fromCommand(context, flags, args) : fromInput(context, flags, args));
  try {
    context.keys.onSecret?.(secret);
    await accounts.refuseTaken(name, publicKeyOf(secret)); // before anybody is asked for a passphrase
    const place = await placeOf(context, flags);
    const kept = await keepKey(secret, name, place, context.keys);
    await context.stdout.line(JSON.stringify(describeKept(kept)));
    tellKept(context, kept);
  } finally {
    secret.fill(0);
  }
}

function placeOf(
  { keys }: Context,
  { store, insecure = false, command, name }: ImportFlags,
): Promise<Place> | Place {
  if (command) return commandPlace(command);
  const line = lineOf('key import', name);
  return preparePlace(store ?? 'auto', { insecure, security: 'untracked', line }, keys);
}

/** The program is tried at once: what it prints says whose account this is. */
async function fromCommand(
  { keys }: Context,
  { command, mnemonic, secFile, secFd, promptSec, store, insecure }: ImportFlags,
  args: readonly string[],
): Promise<Uint8Array> {
  const others = [mnemonic, secFile, secFd, promptSec, insecure, store, args[0]];
  if (others.some(other => other !== undefined)) {
    throw new UsageError('--command leaves the key where it is: no other source and no store goes with it', {
      code: 'two_keys',
    });
  }
  return openSecretText(await runSecretCommand(command!, '--command', keys), '--command', keys);
}

async function fromInput(context: Context, flags: ImportFlags, args: readonly string[]): Promise<Uint8Array> {
  if (!flags.mnemonic) {
    if (flags.mnemonicAccount !== undefined) throw new UsageError('--mnemonic-account belongs to --mnemonic');
    const { text, where } = await readGivenSecret(context, flags, args);
    return openSecretText(text, where, context.keys);
  }
  context.keys.note('NIP-06 seed phrases are unrecommended: keep the key as an ncryptsec, not as words');
  const { text, where } = await readGivenSecret(context, flags, args, SEED_PHRASE);
  return openSeedPhrase(text, where, flags.mnemonicAccount);
}

async function openSeedPhrase(text: string, where: string, account?: number): Promise<Uint8Array> {
  try {
    return await secretKeyOfMnemonic(text, { account });
  } catch (error) {
    if (!(error instanceof InvalidMnemonic)) throw error;
    throw new SignerError(`${where}: ${error.message}`, { code: 'bad_secret' });
  }
}

/** The shortest there is. */
const SEED_PHRASE = {
  question: 'Seed phrase: ',
  words: 12,
  check: async (text: string, where: string) => void (await openSeedPhrase(text, where)).fill(0),
};

// Stores a new key. Its place is chosen and tested before the key exists, so that no key is lost. Never falls back
// silently to a less safe place: only the user decides that.
import { SignerError, UsageError } from '../errors.ts';
import { publicKeyOf } from '../protocol/keys.ts';
import type { EncryptionSettings, KeySecurity } from '../protocol/nip49.ts';
import { sealKey } from './encrypted.ts';
import type { SignerEnvironment } from './environment.ts';
import { choosePassphrase, hasPassphraseSource } from './passphrase.ts';
import { type Account, Accounts, npubOf, type StoreName } from './stores/accounts.ts';
import { Keychain } from './stores/keychain.ts';
import { ABSENT, KeychainError } from './stores/keychain-state.ts';
import { forgetKey, keepInFile, keepInKeychain, nsecOf } from './stores/stores.ts';

/** The values of `--store`. */
export type StoreChoice = 'auto' | 'keychain' | 'file' | 'plain';

export interface PlaceSettings {
  /** Confirms the store `plain`. */
  insecure: boolean;
  /** The key-security byte of NIP-49: `secure` only for a key that this program generated. */
  security: KeySecurity;
  /** The scrypt cost of NIP-49; undefined for the default. */
  logN?: number | undefined;
  /** The command line for another store, such as `nost keygen`: what to type where there is no keychain. */
  line: string;
}

/** A tested place for a key. */
export interface Place {
  store: StoreName;
  /** The command that prints the key, for the store `command`. */
  command?: readonly string[];
  /** Whether the key was made for this place, so that no other program can have put it there. */
  isNew?: boolean;
  /** Stores the key and returns the path of its file, or null. */
  keep(pubkey: string, secret: Uint8Array): Promise<string | null>;
}

export interface Kept {
  account: Account;
  /** The path of the key file, or null. */
  path: string | null;
  /** Whether it became the default account. */
  isChosen: boolean;
}

/**
 * Chooses and tests the place for a key. Prompts for a new passphrase when one is needed.
 * Throws `SignerError` or `UsageError` when the place cannot be used; nothing has been created then.
 */
export async function preparePlace(
  choice: StoreChoice,
  settings: PlaceSettings,
  environment: SignerEnvironment,
): Promise<Place> {
  if (settings.insecure && choice !== 'plain') {
    throw new UsageError('--insecure belongs to --store plain', { code: 'bad_value' });
  }
  return { ...(await placeOf(choice, settings, environment)), isNew: settings.security === 'secure' };
}

async function placeOf(
  choice: StoreChoice,
  { insecure, line, ...encryption }: PlaceSettings,
  environment: SignerEnvironment,
): Promise<Place> {
  switch (choice) {
    case 'auto':
      return automatic(encryption, line, environment);
    case 'keychain':
      await new Keychain(environment).canary();
      return keychainPlace(environment);
    case 'file':
      return filePlace(encryption, environment);
    case 'plain':
      return plainPlace(insecure, environment);
  }
}

/** Another place is offered only when there is no keychain; a locked or broken one must be repaired first. */
async function automatic(
  encryption: EncryptionSettings,
  line: string,
  environment: SignerEnvironment,
): Promise<Place> {
  try {
    await new Keychain(environment).canary();
    return keychainPlace(environment);
  } catch (error) {
    if (!(error instanceof KeychainError) || !ABSENT.includes(error.state)) throw error;
    if (await wantsFile(error, environment)) return filePlace(encryption, environment);
    throw withoutKeychain(error, line, environment);
  }
}

/** The same failure, with the one line to type instead. Who was asked knows already what is wrong. */
function withoutKeychain(error: KeychainError, line: string, environment: SignerEnvironment): SignerError {
  const { code, repair, message } = error;
  const isAsked = environment.hasTerminal();
  const typed = isAsked
    ? `To keep the key in an encrypted file after all: ${line} --store file`
    : `Type: NOST_PASSPHRASE_FILE=FILE ${line} --store file\nThe key is then in a file, encrypted with the passphrase that FILE holds.`;
  const hint = repair === undefined ? typed : `${typed}\n${repair}`;
  return new SignerError(isAsked ? 'no key was kept' : message, { code, hint, cause: error });
}

async function wantsFile(error: KeychainError, environment: SignerEnvironment): Promise<boolean> {
  if (hasPassphraseSource(environment)) {
    environment.note(`no keychain (${error.message}): keeping the key in a passphrase-encrypted file`);
    return true;
  }
  if (!environment.hasTerminal()) return false;
  environment.note(error.message);
  return saysYes('No keychain here. Keep the key in a file encrypted with a passphrase? [Y/n] ', environment);
}

/** How often an answer may be neither yes nor no. */
const ANSWERS = 3;

/** Enter alone means yes, Ctrl-D no. Throws `SignerError` when the command is ended meanwhile, and for odd answers. */
async function saysYes(question: string, { promptLine, note, signal }: SignerEnvironment): Promise<boolean> {
  const ask = async () => {
    try {
      return (await promptLine(question, { signal })).trim().toLowerCase();
    } catch (error) {
      const isUnanswered = error instanceof SignerError && error.code === 'prompt_aborted';
      if (!isUnanswered || signal?.aborted) throw error;
      return 'n';
    }
  };
  for (let left = ANSWERS; left > 0; left--) {
    const answer = await ask();
    if (['', 'y', 'yes'].includes(answer)) return true;
    if (['n', 'no'].includes(answer)) return false;
    if (left > 1) note('please answer y or n');
  }
  throw new SignerError('the question was not answered with y or n', {
    code: 'prompt_aborted',
    hint: '--store file answers it with yes.',
  });
}

function keychainPlace(environment: SignerEnvironment): Place {
  return {
    store: 'keychain',
    keep: async (pubkey, secret) => {
      await keepInKeychain({ npub: npubOf(pubkey), pubkey }, secret, environment);
      return null;
    },
  };
}

async function filePlace(encryption: EncryptionSettings, environment: SignerEnvironment): Promise<Place> {
  const passphrase = await choosePassphrase('the key file', environment);
  return {
    store: 'file',
    keep: async (pubkey, secret) => {
      const text = await sealKey(secret, passphrase, encryption, environment);
      return keepInFile({ npub: npubOf(pubkey), pubkey, store: 'file' }, text, environment);
    },
  };
}

function plainPlace(insecure: boolean, environment: SignerEnvironment): Place {
  if (!insecure) {
    throw new UsageError('--store plain keeps the key unencrypted in a file', {
      code: 'insecure_store',
      hint: 'If that is what you want: --store plain --insecure',
    });
  }
  return {
    store: 'plain',
    keep: (pubkey, secret) =>
      keepInFile({ npub: npubOf(pubkey), pubkey, store: 'plain' }, nsecOf(secret), environment),
  };
}

/** The store `command`: the key stays with the program that prints it. */
export function commandPlace(command: readonly string[]): Place {
  return { store: 'command', command, keep: async () => null };
}

/**
 * Stores a key and creates its account; the first account becomes the default one. The key is stored first: when the
 * program is killed in between, there is no account, and the key was not shown to anyone.
 */
export async function keepKey(
  secret: Uint8Array,
  name: string | null,
  { store, command, keep, isNew }: Place,
  environment: SignerEnvironment,
): Promise<Kept> {
  const pubkey = publicKeyOf(secret);
  const accounts = new Accounts(environment);
  await accounts.refuseTaken(name, pubkey);
  const isFirst = (await accounts.list()).length === 0;
  const path = await keep(pubkey, secret);
  const created = Math.floor(environment.now() / 1000);
  const account: Account = {
    npub: npubOf(pubkey),
    pubkey,
    name,
    store,
    created,
    ...(command && { command }),
  };
  try {
    await accounts.add(account);
  } catch (error) {
    if (isNew) await forgetKey(account, environment); // nobody else can have it, and nobody will
    throw error;
  }
  return { account, path, isChosen: isFirst && (await accounts.useFirst(account)) };
}

// Keeping a new key: where it goes is settled, and proved to work, before there is a key to lose. Never a silent step
// down to a less safe place (keychain.md §6.2).
import { UsageError } from '../errors.ts';
import { publicKeyOf } from '../protocol/keys.ts';
import type { EncryptionSettings, KeySecurity } from '../protocol/nip49.ts';
import { sealKey } from './encrypted.ts';
import type { SignerEnvironment } from './environment.ts';
import { choosePassphrase, hasPassphraseSource } from './passphrase.ts';
import { type Account, Accounts, npubOf, type StoreName } from './stores/accounts.ts';
import { Keychain } from './stores/keychain.ts';
import { ABSENT, KeychainError } from './stores/keychain-state.ts';
import { keepInFile, keepInKeychain, nsecOf } from './stores/stores.ts';

/** What `--store` takes. */
export type StoreChoice = 'auto' | 'keychain' | 'file' | 'plain';

export interface PlaceSettings {
  /** Agrees to the store `plain`. */
  insecure: boolean;
  /** NIP-49's key-security byte: `secure` only for a key that is made here. */
  security: KeySecurity;
  /** NIP-49's cost, when it is not to be the default. */
  logN?: number | undefined;
}

/** A place that is ready to take a key. */
export interface Place {
  store: StoreName;
  /** The command, for a key that is kept elsewhere. */
  command?: readonly string[];
  /** Keeps the key and returns the path of its file, or null. */
  keep(pubkey: string, secret: Uint8Array): Promise<string | null>;
}

export interface Kept {
  account: Account;
  /** Where the key's file lies, or null. */
  path: string | null;
}

/**
 * Settles where a key will go. Asks for a new passphrase where one is needed.
 * Throws `SignerError` or `UsageError` when there is no such place: then nothing has been made or written.
 */
export async function preparePlace(
  choice: StoreChoice,
  { insecure, ...encryption }: PlaceSettings,
  environment: SignerEnvironment,
): Promise<Place> {
  if (insecure && choice !== 'plain') {
    throw new UsageError('--insecure belongs to --store plain', { code: 'bad_value' });
  }
  switch (choice) {
    case 'auto':
      return automatic(encryption, environment);
    case 'keychain':
      await new Keychain(environment).canary();
      return keychainPlace(environment);
    case 'file':
      return filePlace(encryption, environment);
    case 'plain':
      return plainPlace(insecure, environment);
  }
}

/** Only where there is no keychain at all is another place offered; a locked or broken one is to be mended. */
async function automatic(encryption: EncryptionSettings, environment: SignerEnvironment): Promise<Place> {
  try {
    await new Keychain(environment).canary();
    return keychainPlace(environment);
  } catch (error) {
    if (!(error instanceof KeychainError) || !ABSENT.includes(error.state)) throw error;
    if (await wantsFile(error, environment)) return filePlace(encryption, environment);
    throw error;
  }
}

async function wantsFile(error: KeychainError, environment: SignerEnvironment): Promise<boolean> {
  if (hasPassphraseSource(environment)) {
    environment.note(`no keychain (${error.message}): keeping the key in a passphrase-encrypted file`);
    return true;
  }
  if (!environment.hasTerminal()) return false;
  const { signal } = environment;
  environment.note(error.message);
  const answer = await environment.promptLine(
    'No keychain here. Keep it in a passphrase-encrypted file? [Y/n] ',
    { signal },
  );
  return /^\s*(?:y|yes)?\s*$/i.test(answer);
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
  const passphrase = await choosePassphrase(environment);
  return {
    store: 'file',
    keep: async (pubkey, secret) => {
      const text = await sealKey(secret, passphrase, encryption);
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

/** A key that a program prints when asked stays where it is. */
export function commandPlace(command: readonly string[]): Place {
  return { store: 'command', command, keep: async () => null };
}

/**
 * Keeps a key and makes its account. The key is safe before the account is seen: killed in between, there is no
 * account, and nobody was told of the key.
 */
export async function keepKey(
  secret: Uint8Array,
  name: string | null,
  { store, command, keep }: Place,
  environment: SignerEnvironment,
): Promise<Kept> {
  const pubkey = publicKeyOf(secret);
  const accounts = new Accounts(environment);
  await accounts.refuseTaken(name, pubkey);
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
  await accounts.add(account);
  return { account, path };
}

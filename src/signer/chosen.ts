// The keys of accounts: of the account that `--as` or NOST_AS names and, when no source is named, the credential of a
// service manager or the default account (`nost key use`). Loaded only when needed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../errors.ts';
import type { SignerEnvironment } from './environment.ts';
import { openSecretText } from './secret-text.ts';
import { nameOfFile, readKeyFile } from './sources/key-file.ts';
import { readRules } from './sources/read-rules.ts';
import { readAccountKey } from './stores/account-key.ts';
import { type Account, Accounts } from './stores/accounts.ts';
import { shownName } from './stores/stores.ts';

/** The key of the account that `word` names. Throws `SignerError`. */
export async function accountSecret(word: string, environment: SignerEnvironment): Promise<Uint8Array> {
  return readAccountKey(await namedAccount(word, environment), environment);
}

/** The key to use when no flag and no variable names a source; undefined when there is none. */
export async function chosenSecret(environment: SignerEnvironment): Promise<Uint8Array | undefined> {
  return (await credential(environment)) ?? (await currentAccount(environment));
}

async function credential(environment: SignerEnvironment): Promise<Uint8Array | undefined> {
  const path = credentialPath(environment);
  if (path === undefined) return undefined;
  const name = nameOfFile('the credential', path);
  return openSecretText(await readKeyFile(path, name, readRules(environment)), name, environment);
}

/** `$CREDENTIALS_DIRECTORY/nost-sec`, as systemd provides it (`LoadCredential=`); undefined where there is none. */
function credentialPath({ env }: SignerEnvironment): string | undefined {
  const folder = env['CREDENTIALS_DIRECTORY'];
  const path = folder ? join(folder, 'nost-sec') : undefined;
  return path !== undefined && existsSync(path) ? path : undefined;
}

/** The default account, where nothing else is chosen; its key is not read. */
export async function chosenAccount(environment: SignerEnvironment): Promise<Account | undefined> {
  return credentialPath(environment) === undefined ? new Accounts(environment).current() : undefined;
}

/** The account that `word` names. Throws `SignerError`. */
export function namedAccount(word: string, environment: SignerEnvironment): Promise<Account> {
  return new Accounts(environment).find(word);
}

async function currentAccount(environment: SignerEnvironment): Promise<Uint8Array | undefined> {
  const account = await new Accounts(environment).current();
  if (account) environment.noteAtTerminal(`using the key of ${shownName(account)}, the default account`);
  return account && readAccountKey(account, environment);
}

/** The account that has this public key, as messages name it; undefined, too, where the accounts cannot be read. */
export async function accountNameOf(
  pubkey: string,
  environment: SignerEnvironment,
): Promise<string | undefined> {
  try {
    const account = (await new Accounts(environment).list()).find(each => each.pubkey === pubkey);
    return account && shownName(account);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** The accounts there are, as messages name them, oldest first. */
export async function accountNames(environment: SignerEnvironment): Promise<string[]> {
  return (await new Accounts(environment).list()).map(shownName);
}

// The keys of accounts: of the account that `--as` or NOST_AS names and, when no source is named, the credential of a
// service manager or the default account (`nost key use`). Loaded only when needed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SignerEnvironment } from './environment.ts';
import { openSecretText } from './secret-text.ts';
import { nameOfFile, readKeyFile } from './sources/key-file.ts';
import { readRules } from './sources/read-rules.ts';
import { readAccountKey } from './stores/account-key.ts';
import { Accounts } from './stores/accounts.ts';
import { shownName } from './stores/stores.ts';

/** The key of the account that `word` names. Throws `SignerError`. */
export async function accountSecret(word: string, environment: SignerEnvironment): Promise<Uint8Array> {
  return readAccountKey(await new Accounts(environment).find(word), environment);
}

/** The key to use when no flag and no variable names a source; undefined when there is none. */
export async function chosenSecret(environment: SignerEnvironment): Promise<Uint8Array | undefined> {
  return (await credential(environment)) ?? (await currentAccount(environment));
}

/** `$CREDENTIALS_DIRECTORY/nost-sec`, as systemd provides it (`LoadCredential=`). */
async function credential(environment: SignerEnvironment): Promise<Uint8Array | undefined> {
  const folder = environment.env['CREDENTIALS_DIRECTORY'];
  const path = folder ? join(folder, 'nost-sec') : undefined;
  if (path === undefined || !existsSync(path)) return undefined;
  const name = nameOfFile('the credential', path);
  return openSecretText(await readKeyFile(path, name, readRules(environment)), name, environment);
}

async function currentAccount(environment: SignerEnvironment): Promise<Uint8Array | undefined> {
  const account = await new Accounts(environment).current();
  if (account) environment.noteAtTerminal(`using the key of ${shownName(account)}, the default account`);
  return account && readAccountKey(account, environment);
}

/** The accounts there are, as messages name them, oldest first. */
export async function accountNames(environment: SignerEnvironment): Promise<string[]> {
  return (await new Accounts(environment).list()).map(shownName);
}

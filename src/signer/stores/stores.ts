// Reads and writes the keys of accounts in their stores. Each account records its store, and no other store is
// searched: so no key is confused with another, and none is in a less safe place than its owner knows.
import { join } from 'node:path';
import { SignerError } from '../../errors.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { openEncrypted } from '../encrypted.ts';
import type { SignerEnvironment, Variables } from '../environment.ts';
import { openSecretText, parseSecretKey } from '../secret-text.ts';
import { runSecretCommand } from '../sources/command.ts';
import { nameOfFile, readKeyFile } from '../sources/key-file.ts';
import { readRules } from '../sources/read-rules.ts';
import type { Account, StoreName } from './accounts.ts';
import { folderOf } from './folder.ts';
import { Keychain } from './keychain.ts';
import { removePrivate, writePrivate } from './private-file.ts';

/** `$XDG_DATA_HOME/nost/keys`. */
export function keyFolder(env: Readonly<Variables>): string {
  return join(folderOf(env, 'XDG_DATA_HOME'), 'keys');
}

type Keyed = Pick<Account, 'npub' | 'pubkey'>;

/** The key file of an account; undefined for a store without files. */
export function keyPath(
  { npub, store }: Pick<Account, 'npub' | 'store'>,
  environment: SignerEnvironment,
): string | undefined {
  const ending: Partial<Record<StoreName, string>> = { file: 'ncryptsec', plain: 'nsec' };
  const suffix = ending[store];
  return suffix && join(keyFolder(environment.env), `${npub}.${suffix}`);
}

/** The 32 bytes of the key of an account, from its store. Throws `SignerError`. */
export async function readKey(account: Account, environment: SignerEnvironment): Promise<Uint8Array> {
  switch (account.store) {
    case 'keychain':
      return new Keychain(environment).get(account.pubkey);
    case 'file':
      return openEncrypted(await readStored(account, environment), shownName(account), environment);
    case 'plain':
      return parseSecretKey(await readStored(account, environment), shownName(account));
    case 'command':
      return readCommand(account, environment);
  }
}

async function readCommand(
  { command, ...account }: Account,
  environment: SignerEnvironment,
): Promise<Uint8Array> {
  const where = `the command of ${shownName(account)}`;
  return openSecretText(await runSecretCommand(command!, where, environment), where, environment);
}

/** How messages name an account. */
export function shownName({ name, npub }: Pick<Account, 'name' | 'npub'>): string {
  return name ?? npub;
}

/** The text in the file of a `file` or `plain` account. */
export async function readStored(account: Account, environment: SignerEnvironment): Promise<string> {
  const path = keyPath(account, environment)!;
  return readKeyFile(path, nameOfFile('the key file', path), readRules(environment));
}

/** Stores a key in the keychain, and reads it back in another process to check it. */
export async function keepInKeychain(
  { pubkey }: Keyed,
  secret: Uint8Array,
  environment: SignerEnvironment,
): Promise<void> {
  const keychain = new Keychain(environment);
  await keychain.set(pubkey, secret);
  const kept = await keychain.get(pubkey);
  const same = Buffer.from(kept).equals(secret);
  kept.fill(0);
  if (!same) throw notKept('the keychain');
}

/** Writes the text of a key to its file, reads it back, and returns the path. */
export async function keepInFile(
  account: Keyed & { store: 'file' | 'plain' },
  text: string,
  environment: SignerEnvironment,
): Promise<string> {
  const path = keyPath(account, environment)!;
  await writePrivate(path, `${text}\n`, 'replace', environment.userId);
  const kept = await readKeyFile(path, nameOfFile('the key file', path), readRules(environment));
  if (kept !== text) throw notKept(path);
  return path;
}

function notKept(where: string): SignerError {
  return new SignerError(`${where} did not give back the key it was given`, {
    code: 'not_kept',
    hint: 'No account was made of it. nost key doctor shows the state of the keychain.',
  });
}

/** The nsec of a key. */
export function nsecOf(secretKey: Uint8Array): string {
  return encodeEntity({ type: 'nsec', secretKey });
}

/** Removes a key from its store; resolves when it is known to be deleted. The store `command` is left alone. */
export async function forgetKey(account: Account, environment: SignerEnvironment): Promise<void> {
  if (account.store === 'keychain') return new Keychain(environment).delete(account.pubkey);
  const path = keyPath(account, environment);
  if (path !== undefined) await removePrivate(path);
}

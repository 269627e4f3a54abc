// Accounts as the commands name and print them.

import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import type { Kept } from '../../signer/keeping.ts';
import { type Account, Accounts, type StoreName } from '../../signer/stores/accounts.ts';

/** The line of an account, in the order in which it is printed. */
export function describeAccount(
  { npub, pubkey, name, store, created }: Account,
  current: Account | undefined,
): object {
  return { npub, pubkey, name, store, created, current: current?.npub === npub };
}

/** The account that the only argument names. Throws `UsageError` for none or several, `SignerError` for none such. */
export async function accountOf(context: Context, args: readonly string[]): Promise<Account> {
  if (args.length !== 1) {
    throw new UsageError('name one account: its name or npub', {
      code: 'bad_arguments',
      hint: 'nost key list shows the accounts.',
    });
  }
  return new Accounts(context.keys).find(args[0]!);
}

/** What is printed of a new key; `store` is null when it is kept nowhere. */
export interface KeptLine {
  npub: string;
  pubkey: string;
  name: string | null;
  store: StoreName | null;
  path: string | null;
}

const PLACES: Readonly<Record<StoreName, string>> = {
  keychain: 'in the keychain',
  file: 'in an encrypted file, and lost without its passphrase',
  plain: 'unencrypted in a file that only you can read',
  command: 'with the program that prints it',
};

/** Says where a new key is, and how to sign with it. */
export function tellKept({ keys }: Context, { account: { npub, name, store }, isChosen }: Kept): void {
  const shown = name ?? npub;
  const how = isChosen
    ? `${shown} is your first account, so the default one (nost key use NAME changes that)`
    : `sign with --as ${shown}`;
  keys.note(`the key is ${PLACES[store]}; ${how}`);
}

/** The line of a command that makes or imports an account, for hints. */
export function lineOf(command: string, name: string | undefined): string {
  return name === undefined ? `nost ${command}` : `nost ${command} --name ${name}`;
}

/** The line of a key that was just kept. */
export function describeKept({ account: { npub, pubkey, name, store }, path }: Kept): KeptLine {
  return { npub, pubkey, name, store, path };
}

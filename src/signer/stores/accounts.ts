// The accounts: their public keys, their names, and the store of each key. Public data, no secret. Each account has its
// own small file, so that two programs cannot overwrite the changes of each other, and no lock file can remain.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, SignerError, UsageError } from '../../errors.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { nearest } from '../../protocol/nearest.ts';
import { decodeEntity, encodeEntity } from '../../protocol/nip19.ts';
import { quote } from '../../protocol/quote.ts';
import type { Variables } from '../environment.ts';
import { folderOf } from './folder.ts';
import { type Claim, NameClaims } from './names.ts';
import { readGuarded, removePrivate, writePrivate } from './private-file.ts';

/** Where the key of an account is stored; no other place is searched. */
export type StoreName = 'keychain' | 'file' | 'plain' | 'command';

export const STORES: readonly StoreName[] = ['keychain', 'file', 'plain', 'command'];

export interface Account {
  npub: string;
  /** 64 lower-case hex digits. */
  pubkey: string;
  name: string | null;
  store: StoreName;
  /** Unix seconds. */
  created: number;
  /** The program that prints the key, in the store `command`. */
  command?: readonly string[];
}

/** The npub of a public key. */
export function npubOf(pubkey: string): string {
  return encodeEntity({ type: 'npub', pubkey });
}

export class Accounts {
  readonly #folder: string;
  readonly #current: string;
  readonly #userId: number | undefined;
  readonly #names: NameClaims;

  constructor({ env, userId }: { env: Readonly<Variables>; userId: number | undefined }) {
    const config = folderOf(env, 'XDG_CONFIG_HOME');
    this.#folder = join(config, 'accounts');
    this.#current = join(config, 'account');
    this.#userId = userId;
    this.#names = new NameClaims(join(config, 'names'), userId);
  }

  /** All accounts, oldest first. Throws `SignerError` when other users may write their files. */
  async list(): Promise<Account[]> {
    const names = await readdir(this.#folder).catch(() => [] as string[]);
    const files = names.filter(name => /^npub1[a-z0-9]+\.json$/.test(name));
    const read = await Promise.all(files.map(name => this.#read(name.slice(0, -'.json'.length))));
    return read
      .filter(account => account !== undefined)
      .sort((a, b) => a.created - b.created || (a.npub < b.npub ? -1 : 1));
  }

  /**
   * The account that `word` names: by its name, npub or hex key. Never guesses.
   * Throws `SignerError` when there is none, or more than one.
   */
  async find(word: string): Promise<Account> {
    const accounts = await this.list();
    const pubkey = pubkeyOf(word);
    const found = accounts.filter(account => (pubkey ? account.pubkey === pubkey : account.name === word));
    if (found.length === 1) return found[0]!;
    throw found.length === 0 ? unknownAccount(word, accounts) : severalAccounts(word, found);
  }

  /** The default account, set by `use`, or undefined. Throws `SignerError` when it does not exist any more. */
  async current(): Promise<Account | undefined> {
    const npub = (await readGuarded(this.#current, this.#userId))?.trim();
    return npub ? this.find(npub) : undefined;
  }

  async use(account: Account): Promise<void> {
    await writePrivate(this.#current, `${account.npub}\n`, 'replace', this.#userId);
  }

  /** Refuses a key that has an account, and a name that is taken. Throws `UsageError`. */
  async refuseTaken(name: string | null, pubkey?: string): Promise<void> {
    for (const account of await this.list()) {
      if (account.pubkey === pubkey) throw accountExists(account);
      if (name !== null && account.name === name) throw nameTaken(account);
    }
  }

  /** Makes it the default account unless there is one; says whether it did. Of several at once only one does. */
  async useFirst(account: Account): Promise<boolean> {
    return this.#create(this.#current, `${account.npub}\n`);
  }

  /** Throws `UsageError` for a key that has an account, and a name that is taken. */
  async add(account: Account): Promise<void> {
    const line = textOf(account);
    await this.#claim(account, { line });
    if (await this.#create(this.#path(account.npub), line)) return;
    const existing = await this.#read(account.npub);
    if (!existing || textOf(existing) !== line) throw accountExists(existing ?? account);
  }

  async rename(account: Account, name: string): Promise<Account> {
    if (account.name === name) return account;
    await this.refuseTaken(name);
    const renamed = { ...account, name };
    await this.#claim(renamed, { line: textOf(renamed), from: account.name });
    await writePrivate(this.#path(account.npub), textOf(renamed), 'replace', this.#userId);
    if (account.name !== null) await this.#release(account.name, account);
    return renamed;
  }

  /** Removes the account, but not its key: that is the task of the store. */
  async remove(account: Account): Promise<void> {
    if (account.name !== null) await this.#release(account.name, account);
    await removePrivate(this.#path(account.npub));
    const chosen = (await readGuarded(this.#current, this.#userId))?.trim();
    if (chosen === account.npub) await removePrivate(this.#current);
  }

  /** Claims the name of an account that is about to have it. Throws `UsageError` when another one has it. */
  async #claim({ name, npub }: Account, claim: Claim): Promise<void> {
    while (name !== null && !(await this.#names.take(name, claim))) {
      const other = await this.#names.find(name);
      const owner = other && parseAccount(other.line);
      if (owner?.npub === npub) return; // ours, from before we were killed
      if (other && owner?.name === name && (await this.#finish(owner, other))) throw nameTaken(owner);
      await this.#names.release(name);
    }
  }

  /** Does what a claim announces, if nobody has; false when the claim is of the past. */
  async #finish(owner: Account, { line, from }: Claim): Promise<boolean> {
    const path = this.#path(owner.npub);
    const existing = await this.#read(owner.npub);
    if (existing?.name === owner.name) return true;
    if (existing === undefined && from === undefined) {
      await this.#create(path, line);
      return true;
    }
    if (existing === undefined || from === undefined || existing.name !== from) return false;
    await writePrivate(path, line, 'replace', this.#userId);
    return true;
  }

  async #release(name: string, { npub }: Account): Promise<void> {
    const claim = await this.#names.find(name);
    if (claim && parseAccount(claim.line)?.npub === npub) await this.#names.release(name);
  }

  /** Writes a new file; false when it is there already. */
  async #create(path: string, text: string): Promise<boolean> {
    try {
      await writePrivate(path, text, 'new', this.#userId);
      return true;
    } catch (error) {
      if (error instanceof Failure && error.code === 'file_exists') return false;
      throw error;
    }
  }

  #path(npub: string): string {
    return join(this.#folder, `${npub}.json`);
  }

  async #read(npub: string): Promise<Account | undefined> {
    const path = this.#path(npub);
    const text = await readGuarded(path, this.#userId);
    if (text === undefined) return undefined; // removed in the meantime
    const account = parseAccount(text);
    if (account?.npub === npub) return account;
    throw new SignerError(`${quote(path, 200)} is damaged`, {
      code: 'account_damaged',
      hint: 'It is public: mend it by hand, or remove the file and import the key again.',
    });
  }
}

function textOf({ npub, pubkey, name, store, created, command }: Account): string {
  return `${JSON.stringify({ npub, pubkey, name, store, created, ...(command && { command }) })}\n`;
}

function parseAccount(text: string): Account | undefined {
  let value: Partial<Account> | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { npub, pubkey, name = null, store, created, command } = value;
  if (!isHex32(pubkey) || npub !== npubOf(pubkey) || !STORES.includes(store!)) return undefined;
  if (typeof created !== 'number' || (name !== null && typeof name !== 'string')) return undefined;
  if ((store === 'command') !== isCommand(command)) return undefined;
  return { npub, pubkey, name, store: store!, created, ...(command && { command }) };
}

/** A program and its arguments. */
export function isCommand(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every(word => typeof word === 'string' && word !== '')
  );
}

/**
 * Checks the name of a new account: letters, digits and `_ + -`, and nothing that looks like a key. A dot, an `@` or a
 * colon would make it look like an address on the network. Throws `UsageError`.
 */
export function parseAccountName(text: string): string {
  if (/^n(?:pub|sec|cryptsec|profile)1|^[0-9a-f]{40,64}$|(?=[a-z]*[02-9])[02-9ac-hj-np-z]{50}/i.test(text)) {
    throw new UsageError('an account cannot be called like a key', { code: 'bad_value' });
  }
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_+-]{0,63}$/u.test(text)) return text.normalize('NFC');
  throw new UsageError(`${quote(text)} cannot be a name: letters, digits and _ + -, up to 64`, {
    code: 'bad_value',
  });
}

function pubkeyOf(word: string): string | undefined {
  const hex: unknown = word.toLowerCase();
  if (isHex32(hex)) return hex;
  if (!/^npub1/i.test(word)) return undefined;
  try {
    const entity = decodeEntity(word);
    return entity.type === 'npub' ? entity.pubkey : undefined;
  } catch {
    return undefined;
  }
}

function unknownAccount(word: string, accounts: readonly Account[]): SignerError {
  const guess = nearest(
    word,
    accounts.map(({ name }) => name).filter(name => name !== null),
  );
  return new SignerError(`there is no account ${quote(word)}`, {
    code: 'no_account',
    hint: guess
      ? `Did you mean: ${guess}`
      : accounts.length > 0
        ? 'nost key list shows the accounts.'
        : 'There are no accounts yet: nost keygen --name NAME makes the first.',
  });
}

function severalAccounts(word: string, accounts: readonly Account[]): SignerError {
  return new SignerError(`${accounts.length} accounts are called ${quote(word)}`, {
    code: 'account_ambiguous',
    hint: `Say which by its npub, and rename it: nost key rename ${accounts[0]!.npub} NAME`,
  });
}

function accountExists({ npub, name }: Account): UsageError {
  return new UsageError(`there is an account for this key already: ${name ?? npub}`, {
    code: 'account_exists',
    hint: 'nost key show tells where it is kept; nost key remove forgets it.',
  });
}

function nameTaken({ npub, name }: Account): UsageError {
  return new UsageError(`the name ${quote(name)} is taken by ${npub}`, {
    code: 'name_taken',
    hint: 'Choose another name, or rename that account: nost key rename.',
  });
}

// The wallets (NIP-47): the key and the relays of each, and the store of the secret that reaches it. No secret. Each has
// its own small file, named after its name, so that only one program can create it.
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, SignerError, UsageError } from '../../errors.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { nearest } from '../../protocol/nearest.ts';
import { quote } from '../../protocol/quote.ts';
import { relayUrlsIn } from '../../protocol/relay-url.ts';
import type { Variables } from '../environment.ts';
import { type Account, npubOf, STORES, type StoreName } from './accounts.ts';
import { folderOf } from './folder.ts';
import { readGuarded, removePrivate, writePrivate } from './private-file.ts';

export interface Wallet {
  name: string;
  /** The public key of the wallet, 64 lower-case hex digits. */
  wallet: string;
  relays: string[];
  /** The lightning address of the wallet. */
  lud16: string | null;
  /** The public key of the connection's secret. */
  client: string;
  /** Where that secret is kept. */
  store: StoreName;
  /** Unix seconds. */
  created: number;
}

/** The account that the stores know the secret of a wallet by. */
export function keyOfWallet({ name, client, store, created }: Wallet): Account {
  return { npub: npubOf(client), pubkey: client, name, store, created };
}

/** Hex digits in the name of a file. More look like a secret, and messages would not show which file it is. */
const NAME_LENGTH = 32;

export class Wallets {
  readonly #folder: string;
  readonly #userId: number | undefined;

  constructor({ env, userId }: { env: Readonly<Variables>; userId: number | undefined }) {
    this.#folder = join(folderOf(env, 'XDG_CONFIG_HOME'), 'wallets');
    this.#userId = userId;
  }

  /** All wallets, oldest first. Throws `SignerError` when other users may write their files. */
  async list(): Promise<Wallet[]> {
    const files = await readdir(this.#folder).catch(() => [] as string[]);
    const read = await Promise.all(
      files
        .filter(file => /^[0-9a-f]{32}\.json$/.test(file))
        .map(file => this.#read(join(this.#folder, file))),
    );
    return read
      .filter(wallet => wallet !== undefined)
      .sort((a, b) => a.created - b.created || (a.name < b.name ? -1 : 1));
  }

  /** The wallet of this name; without one, the only one there is. Throws `SignerError`, code `no_wallet`. */
  async find(name: string | undefined): Promise<Wallet> {
    const wallets = await this.list();
    const found = name === undefined ? wallets : wallets.filter(wallet => wallet.name === name);
    if (found.length === 1) return found[0]!;
    throw name === undefined ? noneNamed(wallets) : unknownWallet(name, wallets);
  }

  /** Refuses a name that is taken, and a secret that reaches a wallet already. Throws `UsageError`. */
  async refuseTaken(name: string, client?: string): Promise<void> {
    for (const wallet of await this.list()) {
      if (wallet.name === name) throw nameTaken(name);
      if (wallet.client === client)
        throw new UsageError(`the wallet ${wallet.name} has this connection already`, {
          code: 'account_exists',
          hint: 'Let the wallet make another connection, or remove that one: nost wallet remove.',
        });
    }
  }

  /** The wallet that this connection reaches. */
  async ofClient(client: string): Promise<Wallet | undefined> {
    return (await this.list()).find(wallet => wallet.client === client);
  }

  /** Throws `UsageError` for a name that is taken. */
  async add(wallet: Wallet): Promise<void> {
    try {
      await writePrivate(this.#path(wallet.name), `${JSON.stringify(wallet)}\n`, 'new', this.#userId);
    } catch (error) {
      throw error instanceof Failure && error.code === 'file_exists' ? nameTaken(wallet.name) : error;
    }
  }

  /** Removes the wallet, but not its secret: that is the task of the store. */
  async remove({ name }: Wallet): Promise<void> {
    await removePrivate(this.#path(name));
  }

  #path(name: string): string {
    const hash = createHash('sha256').update(name).digest('hex');
    return join(this.#folder, `${hash.slice(0, NAME_LENGTH)}.json`);
  }

  async #read(path: string): Promise<Wallet | undefined> {
    const text = await readGuarded(path, this.#userId);
    if (text === undefined) return undefined; // removed in the meantime
    const wallet = parseWallet(text);
    if (wallet && this.#path(wallet.name) === path) return wallet;
    throw new SignerError(`${quote(path, 200)} is damaged`, {
      code: 'wallet_damaged',
      hint: 'It holds no secret: remove the file and add the wallet again.',
    });
  }
}

function parseWallet(text: string): Wallet | undefined {
  let value: Partial<Wallet> | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, wallet, relays, lud16 = null, client, store, created } = value;
  if (typeof name !== 'string' || !isHex32(wallet) || !isHex32(client)) return undefined;
  if (!Array.isArray(relays) || !relays.every(relay => typeof relay === 'string')) return undefined;
  const urls = relayUrlsIn(relays);
  if (urls.length === 0 || !STORES.includes(store!) || store === 'command') return undefined;
  if (typeof created !== 'number' || (lud16 !== null && typeof lud16 !== 'string')) return undefined;
  return { name, wallet, relays: urls, lud16, client, store: store!, created };
}

function nameTaken(name: string): UsageError {
  return new UsageError(`there is a wallet called ${quote(name)} already`, {
    code: 'name_taken',
    hint: 'Choose another name, or remove that wallet: nost wallet remove.',
  });
}

function noneNamed(wallets: readonly Wallet[]): SignerError {
  return new SignerError(wallets.length === 0 ? 'there is no wallet' : 'there are several wallets', {
    code: 'no_wallet',
    hint: wallets.length === 0 ? HOW_TO_ADD : `There are: ${namesOf(wallets)}\n${HOW_TO_SAY}`,
  });
}

function unknownWallet(name: string, wallets: readonly Wallet[]): SignerError {
  const guess = nearest(
    name,
    wallets.map(wallet => wallet.name),
  );
  const others = wallets.length === 0 ? HOW_TO_ADD : `There are: ${namesOf(wallets)}`;
  return new SignerError(`there is no wallet ${quote(name)}`, {
    code: 'no_wallet',
    hint: guess === undefined ? others : `Did you mean: ${guess}`,
  });
}

const HOW_TO_ADD = 'nost wallet add NAME reads the nostr+walletconnect:// URI that a wallet gives.';

const HOW_TO_SAY = 'Say which: nost wallet balance NAME, nost zap send … --pay --wallet NAME';

/** More are not listed in a hint. */
const SHOWN = 8;

function namesOf(wallets: readonly Wallet[]): string {
  const names = wallets.slice(0, SHOWN).map(({ name }) => name);
  return `${names.join(', ')}${wallets.length > SHOWN ? ' …' : ''}`;
}

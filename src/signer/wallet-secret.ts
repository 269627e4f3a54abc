// The secret of a wallet connection (NIP-47): read out of the URI that a wallet gives, kept like the key of an account,
// and opened as a signer. Whoever has it may spend what the wallet allows the connection.
import { SignerError } from '../errors.ts';
import { hexToBytes } from '../protocol/hex.ts';
import { InvalidKey, publicKeyOf } from '../protocol/keys.ts';
import { InvalidConnectionUri, parseWalletUri, type WalletUri } from '../protocol/nip47.ts';
import type { SignerEnvironment } from './environment.ts';
import { type PlaceSettings, preparePlace, type StoreChoice } from './keeping.ts';
import type { Signer } from './signer.ts';
import { readAccountKey } from './stores/account-key.ts';
import { Accounts } from './stores/accounts.ts';
import { ABSENT, KeychainError } from './stores/keychain-state.ts';
import { forgetKey } from './stores/stores.ts';
import { keyOfWallet, type Wallet, Wallets } from './stores/wallets.ts';

/** A wallet that was kept; `path` is that of the file with its secret, or null. */
export interface KeptWallet {
  wallet: Wallet;
  path: string | null;
}

/** Refuses a text that is no URI of a wallet. Throws `SignerError`, which never quotes it. */
export async function checkWalletUri(text: string, where: string): Promise<void> {
  open(text, where).secret.fill(0);
}

/**
 * Keeps the wallet of a URI under a name. Its place is chosen and tested before anything is written. Throws `UsageError`
 * for a name or a secret that is taken, and `SignerError`.
 */
export async function keepWallet(
  { text, where, name }: { text: string; where: string; name: string },
  { store, insecure, line }: Pick<PlaceSettings, 'insecure' | 'line'> & { store: StoreChoice },
  environment: SignerEnvironment,
): Promise<KeptWallet> {
  const { uri, secret } = open(text, where);
  try {
    environment.onSecret?.(secret);
    const client = publicKeyOf(secret);
    const wallets = new Wallets(environment);
    await wallets.refuseTaken(name, client);
    await new Accounts(environment).refuseTaken(null, client); // its key would go when the wallet goes
    const place = await preparePlace(store, { insecure, security: 'untracked', line }, environment);
    const path = await place.keep(client, secret);
    const wallet: Wallet = {
      name,
      wallet: uri.pubkey,
      relays: uri.relays,
      lud16: uri.lud16 ?? null,
      client,
      store: place.store,
      created: Math.floor(environment.now() / 1000),
    };
    try {
      await wallets.add(wallet);
    } catch (error) {
      await forgetKey(keyOfWallet(wallet), environment); // no wallet leads to it
      throw error;
    }
    return { wallet, path };
  } finally {
    secret.fill(0);
  }
}

/** The signer of a wallet's connection. Throws `SignerError`. */
export async function openWallet(wallet: Wallet, environment: SignerEnvironment): Promise<Signer> {
  const { LocalSigner } = await import('./local.ts');
  const secret = readAccountKey(keyOfWallet(wallet), environment);
  return new LocalSigner(
    await secret.catch(error => {
      throw ofWallet(error, wallet);
    }),
  );
}

/** Codes of a secret that is not there, or is another. */
const GONE =
  /^(?:key_file_(?:missing|empty|lines|kind)|keychain_(?:missing|wrong_item)|wrong_key|bad_secret)$/;

/** What is to be done about the key of an account is not what is to be done about a wallet. */
function ofWallet(error: unknown, { name }: Wallet): unknown {
  if (!(error instanceof SignerError)) return error;
  const { code } = error;
  const message = `the wallet ${name}: ${error.message}`;
  const add = `nost wallet remove ${name}, then nost wallet add ${name}`;
  if (GONE.test(code)) return new SignerError(message, { code, hint: `Add it again: ${add}`, cause: error });
  if (!(error instanceof KeychainError) || !ABSENT.includes(error.state)) return error;
  const elsewhere = `Elsewhere: let the wallet make another connection, and nost wallet add NAME --store file keeps it in an encrypted file.`;
  const hint = [...(error.repair === undefined ? [] : [error.repair]), elsewhere].join('\n');
  return new SignerError(message, { code, hint, cause: error });
}

/** Removes a wallet; its secret is known to be gone then, unless it is the key of an account, too. */
export async function forgetWallet(wallet: Wallet, environment: SignerEnvironment): Promise<void> {
  const accounts = await new Accounts(environment).list();
  if (!accounts.some(({ pubkey }) => pubkey === wallet.client))
    await forgetKey(keyOfWallet(wallet), environment);
  await new Wallets(environment).remove(wallet);
}

function open(text: string, where: string): { uri: Omit<WalletUri, 'secret'>; secret: Uint8Array } {
  try {
    const { secret: hex, ...uri } = parseWalletUri(text.trim());
    const secret = hexToBytes(hex);
    publicKeyOf(secret);
    return { uri, secret };
  } catch (error) {
    if (error instanceof InvalidConnectionUri) throw badUri(where, error.message);
    if (error instanceof InvalidKey) throw badUri(where, 'the secret is a number that is no key');
    throw error;
  }
}

function badUri(where: string, why: string): SignerError {
  return new SignerError(`${where}: ${why}`, {
    code: 'bad_secret',
    hint: 'A wallet gives it where it connects apps: nostr+walletconnect://KEY?relay=wss://… and a secret',
  });
}

// NIP-47: the URI by which a client reaches a wallet. Its secret is a key that may spend money.
import { type ConnectionUri, InvalidConnectionUri, readConnectionUri } from './connection-uri.ts';
import { isHex32 } from './hex.ts';

export { InvalidConnectionUri };

/** `nostr+walletconnect://…`: the wallet's key, and the secret key with which the client signs its requests, in hex. */
export interface WalletUri extends ConnectionUri {
  secret: string;
  /** The lightning address of the wallet. */
  lud16: string | undefined;
}

/**
 * Reads a `nostr+walletconnect:` URI, with or without the slashes.
 * Throws `InvalidConnectionUri`, which never quotes it.
 * @example
 * parseWalletUri(`nostr+walletconnect://${'ab'.repeat(32)}?relay=wss://r.example&secret=${'01'.repeat(32)}`).pubkey.slice(0, 4) // → 'abab'
 * parseWalletUri(`nostr+walletconnect://${'ab'.repeat(32)}?relay=wss://r.example`) // throws must hold a secret of 64 hex digits
 */
export function parseWalletUri(text: string): WalletUri {
  const { uri, query } = readConnectionUri(text, 'nostr+walletconnect');
  const secret = (uri.secret ?? '').toLowerCase();
  if (!isHex32(secret))
    throw new InvalidConnectionUri('the nostr+walletconnect URI must hold a secret of 64 hex digits');
  return { ...uri, secret, lud16: query.get('lud16') || undefined };
}

// NIP-46: the URIs by which a client and a remote signer find each other.
import { type ConnectionUri, InvalidConnectionUri, readConnectionUri } from './connection-uri.ts';

export { InvalidConnectionUri };

/** `bunker://…`, made by a signer: its key, which is not the user's, and a secret for the first `connect`. */
export type BunkerUri = ConnectionUri;

/** `nostrconnect://…`, made by a client: its key, and what it asks for. The signer must send the secret back. */
export interface ClientUri extends ConnectionUri {
  /** As `sign_event:1`. */
  permissions: string[];
  name: string | undefined;
  url: string | undefined;
  image: string | undefined;
}

/**
 * Reads a `bunker://` URI.
 * Throws `InvalidConnectionUri`, which never quotes it.
 * @example
 * parseBunkerUri(`bunker://${'ab'.repeat(32)}?relay=wss%3A%2F%2Fr.example&secret=x`).relays // → ['wss://r.example']
 * parseBunkerUri(`bunker://${'ab'.repeat(32)}?secret=x`) // throws the bunker URI names no relay
 * parseBunkerUri('bunker://alice') // throws must begin with a public key of 64 hex digits
 */
export function parseBunkerUri(text: string): BunkerUri {
  return readConnectionUri(text, 'bunker').uri;
}

/**
 * Reads a `nostrconnect://` URI.
 * Throws `InvalidConnectionUri`, which never quotes it.
 * @example
 * parseClientUri(`nostrconnect://${'ab'.repeat(32)}?relay=wss://r.example&perms=sign_event:1,nip44_encrypt&secret=x`).permissions // → ['sign_event:1', 'nip44_encrypt']
 * parseClientUri('nostr:npub1') // throws not a nostrconnect URI
 */
export function parseClientUri(text: string): ClientUri {
  const { uri, query } = readConnectionUri(text, 'nostrconnect');
  return {
    ...uri,
    permissions: (query.get('perms') ?? '').split(',').filter(permission => permission !== ''),
    name: query.get('name') || undefined,
    url: query.get('url') || undefined,
    image: query.get('image') || undefined,
  };
}

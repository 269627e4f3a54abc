// What the URIs of NIP-46 and NIP-47 have in common: a scheme, a public key, and relays and a secret in the query.
import { isHex32 } from './hex.ts';
import { InvalidRelayUrl, normalizeRelayUrl } from './relay-url.ts';

/** Thrown when text is no such URI. The message never holds the text: there may be a secret in it. */
export class InvalidConnectionUri extends Error {
  override name = 'InvalidConnectionUri';
}

/** What every such URI says. */
export interface ConnectionUri {
  pubkey: string;
  /** Where the other side listens; at least one. */
  relays: string[];
  secret: string | undefined;
}

/** No client makes a longer one. */
const MAX_URI = 8192;

/** The parts of a URI of this scheme, and its query. Throws `InvalidConnectionUri`. */
export function readConnectionUri(
  text: string,
  scheme: string,
): { uri: ConnectionUri; query: URLSearchParams } {
  const fault = (what: string) => new InvalidConnectionUri(`the ${scheme} URI ${what}`);
  if (text.length > MAX_URI) throw fault(`is longer than ${MAX_URI} characters`);
  const begin = `${scheme}:`;
  if (text.slice(0, begin.length).toLowerCase() !== begin)
    throw new InvalidConnectionUri(`not a ${scheme} URI`);
  const rest = text.slice(begin.length).replace(/^\/\//, '');
  const end = rest.search(/[/?#]/);
  const pubkey = (end < 0 ? rest : rest.slice(0, end)).toLowerCase();
  if (!isHex32(pubkey)) throw fault('must begin with a public key of 64 hex digits');
  const question = rest.indexOf('?');
  const query = new URLSearchParams(question < 0 ? '' : rest.slice(question + 1).replace(/#.*$/s, ''));
  const relays = relaysOf(query, fault);
  if (relays.length === 0) throw fault('names no relay');
  return { uri: { pubkey, relays, secret: query.get('secret') || undefined }, query };
}

function relaysOf(query: URLSearchParams, fault: (what: string) => Error): string[] {
  try {
    return [...new Set(query.getAll('relay').map(relay => normalizeRelayUrl(relay)))];
  } catch (error) {
    if (error instanceof InvalidRelayUrl) throw fault('names a relay that is no relay URL');
    throw error;
  }
}

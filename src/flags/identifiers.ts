// What people write for an event, a person or an address: hex, NIP-19 codes, `nostr:` URIs, links of web clients. What
// does not parse is an error: a mistyped npub must never be signed or sent as it stands.
import { isHex32 } from '../protocol/hex.ts';
import { parseAddress } from '../protocol/kind.ts';
import { hexFault } from '../protocol/mistyped.ts';
import { isNip05Like } from '../protocol/nip05.ts';
import { type Entity, InvalidEntity } from '../protocol/nip19.ts';
import { decodeCode } from '../protocol/nip21.ts';
import { quote, withoutSecrets } from '../protocol/quote.ts';
import { relayHintsIn } from '../protocol/relay-url.ts';
import { isWebLink } from '../protocol/web-link.ts';

/** The id that hex, `note` or `nevent` stand for. */
export function parseEventId(text: string): string {
  const hex = hexOf(text);
  if (hex !== undefined) return hex;
  const entity = decode(text, 'an event id (64 hex digits, note or nevent)');
  if (entity.type === 'note' || entity.type === 'nevent') return entity.id;
  throw new WrongCode(text, entity.type, 'an event id');
}

/** The public key that hex, `npub` or `nprofile` stand for. */
export function parsePubkey(text: string): string {
  const hex = hexOf(text);
  if (hex !== undefined) return hex;
  if (isNip05Like(text)) throw new Error(notAsked(text));
  const entity = decode(text, 'a public key (64 hex digits, npub or nprofile)');
  if (entity.type === 'npub' || entity.type === 'nprofile') return entity.pubkey;
  throw new WrongCode(text, entity.type, 'a public key');
}

/** What is said of a NIP-05 name where nobody is asked. */
export function notAsked(name: string): string {
  return `${quote(name)} is a NIP-05 name, and no domain is asked here: use the key that nost nip05 ${withoutSecrets(name)} prints`;
}

/** The address `kind:pubkey:identifier` that it or an `naddr` stand for. */
export function parseAddressOf(text: string): string {
  if (parseAddress(text)) return text;
  const entity = decode(text, 'an address (kind:pubkey:identifier or naddr)');
  if (entity.type === 'naddr') return `${entity.kind}:${entity.pubkey}:${entity.identifier}`;
  throw new WrongCode(text, entity.type, 'an address');
}

/** Thrown for a code that holds something else than what is wanted. */
export class WrongCode extends Error {
  override name = 'WrongCode';
  readonly type: Entity['type'];

  constructor(text: string, type: Entity['type'], wanted: string) {
    const article = type === 'note' ? 'a' : 'an'; // the others begin with a letter that is spoken alone
    super(`${quote(text)} is ${article} ${type}, not ${wanted}`);
    this.type = type;
  }
}

/** The same parser; for a code that holds something else its message says where that is given. */
export function orElse<T>(
  parse: (text: string) => T,
  places: Readonly<Partial<Record<Entity['type'], string>>>,
): (text: string) => T {
  return text => {
    try {
      return parse(text);
    } catch (error) {
      const place = error instanceof WrongCode ? places[error.type] : undefined;
      throw place === undefined ? error : new Error(`${(error as Error).message}: ${place}`);
    }
  };
}

/** NIP-18: a quote names an event or an address. */
function parseQuoted(text: string): string {
  return /naddr1|:[0-9a-f]{64}:/i.test(text) ? parseAddressOf(text) : parseEventId(text);
}

const BY_TAG: Record<string, (text: string) => string> = {
  e: parseEventId,
  E: parseEventId,
  p: parsePubkey,
  P: parsePubkey,
  a: parseAddressOf,
  A: parseAddressOf,
  q: parseQuoted,
};

/** The value of a tag as it goes on the wire: names that hold ids, keys or addresses are checked and decoded. */
export function parseTagValue(name: string, value: string): string {
  const parse = Object.hasOwn(BY_TAG, name) ? BY_TAG[name] : undefined;
  return parse ? parse(value) : value;
}

/** The relays that a code names; none for hex and for what is no code. */
export function hintsIn(text: string): string[] {
  try {
    const entity = decodeCode(text);
    return 'relays' in entity ? relayHintsIn(entity.relays) : [];
  } catch (error) {
    if (error instanceof InvalidEntity) return [];
    throw error;
  }
}

/** Hex in either case; on the wire it is lower-case. */
function hexOf(text: string): string | undefined {
  const lower = text.toLowerCase();
  return isHex32(lower) ? lower : undefined;
}

function decode(text: string, wanted: string): Exclude<Entity, { type: 'nsec' }> {
  let entity: Entity;
  try {
    entity = decodeCode(text);
  } catch (error) {
    if (!(error instanceof InvalidEntity)) throw error;
    const looksLikeCode = /^(nostr:)?n(pub|profile|ote|event|addr)1/i.test(text) || isWebLink(text);
    if (looksLikeCode || error.hasSuggestion) throw error;
    throw new Error(hexFault(text) ?? `${quote(text)} is not ${wanted}`);
  }
  if (entity.type === 'nsec') throw new Error(`a secret key stands where ${wanted} is expected`);
  return entity;
}

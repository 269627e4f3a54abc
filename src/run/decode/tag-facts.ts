// What a tag holds, by the names that the NIPs give to its places.
import { isHex32 } from '../../protocol/hex.ts';
import { kindInfo, parseAddress } from '../../protocol/kind.ts';
import { encodeEntity, InvalidEntity } from '../../protocol/nip19.ts';

/** What stands behind the name of a tag, in order. A tag that is not here has a `value` and what follows. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  e: ['id', 'relay', 'marker', 'author'],
  E: ['id', 'relay', 'author'],
  p: ['pubkey', 'relay', 'petname'],
  P: ['pubkey', 'relay'],
  a: ['address', 'relay', 'marker'],
  A: ['address', 'relay', 'author'],
  q: ['id', 'relay', 'author'],
  d: ['identifier'],
  t: ['hashtag'],
  r: ['url', 'marker'],
  k: ['kind'],
  K: ['kind'],
  relay: ['url'],
  expiration: ['time'],
  nonce: ['nonce', 'target'],
  zap: ['pubkey', 'relay', 'weight'],
  emoji: ['shortcode', 'url'],
  delegation: ['pubkey', 'conditions', 'token'],
  bolt11: ['invoice'],
};

/** What tags hold, in their order. */
export function tagFacts(tags: readonly (readonly string[])[]): object[] {
  return tags.map(([name = '', ...values]) => ({
    name,
    ...placed(name, values),
    ...meaning(name, values[0] ?? ''),
  }));
}

function placed(name: string, values: readonly string[]): object {
  const places = placesOf(name, values);
  const facts: Record<string, unknown> = {};
  for (const [i, place] of places.entries()) {
    const value = values[i];
    if (value !== undefined && (value !== '' || i === 0)) facts[place] = value;
  }
  if (values.length > places.length) facts['more'] = values.slice(places.length);
  return facts;
}

function placesOf(name: string, values: readonly string[]): readonly string[] {
  const places = (Object.hasOwn(PLACES, name) && PLACES[name]) || ['value'];
  if (name === 'e' && isHex32(values[2])) return ['id', 'relay', 'author']; // as in comments (NIP-22)
  return name === 'q' && parseAddress(values[0] ?? '') ? ['address', 'relay', 'author'] : places;
}

/** What a value means beside what it is. */
function meaning(name: string, value: string): object {
  if (/^(?:p|P|zap)$/.test(name) && isHex32(value))
    return { npub: encodeEntity({ type: 'npub', pubkey: value }) };
  if (/^[aAq]$/.test(name)) return addressFacts(value);
  const number = /^\d{1,12}$/.test(value) ? Number(value) : undefined;
  if (number === undefined) return {};
  if (name === 'expiration') return { date: isoTime(number) };
  const kind = /^[kK]$/.test(name) ? kindInfo(number)?.name : undefined;
  return kind === undefined ? {} : { kind_name: kind };
}

function addressFacts(value: string): object {
  const address = parseAddress(value);
  if (!address) return {};
  const { kind, pubkey, identifier } = address;
  return { kind_name: kindInfo(kind)?.name, naddr: naddrOf({ kind, pubkey, identifier }) };
}

/** The code of an address; undefined when its identifier is too long for one. */
export function naddrOf(address: { kind: number; pubkey: string; identifier: string }): string | undefined {
  try {
    return encodeEntity({ type: 'naddr', ...address, relays: [] });
  } catch (error) {
    if (error instanceof InvalidEntity) return undefined;
    throw error;
  }
}

/** What a Date holds. */
const LAST_SECOND = 8.64e12;

/** Unix seconds in ISO 8601; undefined for a time that has no date. */
export function isoTime(seconds: number): string | undefined {
  return seconds <= LAST_SECOND ? new Date(seconds * 1000).toISOString().replace('.000Z', 'Z') : undefined;
}

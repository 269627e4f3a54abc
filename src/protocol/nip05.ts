// NIP-05: names such as bob@example.com, which a domain says belong to a public key.
import { isHex32 } from './hex.ts';
import { holdsKeyLetters, quote } from './quote.ts';

export interface Nip05Name {
  /** `_` stands for the domain itself. */
  local: string;
  /** In lower case, perhaps with a port. */
  domain: string;
}

/** What a domain says of a name. */
export interface Nip05Answer {
  pubkey: string;
  /** Where that key is to be found, as the domain says it: unchecked texts. */
  relays: string[];
}

/** The text is no name, or the document says nothing good of it. */
export class InvalidNip05 extends Error {
  override name = 'InvalidNip05';
}

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^${LABEL}(\\.${LABEL})+(:\\d{1,5})?$`);

/** A local part and a domain as long as both may be. */
const LONGEST = 64 + 1 + 253 + 6;

/**
 * A name in its parts; a domain alone is `_@domain`. Upper case becomes lower case. Throws `InvalidNip05`.
 * @example
 * parseNip05('Bob@Example.com') // → { local: 'bob', domain: 'example.com' }
 * parseNip05('example.com') // → { local: '_', domain: 'example.com' }
 * parseNip05('b ob@example.com') // throws a name holds only a-z, 0-9, - _ and .
 * parseNip05('bob@localhost') // throws names no domain: "localhost" has no dot
 * parseNip05('bob@example.com:99999') // throws names no domain
 */
export function parseNip05(text: string): Nip05Name {
  const lower = text.toLowerCase();
  const at = lower.lastIndexOf('@');
  const local = at < 0 ? '_' : lower.slice(0, at);
  const domain = lower.slice(at + 1);
  if (!/^[a-z0-9._-]+$/.test(local))
    throw new InvalidNip05(`${quote(text)}: a name holds only a-z, 0-9, - _ and .`);
  if (holdsKeyLetters(local))
    throw new InvalidNip05(`${quote(text)}: the name may be a secret key, so no domain is asked`);
  if (!isDomain(domain)) throw new InvalidNip05(`${quote(text)}: names no domain${domainFault(domain)}`);
  return { local, domain };
}

function domainFault(domain: string): string {
  const host = domain.replace(/:\d*$/, '');
  return /^[a-z0-9-]+$/.test(host) ? `: ${quote(host)} has no dot` : '';
}

/** Whether a URL to it leads there, and nowhere else: `1.2` is the address 1.0.0.2 for a URL. */
function isDomain(domain: string): boolean {
  if (domain.length > 253 || !DOMAIN.test(domain) || !URL.canParse(`https://${domain}`)) return false;
  return new URL(`https://${domain}`).host === domain.replace(/:443$/, '');
}

/**
 * Whether a text reads like a name: something, an @, and a domain with a dot; or a domain alone. No domain ends like a
 * file of events.
 * @example
 * isNip05Like('bob@example.com') // → true
 * isNip05Like('Example.com') // → true
 * isNip05Like('bob') // → false
 * isNip05Like('https://example.com') // → false
 * isNip05Like('events.jsonl') // → false
 * isNip05Like(`bob@${'a.'.repeat(200)}`) // → false
 * isNip05Like(`nsec1${'q'.repeat(58)}@example.com`) // → false
 */
export function isNip05Like(text: string): boolean {
  if (text.length > LONGEST || /\.(?:jsonl?|txt)$/i.test(text) || holdsKeyLetters(text)) return false;
  return /^[^@\s/]+@[^@\s/]+\.[^@\s/]+$/.test(text) || DOMAIN.test(text.toLowerCase());
}

/**
 * How a name is written.
 * @example
 * formatNip05({ local: '_', domain: 'example.com' }) // → '_@example.com'
 */
export function formatNip05({ local, domain }: Nip05Name): string {
  return `${local}@${domain}`;
}

/**
 * Where the domain publishes the key of a name.
 * @example
 * nip05Url({ local: 'bob', domain: 'example.com' }) // → 'https://example.com/.well-known/nostr.json?name=bob'
 */
export function nip05Url({ local, domain }: Nip05Name): string {
  return `https://${domain}/.well-known/nostr.json?name=${encodeURIComponent(local)}`;
}

/**
 * What a `nostr.json` says of a name. Its key must be 64 lower-case hex digits; an npub is none (NIP-05). Throws
 * `InvalidNip05`.
 * @example
 * readNip05({ names: { bob: 'ab'.repeat(32) } }, 'bob') // → { pubkey: 'ab'.repeat(32), relays: [] }
 * readNip05({ names: {} }, 'bob') // throws does not name "bob"
 */
export function readNip05(document: unknown, local: string): Nip05Answer {
  const names = fieldOf(document, 'names');
  if (typeof names !== 'object' || names === null) throw new InvalidNip05('the document holds no names');
  const pubkey = fieldOf(names, local);
  if (pubkey === undefined) throw new InvalidNip05(`the document does not name ${quote(local)}`);
  if (!isHex32(pubkey))
    throw new InvalidNip05(`the key of ${quote(local)} is not 64 lower-case hex digits: ${quote(pubkey)}`);
  const relays = fieldOf(fieldOf(document, 'relays'), pubkey);
  const texts = Array.isArray(relays) ? relays : [];
  return { pubkey, relays: texts.filter(relay => typeof relay === 'string') };
}

/** An own field: a name may be `__proto__`. */
function fieldOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

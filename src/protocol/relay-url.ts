// How a relay is named: what people type becomes one spelling of a ws:// or wss:// URL.
import { quote } from './quote.ts';

/** Thrown when text is no relay URL; the message quotes it, without any password in it. */
export class InvalidRelayUrl extends Error {
  override name = 'InvalidRelayUrl';
}

/** Thrown for a word that can only be the alias of a relay, or of a set of relays (`@word`). */
export class NotRelayUrl extends InvalidRelayUrl {
  override name = 'NotRelayUrl';
}

/**
 * Whether the text is an alias and no URL: `@word`, or a word without dot, colon and slash. `localhost` is a host.
 * @example
 * isRelayAlias('damus') // → true
 * isRelayAlias('@mine') // → true
 * isRelayAlias('localhost') // → false
 * isRelayAlias('nos.lol') // → false
 */
export function isRelayAlias(text: string): boolean {
  return text.startsWith('@') || !(/[.:/]/.test(text) || text.toLowerCase() === 'localhost');
}

/**
 * The one spelling of a relay's URL: a bare host with a dot gets `wss://`, `localhost`, `127.*` and `[::1]` get
 * `ws://`, `http` and `https` become `ws` and `wss`; host in lower case, without default port and fragment, and
 * without the slash of an empty path. Any other path and the query stay as they are.
 * Throws `NotRelayUrl` for an alias, `InvalidRelayUrl` for other schemes, credentials and everything else.
 * @example
 * normalizeRelayUrl('Relay.Example.com') // → 'wss://relay.example.com'
 * normalizeRelayUrl('localhost:7447/') // → 'ws://localhost:7447'
 * normalizeRelayUrl('https://x.com:443/y/?z=1#f') // → 'wss://x.com/y/?z=1'
 * normalizeRelayUrl('ftp://x.com') // throws the scheme must be ws or wss
 * normalizeRelayUrl('wss://me:pass@x.com') // throws "wss://…@x.com" holds credentials
 * normalizeRelayUrl('relay:7447') // throws write ws:// or wss:// before "relay:7447"
 * normalizeRelayUrl('wss:relay.example') // throws did you mean "wss://relay.example"?
 * normalizeRelayUrl('damus') // throws "damus" is not a relay URL
 */
export function normalizeRelayUrl(text: string): string {
  const url = parseRelayUrl(text);
  const path = url.pathname === '/' && url.search === '' ? '' : url.pathname;
  return `${url.protocol}//${url.host}${path}${url.search}`;
}

/**
 * The URL that a text with a slip in its scheme was meant to be: without the colon, or without both slashes. Undefined
 * where there is no such slip; `ws:80` may be a host and its port.
 * @example
 * meantUrl('wss//relay.example') // → 'wss://relay.example'
 * meantUrl('ws:/127.0.0.1:7447') // → 'ws://127.0.0.1:7447'
 * meantUrl('wss://relay.example') // → undefined
 * meantUrl('ws:80') // → undefined
 */
export function meantUrl(text: string): string | undefined {
  const slip = /^(wss?|https?)(?::\/?|\/\/)(?![/]|\d+(?:\/|$))(.+)$/is.exec(text);
  return slip ? `${slip[1]!.toLowerCase()}://${slip[2]}` : undefined;
}

/**
 * Whether two texts name the same relay: the same normalised URL. `/y` and `/y/` are two, for a server may answer
 * them with two relays. Text that is no relay URL is the same as nothing.
 * @example
 * sameRelay('wss://X.com/', 'x.com:443') // → true
 * sameRelay('wss://x.com/y/', 'wss://x.com/y') // → false
 * sameRelay('wss://x.com', 'ws://x.com') // → false
 * sameRelay('wss://x.com/y', 'wss://x.com/Y') // → false
 */
export function sameRelay(a: string, b: string): boolean {
  const key = relayKey(a);
  return key !== undefined && key === relayKey(b);
}

function relayKey(text: string): string | undefined {
  try {
    return normalizeRelayUrl(text);
  } catch (error) {
    if (error instanceof InvalidRelayUrl) return undefined;
    throw error;
  }
}

/**
 * The relays among texts that others wrote, normalised, in order, each once. Only whole `ws://` and `wss://` URLs: a
 * bare word in a list of others is nothing to guess about.
 * @example
 * relayUrlsIn(['wss://A.example/', 'b.example', 'wss://x y', 'wss://a.example']) // → ['wss://a.example']
 */
export function relayUrlsIn(texts: readonly string[]): string[] {
  const urls = new Set<string>();
  for (const text of texts) {
    const url = /^wss?:\/\//i.test(text) ? relayKey(text) : undefined;
    if (url !== undefined) urls.add(url);
  }
  return [...urls];
}

/** Relays that are taken from one code or name: NIP-19 calls them hints, and each is a host that is called. */
const MOST_HINTS = 10;

/**
 * The first few of the relays that a code, or a domain, names for one thing: nobody is sent around by a long list.
 * @example
 * relayHintsIn(Array.from({ length: 99 }, (_, i) => `wss://${i}.example`)).length // → 10
 */
export function relayHintsIn(texts: readonly string[]): string[] {
  return relayUrlsIn(texts).slice(0, MOST_HINTS);
}

/**
 * Parses by the rules of `normalizeRelayUrl` into a `URL` without fragment. Throws as it does.
 * @example
 * parseRelayUrl('x.com').host // → 'x.com'
 */
export function parseRelayUrl(text: string): URL {
  if (isRelayAlias(text))
    throw new NotRelayUrl(`${quote(text)} is not a relay URL, such as wss://relay.example`);
  // The URL parser would quietly drop or turn these.
  if (/[\s\\\u0000-\u001f\u007f]/.test(text)) throw new InvalidRelayUrl(`${shown(text)} is not a relay URL`);
  const spelled = withScheme(text);
  if (/^wss?:\/\/[^/?#]*@/.test(spelled)) {
    throw new InvalidRelayUrl(`${shown(text)} holds credentials; a relay URL must not`);
  }
  const url = /^wss?:\/\/\//.test(spelled) || !URL.canParse(spelled) ? undefined : new URL(spelled);
  if (!url || url.port === '0' || !HOST.test(url.hostname) || url.hostname.length > MAX_HOST) {
    throw new InvalidRelayUrl(`${shown(text)} is not a relay URL`);
  }
  url.hash = '';
  if (url.href.length > MAX_URL) throw new InvalidRelayUrl(`${shown(text)} is too long for a relay URL`);
  return url;
}

/** Characters of a DNS name. */
const MAX_HOST = 253;

/** Characters; no server takes many more. */
const MAX_URL = 2048;

/** A DNS name or an address; the URL parser lets commas and quotes through. */
const HOST = /^(?:[\w-]+(?:\.[\w-]+)*\.?|\[[\da-f:.]+\])$/;

const SCHEMES: ReadonlyMap<string, string> = new Map([
  ['ws', 'ws'],
  ['wss', 'wss'],
  ['http', 'ws'],
  ['https', 'wss'],
]);

function withScheme(text: string): string {
  const match = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text);
  const meant = meantUrl(text);
  if (meant !== undefined)
    throw new InvalidRelayUrl(`${shown(text)} is not a relay URL; did you mean ${shown(meant)}?`);
  if (!match) return `${defaultScheme(text)}://${text}`;
  const scheme = SCHEMES.get(match[1]!.toLowerCase());
  if (!scheme) throw new InvalidRelayUrl(`${shown(text)}: the scheme must be ws or wss`);
  return `${scheme}${text.slice(match[1]!.length)}`;
}

function defaultScheme(text: string): string {
  const host = /^(\[[^\]]*\]|[^:/?#]*)/.exec(text)![0].toLowerCase();
  if (host === 'localhost' || host === '[::1]' || /^127(\.\d+){1,3}$/.test(host)) return 'ws';
  if (host.includes('.') || host.startsWith('[')) return 'wss';
  throw new InvalidRelayUrl(`write ws:// or wss:// before ${shown(text)}`);
}

/** The value for a message, without what stands before an `@`: it may be a password. */
function shown(text: string): string {
  return quote(text.replace(/^([^/@]*:\/\/)?.*@/s, '$1…@'));
}

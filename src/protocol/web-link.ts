// Links to web clients, such as https://njump.me/nevent1…: they hold a NIP-19 code, which is taken out of them. The host
// is never asked, so any host will do.
import { InvalidEntity } from './nip19.ts';
import { quote } from './quote.ts';

/** No link that a client makes is longer: NIP-19 allows codes of 5,000 characters. */
const MAX_LINK = 8192;

/** A URL of the web, or a host name with a dot and what follows it. */
const LINK = /^(?:https?:\/\/([^/?#]*)|([a-z0-9.-]+\.[a-z]{2,}(?::\d+)?)(?=[/?#]))/i;

/** A secret key is looked for so that it can be refused. */
const CODE = /(?<![a-z0-9])n(?:pub|profile|ote|event|addr|sec)1[a-z0-9]{6,}/gi;

/**
 * Whether the text is a URL of the web, or a host and a path as people copy it.
 * @example
 * isWebLink('https://njump.me/npub1…') // → true
 * isWebLink('primal.net/p/npub1…') // → true
 * isWebLink('wss://relay.example') // → false
 * isWebLink('npub1…') // → false
 */
export function isWebLink(text: string): boolean {
  return text.includes('/') && text.length <= MAX_LINK && LINK.test(text);
}

/**
 * The one code in the host, path, query or fragment of a link; it may be percent-encoded or have `nostr:` before it.
 * Throws `InvalidEntity` when there is none, when there are several, or when it is a secret key.
 * @example
 * codeInLink('https://nostrudel.ninja/#/u/npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6') // → 'npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6'
 * codeInLink('https://x.com/about') // throws the link to "x.com" holds no code such as npub1… or nevent1…
 */
export function codeInLink(text: string): string {
  const [, host, bareHost] = LINK.exec(text) ?? [];
  const link = `the link to ${quote((host ?? bareHost ?? '').replace(/^.*@/, ''), 60)}`;
  const words = text.replace(/%[0-9a-f]{2}/gi, ' ').match(CODE) ?? [];
  const codes = new Set(words.map(word => word.toLowerCase()));
  if ([...codes].some(code => code.startsWith('nsec1'))) {
    throw new InvalidEntity(`${link} holds a secret key: whoever serves it knows the key now`);
  }
  if (codes.size > 1)
    throw new InvalidEntity(`${link} holds ${codes.size} codes: give the one that is meant`);
  if (codes.size === 0) throw new InvalidEntity(`${link} holds no code such as npub1… or nevent1…`);
  return words[0]!;
}

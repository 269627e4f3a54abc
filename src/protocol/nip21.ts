// NIP-21: `nostr:` URIs, a NIP-19 code behind a scheme. A secret key is never one.
import { decodeEntity, type EncodableEntity, type Entity, encodeEntity, InvalidEntity } from './nip19.ts';
import { quote } from './quote.ts';
import { codeInLink, isWebLink } from './web-link.ts';

/** What a URI may name: everything of NIP-19 but a secret key. */
export type PublicEntity = Exclude<Entity, { type: 'nsec' }>;

/**
 * Decodes a `nostr:` URI; the scheme may be in upper case, as in QR codes.
 * Throws `InvalidEntity`, also for an nsec.
 * @example
 * decodeUri('nostr:npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6').type // → 'npub'
 * decodeUri('nostr:nsec1j4c6269y9w0q2er2xjw8sv2ehyrtfxq3jwgdlxj6qfn8z4gjsq5qfvfk99') // throws must never hold a secret key
 * decodeUri('https://x.com') // throws not a nostr: URI: "https://x.com"
 */
export function decodeUri(text: string): PublicEntity {
  if (!isNostrUri(text)) {
    throw new InvalidEntity(`not a nostr: URI: ${quote(text)}`);
  }
  const entity = decodeEntity(text.slice(SCHEME.length));
  if (entity.type === 'nsec') throw new InvalidEntity('a nostr: URI must never hold a secret key (NIP-21)');
  return entity;
}

const SCHEME = 'nostr:';

/**
 * Whether the text begins with `nostr:`, in any case.
 * @example
 * isNostrUri('NOSTR:NPUB1…') // → true
 * isNostrUri('npub1…') // → false
 */
export function isNostrUri(text: string): boolean {
  return text.slice(0, SCHEME.length).toLowerCase() === SCHEME;
}

/**
 * Decodes a code, with or without `nostr:` before it, or the link of a web client that holds one. Only a bare code may
 * be an nsec.
 * Throws `InvalidEntity`.
 * @example
 * decodeCode('nostr:npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6').type // → 'npub'
 * decodeCode('npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6').type // → 'npub'
 * decodeCode('https://njump.me/npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6').type // → 'npub'
 */
export function decodeCode(text: string): Entity {
  if (isNostrUri(text)) return decodeUri(text);
  return decodeEntity(isWebLink(text) ? codeInLink(text) : text);
}

/**
 * The `nostr:` URI of a value.
 * Throws `InvalidEntity`.
 * @example
 * encodeUri({ type: 'npub', pubkey: '3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d' }) // → 'nostr:npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6'
 */
export function encodeUri(entity: Exclude<EncodableEntity, { type: 'nsec' }>): string {
  return SCHEME + encodeEntity(entity);
}

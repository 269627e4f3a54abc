// NIP-62: an author asks relays to forget all that was published.
import type { Event } from './event.ts';
import { sameRelay } from './relay-url.ts';

/** The kind of a request to vanish. */
export const VANISH_KIND = 62;

/**
 * Whether a request to vanish is meant for the relay at one of these URLs: a `relay` tag names it, or says
 * `ALL_RELAYS` (NIP-62).
 * @example
 * asksToVanish({ tags: [['relay', 'wss://X.com/']] }, ['wss://x.com']) // → true
 * asksToVanish({ tags: [['relay', 'ALL_RELAYS']] }, []) // → true
 * asksToVanish({ tags: [['relay', 'all_relays']] }, ['wss://x.com']) // → false
 */
export function asksToVanish(event: Pick<Event, 'tags'>, urls: readonly string[]): boolean {
  return event.tags.some(
    ([name, value]) =>
      name === 'relay' && (value === 'ALL_RELAYS' || urls.some(url => sameRelay(value ?? '', url))),
  );
}

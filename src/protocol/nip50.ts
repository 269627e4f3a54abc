// NIP-50: full-text search, as plain as it can be.

/** `language:en`, `domain:x`: an extension, which whoever does not know it ignores (NIP-50). */
const EXTENSION = /^[a-z][a-z_-]*:\S+$/i;

/**
 * Compiles a search text into a function of an event's content: every word of it must occur, in any order, upper or
 * lower case, also inside a longer word. Extensions (`key:value`) are ignored, and no text finds everything (NIP-50).
 * @example
 * compileSearch('Nostr best')('the best of nostr') // → true
 * compileSearch('nostr worst')('the best of nostr') // → false
 * compileSearch('language:en')('le mieux') // → true
 */
export function compileSearch(search: string): (content: string) => boolean {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '' && !EXTENSION.test(word));
  return content => {
    const text = content.toLowerCase();
    return words.every(word => text.includes(word));
  };
}

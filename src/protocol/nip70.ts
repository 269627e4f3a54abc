// NIP-70: events that only their author may publish.
import type { Event } from './event.ts';

/**
 * Whether the event holds the `-` tag: a relay must reject it, unless its author has authenticated (NIP-70).
 * A `-` tag with more elements protects too, for the author's wish is plain.
 * @example
 * isProtected({ tags: [['t', 'x'], ['-']] }) // → true
 * isProtected({ tags: [['t', '-']] }) // → false
 */
export function isProtected(event: Pick<Event, 'tags'>): boolean {
  return event.tags.some(tag => tag[0] === '-');
}

// The indexes of a store. A key is a text: its first character names the index, the rest the value. An event is listed
// under each of its keys; a filter is answered from the keys of one of its conditions.
import type { Event } from '../../protocol/event.ts';
import { tagSets } from './query/matching.ts';

/** Every event is listed here. */
export const TIME_KEY = '*';

export const authorKey = (author: string): string => `a${author}`;
export const kindKey = (kind: number): string => `k${kind}`;
export const authorKindKey = (author: string, kind: number): string => `b${author}${kind}`;
/** `name` is a single letter (NIP-01: "only the first value in any given tag is indexed"). */
export const tagKey = (name: string, value: string): string => `t${name}${value}`;
/** Events with an `expiration` tag (NIP-40); the sweeper reads it. */
export const EXPIRING_KEY = 'x';

/** All keys of an event, each once. */
export function indexKeysOf(event: Event): string[] {
  const { pubkey, kind, tags } = event;
  const keys = [TIME_KEY, authorKey(pubkey), kindKey(kind), authorKindKey(pubkey, kind)];
  if (tags.length === 0) return keys;
  for (const [name, values] of tagSets(event)) for (const value of values) keys.push(tagKey(name, value));
  if (tags.some(([name]) => name === 'expiration')) keys.push(EXPIRING_KEY);
  return keys;
}

// The code of an article: kind, author, identifier, and a few relays that have it.
import { type Event, tagValue } from '../../protocol/event.ts';
import { encodeEntity, InvalidEntity } from '../../protocol/nip19.ts';
import { hintsAmong } from '../lookup/code-hints.ts';

/** Relays in a code. */
const MOST_HINTS = 3;

/** The `naddr` of an article or a draft. Throws `InvalidEntity` where the identifier is too long for one. */
export function naddrOf(event: Pick<Event, 'kind' | 'pubkey' | 'tags'>, holders: readonly string[]): string {
  const { kind, pubkey } = event;
  const relays = hintsAmong(holders, MOST_HINTS);
  return encodeEntity({ type: 'naddr', kind, pubkey, identifier: tagValue(event, 'd') ?? '', relays });
}

/** The same where there may be none. */
export function naddrIfAny(
  event: Pick<Event, 'kind' | 'pubkey' | 'tags'>,
  holders: readonly string[],
): string | null {
  try {
    return naddrOf(event, holders);
  } catch (error) {
    if (error instanceof InvalidEntity) return null;
    throw error;
  }
}

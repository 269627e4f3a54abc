// The code of an article: kind, author, identifier, and a few relays that have it.
import { type Event, tagValue } from '../../protocol/event.ts';
import { encodeEntity, InvalidEntity } from '../../protocol/nip19.ts';

/** Relays in a code. */
const MOST_HINTS = 3;

/** NIP-19 has one byte for the length of a part. */
const LONGEST_PART = 255;

/** The `naddr` of an article or a draft. Throws `InvalidEntity` where the identifier is too long for one. */
export function naddrOf(event: Pick<Event, 'kind' | 'pubkey' | 'tags'>, holders: readonly string[]): string {
  const { kind, pubkey } = event;
  const relays = holders.filter(mayBeHint).slice(0, MOST_HINTS);
  return encodeEntity({ type: 'naddr', kind, pubkey, identifier: tagValue(event, 'd') ?? '', relays });
}

/** A code is for everybody, and a token in a URL (?token=…) is not. */
function mayBeHint(relay: string): boolean {
  return !relay.includes('?') && Buffer.byteLength(relay) <= LONGEST_PART;
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

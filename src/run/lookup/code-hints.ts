// Which relays a code names as those that have the thing.

/** NIP-19 has one byte for the length of a part. */
const LONGEST_PART = 255;

/** The first of the relays that a code may name. It is for everybody, and a token in a URL (?token=…) is not. */
export function hintsAmong(relays: readonly string[], most: number): string[] {
  return relays
    .filter(relay => !relay.includes('?') && Buffer.byteLength(relay) <= LONGEST_PART)
    .slice(0, most);
}

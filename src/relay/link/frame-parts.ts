// How much work a frame would be to parse: millions of tiny values in one frame stop everything else for seconds and take
// many times its size in memory. No message of the protocol has so many; events in the usual form are never parsed so.

/** A smaller frame is no trouble, whatever it holds. */
const SMALL_BYTES = 256 * 1024;

/** Values, and names of fields, that a frame may hold. */
const MAX_PARTS = 500_000;

const [COMMA, BRACKET, BRACE] = [0x2c, 0x5b, 0x7b];

/** Whether the frame is not worth parsing: it holds too many values. */
export function hasTooManyParts(frame: Buffer): boolean {
  if (frame.length < SMALL_BYTES) return false;
  let parts = 0;
  for (const byte of frame) {
    if (byte !== COMMA && byte !== BRACKET && byte !== BRACE) continue;
    if (++parts > MAX_PARTS) return true;
  }
  return false;
}

// Bech32 (BIP-173) at the speed of a bulk: reads a code in lower case that is right in everything, four times as fast as
// the library, for it makes no lists of letters and words on the way. What it does not take, the library decides about.

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/** The value of each letter by its code; -1 for all others. */
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

const CHECKSUM_LETTERS = 6;

/** What the five bits that leave the checksum add to it. */
const ADDED = Int32Array.from({ length: 32 }, (_, top) =>
  [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].reduce(
    (sum, generator, bit) => ((top >> bit) & 1 ? sum ^ generator : sum),
    0,
  ),
);

/** The checksum with five more bits. */
function step(checksum: number, value: number): number {
  return ((checksum & 0x1ffffff) << 5) ^ value ^ ADDED[checksum >>> 25]!;
}

/** The checksum behind each prefix. */
const PREFIXES = new Map(
  ['npub', 'note', 'nprofile', 'nevent', 'naddr'].map(prefix => {
    const codes = [...prefix].map(letter => letter.charCodeAt(0));
    const values = [...codes.map(code => code >> 5), 0, ...codes.map(code => code & 31)];
    return [prefix, values.reduce(step, 1)];
  }),
);

/**
 * The prefix and the bytes of a code of NIP-19 that is no secret; undefined for everything that may have a fault, and for
 * what is seldom written.
 * @example
 * readPlainCode('note1fntxtkcy9pjwucqwa9mddn7v03wwwsu9j330jj350nvhpky2tuaspk6nqc')?.bytes.length // → 32
 * readPlainCode('NOTE1FNTXTKCY9PJWUCQWA9MDDN7V03WWWSU9J330JJ350NVHPKY2TUASPK6NQC') // → undefined
 */
export function readPlainCode(text: string): { prefix: string; bytes: Uint8Array } | undefined {
  const end = text.indexOf('1');
  const prefix = text.slice(0, end);
  let checksum = PREFIXES.get(prefix);
  if (checksum === undefined) return undefined;
  const dataEnd = text.length - CHECKSUM_LETTERS;
  if (dataEnd <= end) return undefined;
  const bytes = new Uint8Array(((dataEnd - end - 1) * 5) >> 3);
  let [size, bits, held] = [0, 0, 0];
  for (let at = end + 1; at < text.length; at++) {
    const value = VALUES[text.charCodeAt(at)] ?? -1;
    if (value < 0) return undefined;
    checksum = step(checksum, value);
    if (at >= dataEnd) continue;
    held = (held << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[size++] = held >> bits;
    held &= (1 << bits) - 1;
  }
  const isPadded = bits < 5 && held === 0;
  return checksum === 1 && isPadded ? { prefix, bytes } : undefined;
}

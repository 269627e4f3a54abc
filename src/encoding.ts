// What bytes are when they are not UTF-8, in words that say how to convert them. Reads no file.
import { isUtf8 } from 'node:buffer';

/** What a sentence about a text in UTF-16 says, as Windows writes it. */
const UTF_16 = 'UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8';
const LATIN_1 = 'not UTF-8, probably Latin-1; convert it: iconv -f LATIN1 -t UTF-8';

/** Why these bytes are not text in UTF-8; undefined when they are. */
export function encodingFault(bytes: Uint8Array): string | undefined {
  if (isUtf16(bytes)) return UTF_16;
  const packer = packerOf(bytes);
  if (packer) return `compressed by ${packer}; unpack it: ${packer} -dc`;
  if (isUtf8(bytes)) return undefined;
  return bytes.every(isLatin1) ? LATIN_1 : 'not UTF-8';
}

/** The place of the first byte that is no part of a text in UTF-8, counted from 0; undefined when there is none. */
export function firstBadByte(bytes: Uint8Array): number | undefined {
  if (isUtf8(bytes)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  let [place, from, at] = [0, 0, -1];
  do {
    at = text.indexOf(REPLACEMENT, at + 1);
    place += Buffer.byteLength(text.slice(from, at)); // all before it is as it was
    from = at;
  } while (REPLACEMENT_BYTES.every((byte, i) => bytes[place + i] === byte));
  return place;
}

/** What stands for bytes that are no text. */
const REPLACEMENT = '\ufffd';
const REPLACEMENT_BYTES = [...Buffer.from(REPLACEMENT)];

/** By the byte order mark, or by the zero in every second byte that text in English has. */
export function isUtf16(bytes: Uint8Array): boolean {
  const [first, second, third, fourth] = [bytes[0], bytes[1], bytes[2] ?? 1, bytes[3] ?? 1];
  if (first === undefined || second === undefined) return false;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const isLittle = first > 0 && second === 0 && third > 0 && (bytes.length < 4 || fourth === 0);
  const isBig = first === 0 && second > 0 && third === 0 && fourth > 0;
  return isLittle || isBig;
}

/** How a compressed file begins. */
const PACKERS: Readonly<Record<string, readonly number[]>> = {
  gzip: [0x1f, 0x8b],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a],
};

/** The program that has compressed these bytes; undefined where it was none of those that are known. */
function packerOf(bytes: Uint8Array): string | undefined {
  return Object.keys(PACKERS).find(name => PACKERS[name]!.every((byte, i) => bytes[i] === byte));
}

/** Whether bytes that begin so are no text in lines of ours: what follows would be as wrong, line after line. */
export function isOtherThanLines(bytes: Uint8Array): boolean {
  return isUtf16(bytes) || packerOf(bytes) !== undefined;
}

/** A printed character, or white space. */
function isLatin1(byte: number): boolean {
  return byte >= 0xa0 || (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);
}

/** Text in UTF-8 without its byte order mark. Throws `Error` with what the bytes are instead. */
export function decodeText(bytes: Uint8Array): string {
  const fault = encodingFault(bytes);
  if (fault !== undefined) throw new Error(fault);
  return new TextDecoder('utf-8').decode(bytes);
}

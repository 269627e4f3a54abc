// What bytes are when they are not UTF-8, in words that say how to convert them. Reads no file.
import { isUtf8 } from 'node:buffer';

/** What a sentence about a text in UTF-16 says, as Windows writes it. */
const UTF_16 = 'UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8';
const LATIN_1 = 'not UTF-8, probably Latin-1; convert it: iconv -f LATIN1 -t UTF-8';

/** Why these bytes are not text in UTF-8; undefined when they are. */
export function encodingFault(bytes: Uint8Array): string | undefined {
  if (isUtf16(bytes)) return UTF_16;
  if (isUtf8(bytes)) return undefined;
  return bytes.every(isLatin1) ? LATIN_1 : 'not UTF-8';
}

/** By the byte order mark, or by the zero in every second byte that text in English has. */
export function isUtf16(bytes: Uint8Array): boolean {
  const [first, second, third, fourth] = [bytes[0], bytes[1], bytes[2] ?? 1, bytes[3] ?? 1];
  if (first === undefined || second === undefined) return false;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const isLittle = first > 0 && second === 0 && third > 0 && (bytes.length < 4 || fourth === 0);
  const isBig = first === 0 && second > 0 && third === 0 && fourth > 0;
  return isLittle || isBig;
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

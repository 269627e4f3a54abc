// The values of the network flags, read at the edge: header lines.
import { quote } from '../protocol/quote.ts';

/** One header line; the name is in lower case. */
export interface Header {
  name: string;
  value: string;
}

/** A field name is a token, a value is visible text, blanks and tabs (RFC 9110, section 5): no line break gets through. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What the handshake and the framing of HTTP themselves are made of. */
const OWN_HEADERS =
  /^(?:sec-websocket-.*|connection|upgrade|content-length|transfer-encoding|te|trailer|keep-alive|expect|proxy-.*)$/;

/**
 * Reads `Name: value` of `-H`. The value may be a secret: no message quotes it.
 * Throws `Error` for what is no header line, and for headers that are nost's own.
 */
export function parseHeader(text: string): Header {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(colon, 0)).toLowerCase();
  if (!HEADER_NAME.test(name)) throw new Error("write a header as 'Name: value'");
  if (OWN_HEADERS.test(name)) throw new Error(`${quote(name)} is set by nost itself`);
  const value = text.slice(colon + 1).trim();
  if (!HEADER_VALUE.test(value))
    throw new Error(`the value of ${quote(name)} holds a character that no header can`);
  return { name, value };
}

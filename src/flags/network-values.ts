// The values of the network flags, read at the edge: header lines, files of certificates.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { IoError } from '../errors.ts';
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

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates in a PEM file, at least one. Throws `IoError` when it cannot be read or holds none. */
export function readAuthorities(path: string): string[] {
  const fail = (why: string, cause?: unknown) =>
    new IoError(`--cacert ${quote(path)}: ${why}`, {
      code: 'cacert',
      hint: 'Give a file with certificates in PEM: -----BEGIN CERTIFICATE-----',
      cause,
    });
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (error) {
    throw fail((error as Error).message, error);
  }
  const certificates = text.match(CERTIFICATE);
  if (certificates === null) throw fail('there is no certificate in it');
  certificates.forEach((certificate, index) => {
    try {
      new X509Certificate(certificate);
    } catch (error) {
      throw fail(`certificate ${index + 1} is damaged`, error);
    }
  });
  return certificates;
}

// NIP-98: a signed event in the Authorization header says who makes an HTTP request. The template a client signs, the
// header in both directions, and the server's checks.
import { base64, base64nopad } from '@scure/base';
import { sha256Hex } from './crypto.ts';
import { type Event, type EventTemplate, parseEvent, tagValue } from './event.ts';
import { jsonFault } from './quote.ts';
import { checkEvent } from './signature.ts';

/** The ephemeral kind of an HTTP authorization. */
export const HTTP_AUTH_KIND = 27235;

/** How far `created_at` may be from now, in both directions, seconds. */
export const HTTP_AUTH_WINDOW = 60;

/** Characters of a header that is read; an event with the tags of NIP-98 takes about 700. */
const LONGEST_HEADER = 65_536;

/** Thrown when a header holds no event. */
export class InvalidHttpAuth extends Error {
  override name = 'InvalidHttpAuth';
}

/** A request that is to be authorized. */
export interface HttpAuthRequest {
  /** `GET`, `POST` …; written in upper case, compared in any. */
  method: string;
  /** Absolute, with its query. */
  url: string;
  /** The bytes as they are sent, not what they mean; absent when there are none. */
  body?: Uint8Array | undefined;
}

/**
 * The event a client signs for a request; `createdAt` in unix seconds. A body adds its sha256.
 * @example
 * httpAuthTemplate({ method: 'get', url: 'https://x.com/?a=1' }, 7).tags // → [['u', 'https://x.com/?a=1'], ['method', 'GET']]
 * httpAuthTemplate({ method: 'POST', url: 'https://x.com/', body: new Uint8Array(0) }, 7).tags[2] // → ['payload', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']
 */
export function httpAuthTemplate({ method, url, body }: HttpAuthRequest, createdAt: number): EventTemplate {
  const tags = [
    ['u', url],
    ['method', method.toUpperCase()],
  ];
  if (body) tags.push(['payload', sha256Hex(body)]);
  return { created_at: createdAt, kind: HTTP_AUTH_KIND, tags, content: '' };
}

/**
 * The value of the Authorization header: `Nostr` and the event in base64.
 * @example
 * encodeHttpAuth(signEvent(httpAuthTemplate({ method: 'GET', url: 'https://x.com/' }, 7), hexToBytes('01'.padStart(64, '0')))).slice(0, 11) // → 'Nostr eyJpZ'
 */
export function encodeHttpAuth(event: Event): string {
  return `Nostr ${base64.encode(new TextEncoder().encode(JSON.stringify(event)))}`;
}

/**
 * The event of an Authorization header: its scheme in any case, base64 with padding or without. The event is checked
 * for its shape alone: see `checkHttpAuth`. Throws `InvalidHttpAuth`.
 * @example
 * parseHttpAuth(encodeHttpAuth(signEvent(httpAuthTemplate({ method: 'GET', url: 'https://x.com/' }, 7), hexToBytes('01'.padStart(64, '0'))))).kind // → 27235
 * parseHttpAuth('Bearer x') // throws the scheme must be Nostr
 * parseHttpAuth('Nostr %%%') // throws it is not base64
 * parseHttpAuth('Nostr e30=') // throws id must be 64 lower-case hex digits, it is missing
 */
export function parseHttpAuth(header: string): Event {
  if (header.length > LONGEST_HEADER)
    throw new InvalidHttpAuth(`it is longer than ${LONGEST_HEADER} characters`);
  const [, code] = /^nostr +(\S+) *$/i.exec(header) ?? [];
  if (code === undefined)
    throw new InvalidHttpAuth('the scheme must be Nostr, followed by an event in base64');
  const value = jsonOf(bytesOf(code));
  try {
    return parseEvent(value);
  } catch (error) {
    throw new InvalidHttpAuth((error as Error).message);
  }
}

function bytesOf(code: string): Uint8Array {
  try {
    return base64nopad.decode(code.replace(/={1,2}$/, ''));
  } catch {
    throw new InvalidHttpAuth('it is not base64');
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidHttpAuth('it is not UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidHttpAuth(jsonFault(error));
  }
}

/** What a server knows of the request that came with an authorization. */
export interface HttpAuthExpectation {
  method: string;
  /** The absolute URL, with its query, as clients write it; several where one place has several names. */
  url: string | readonly string[];
  /** The bytes that came. */
  body?: Uint8Array | undefined;
  /** Unix seconds. */
  now: number;
  /** Whether the event must name the hash of the body, as NIP-86 wants; when it names one, that must be right in any case. */
  payloadRequired?: boolean;
}

/**
 * Why an authorization is to be refused, or undefined when it proves its author: kind, time (a minute either way), URL
 * (exactly), method (in any case), hash of the body, then id and signature (NIP-98). The answer to a refused one is 401.
 * @example
 * checkHttpAuth({ kind: 1, tags: [] }, { method: 'GET', url: 'https://x.com/', now: 7 }) // → 'the kind must be 27235'
 */
export function checkHttpAuth(event: Event, expected: HttpAuthExpectation): string | undefined {
  if (event.kind !== HTTP_AUTH_KIND) return `the kind must be ${HTTP_AUTH_KIND}`;
  if (Math.abs(event.created_at - expected.now) > HTTP_AUTH_WINDOW)
    return 'created_at is more than a minute away from now';
  const urls: readonly string[] = typeof expected.url === 'string' ? [expected.url] : expected.url;
  if (!urls.includes(tagValue(event, 'u') ?? '')) return 'the u tag is not the URL of this request';
  if (tagValue(event, 'method')?.toUpperCase() !== expected.method.toUpperCase())
    return 'the method tag is not the method of this request';
  const payload = tagValue(event, 'payload');
  if (payload === undefined && expected.payloadRequired) return 'the payload tag is missing';
  if (payload !== undefined && payload.toLowerCase() !== sha256Hex(expected.body ?? new Uint8Array(0)))
    return 'the payload tag is not the hash of the body';
  const failed = checkEvent(event);
  return failed && `the ${failed} does not verify`;
}

// Every frame of NIP-01, 42, 45, 67 and 77 in both directions: text to value and back.
// A frame's event stays `unknown` here: a bad event inside a good frame has its own answer (OK false, or a
// counted drop), so whoever gets the frame calls `parseEvent`.
import { type Filter, parseFilter } from './filter.ts';
import {
  clientSubId,
  exactly,
  type Frame,
  InvalidMessage,
  MAX_SUB_ID,
  optionalText,
  parseFrame,
  stringAt,
} from './frame-parts.ts';
import { isHex } from './hex.ts';
import {
  encodeNegentropy,
  type NegentropyClientMessage,
  type NegentropyRelayMessage,
  parseNegentropyClient,
  parseNegentropyRelay,
} from './negentropy-message.ts';
import { quote } from './quote.ts';

export { InvalidMessage, MAX_SUB_ID };

/** What a client sends (NIP-01, NIP-42 AUTH, NIP-45 COUNT, NIP-77 NEG-…). */
export type ClientMessage =
  | { type: 'EVENT'; event: unknown }
  | { type: 'REQ'; subId: string; filters: Filter[] }
  | { type: 'CLOSE'; subId: string }
  | { type: 'AUTH'; event: unknown }
  | { type: 'COUNT'; subId: string; filters: Filter[] }
  | NegentropyClientMessage;

/** What a relay sends. */
export type RelayMessage =
  | { type: 'EVENT'; subId: string; event: unknown }
  | { type: 'OK'; eventId: string; accepted: boolean; message: string }
  | { type: 'EOSE'; subId: string; hint: EoseHint | undefined }
  | { type: 'CLOSED'; subId: string; message: string }
  | { type: 'NOTICE'; message: string }
  | { type: 'AUTH'; challenge: string }
  | ({ type: 'COUNT'; subId: string } & CountResult)
  | NegentropyRelayMessage;

/** NIP-67: `finish` = everything was sent, `more` = there is more. */
export type EoseHint = 'finish' | 'more';

/** NIP-45: how many events match; `hll` is 256 registers as 512 hex digits. */
export interface CountResult {
  count: number;
  approximate?: boolean;
  hll?: string;
}

/**
 * Parses a client's frame. Throws `InvalidMessage`; for a frame with a readable subscription id the error carries it
 * and the verb, because a refused REQ must be answered by CLOSED (NIP-01), a refused NEG-OPEN by NEG-ERR (NIP-77).
 * @example
 * parseClientMessage('["CLOSE","a"]') // → { type: 'CLOSE', subId: 'a' }
 * parseClientMessage('["REQ","a",{"kinds":[1]}]') // → { type: 'REQ', subId: 'a', filters: [{ kinds: [1] }] }
 * parseClientMessage('["NEG-CLOSE","a"]') // → { type: 'NEG-CLOSE', subId: 'a' }
 * parseClientMessage('["REQ","a"]') // throws at least one filter
 * parseClientMessage('["FOO"]') // throws unknown verb "FOO"
 */
export function parseClientMessage(text: string): ClientMessage {
  const frame = parseFrame(text);
  switch (frame[0]) {
    case 'EVENT':
    case 'AUTH':
      exactly(frame, 2);
      return { type: frame[0], event: frame[1] };
    case 'REQ':
    case 'COUNT': {
      const subId = clientSubId(frame);
      return { type: frame[0], subId, filters: parseFilters(frame, subId) };
    }
    case 'CLOSE':
      exactly(frame, 2);
      return { type: 'CLOSE', subId: clientSubId(frame) };
    case 'NEG-OPEN':
    case 'NEG-MSG':
    case 'NEG-CLOSE':
      return parseNegentropyClient(frame[0], frame);
    default:
      throw new InvalidMessage(`unknown verb ${quote(frame[0])}`);
  }
}

function parseFilters(frame: Frame, subId: string): Filter[] {
  if (frame.length < 3) throw new InvalidMessage(`${frame[0]} needs at least one filter`, subId, frame[0]);
  try {
    return frame.slice(2).map(parseFilter);
  } catch (error) {
    throw new InvalidMessage((error as Error).message, subId, frame[0]);
  }
}

/**
 * Parses a relay's frame. Lenient where real relays are loose and nothing is lost by it: a missing OK or CLOSED
 * text is empty, elements beyond the known ones are ignored.
 * Throws `InvalidMessage`.
 * @example
 * parseRelayMessage('["EOSE","a"]') // → { type: 'EOSE', subId: 'a', hint: undefined }
 * parseRelayMessage('["EOSE","a",["finish"]]') // → { type: 'EOSE', subId: 'a', hint: 'finish' }
 * parseRelayMessage('["COUNT","a",{"count":3}]') // → { type: 'COUNT', subId: 'a', count: 3 }
 * parseRelayMessage('["NOTICE","hi"]') // → { type: 'NOTICE', message: 'hi' }
 * parseRelayMessage('["OK","ab","true",""]') // throws OK must hold an event id and true or false
 */
export function parseRelayMessage(text: string): RelayMessage {
  const frame = parseFrame(text);
  const [verb, second] = frame;
  switch (verb) {
    case 'EVENT':
      if (frame.length < 3) throw new InvalidMessage('EVENT must have 3 elements');
      return { type: 'EVENT', subId: stringAt(frame, 1), event: frame[2] };
    case 'OK':
      return parseOk(frame);
    case 'EOSE':
      return { type: 'EOSE', subId: stringAt(frame, 1), hint: eoseHint(frame[2]) };
    case 'CLOSED':
      return { type: 'CLOSED', subId: stringAt(frame, 1), message: optionalText(frame, 2) };
    case 'NOTICE':
      return { type: 'NOTICE', message: typeof second === 'string' ? second : quote(second, 500) };
    case 'AUTH':
      return { type: 'AUTH', challenge: stringAt(frame, 1) };
    case 'COUNT':
      return { type: 'COUNT', subId: stringAt(frame, 1), ...countResult(frame[2]) };
    case 'NEG-MSG':
    case 'NEG-ERR':
      return parseNegentropyRelay(verb, frame);
    default:
      throw new InvalidMessage(`unknown verb ${quote(verb)}`);
  }
}

function parseOk(frame: Frame): RelayMessage {
  const [, eventId, accepted] = frame;
  if (typeof eventId !== 'string' || typeof accepted !== 'boolean') {
    throw new InvalidMessage(`OK must hold an event id and true or false, not ${quote(frame)}`);
  }
  return { type: 'OK', eventId, accepted, message: optionalText(frame, 3) };
}

/** NIP-67: only presence is meaningful; hints that are not known are ignored. */
function eoseHint(value: unknown): EoseHint | undefined {
  if (!Array.isArray(value)) return undefined;
  if (value.includes('finish')) return 'finish';
  return value.includes('more') ? 'more' : undefined;
}

function countResult(value: unknown): CountResult {
  const { count, approximate, hll } = (value ?? {}) as Record<string, unknown>;
  if (!Number.isSafeInteger(count) || (count as number) < 0) {
    throw new InvalidMessage(`COUNT must hold a whole number of at least 0, not ${quote(count)}`);
  }
  const result: CountResult = { count: count as number };
  if (typeof approximate === 'boolean') result.approximate = approximate;
  if (isHex(hll, 512)) result.hll = hll;
  return result;
}

/**
 * The text of a client's frame.
 * @example
 * encodeClientMessage({ type: 'REQ', subId: 'a', filters: [{ limit: 1 }] }) // → '["REQ","a",{"limit":1}]'
 * encodeClientMessage({ type: 'CLOSE', subId: 'a' }) // → '["CLOSE","a"]'
 */
export function encodeClientMessage(message: ClientMessage): string {
  switch (message.type) {
    case 'EVENT':
    case 'AUTH':
      return JSON.stringify([message.type, message.event]);
    case 'REQ':
    case 'COUNT':
      return JSON.stringify([message.type, message.subId, ...message.filters]);
    case 'CLOSE':
      return JSON.stringify(['CLOSE', message.subId]);
    case 'NEG-OPEN':
    case 'NEG-MSG':
    case 'NEG-CLOSE':
      return encodeNegentropy(message);
  }
}

/**
 * The text of a relay's frame. OK always has four elements; EOSE has a third only with a NIP-67 hint.
 * @example
 * encodeRelayMessage({ type: 'OK', eventId: 'ab', accepted: true, message: '' }) // → '["OK","ab",true,""]'
 * encodeRelayMessage({ type: 'EOSE', subId: 'a', hint: 'finish' }) // → '["EOSE","a",["finish"]]'
 * encodeRelayMessage({ type: 'COUNT', subId: 'a', count: 2 }) // → '["COUNT","a",{"count":2}]'
 */
export function encodeRelayMessage(message: RelayMessage): string {
  switch (message.type) {
    case 'EVENT':
      return JSON.stringify(['EVENT', message.subId, message.event]);
    case 'OK':
      return JSON.stringify(['OK', message.eventId, message.accepted, message.message]);
    case 'EOSE':
      return JSON.stringify(message.hint ? ['EOSE', message.subId, [message.hint]] : ['EOSE', message.subId]);
    case 'CLOSED':
      return JSON.stringify(['CLOSED', message.subId, message.message]);
    case 'NOTICE':
      return JSON.stringify(['NOTICE', message.message]);
    case 'AUTH':
      return JSON.stringify(['AUTH', message.challenge]);
    case 'COUNT': {
      const { type, subId, ...result } = message;
      return JSON.stringify([type, subId, result]);
    }
    case 'NEG-MSG':
    case 'NEG-ERR':
      return encodeNegentropy(message);
  }
}

/** A text of OK or CLOSED, split at its machine-readable prefix. */
export interface Reason {
  /** The word before the colon, e.g. `duplicate`, `auth-required`; undefined when there is none. */
  prefix: string | undefined;
  /** The rest for people. */
  text: string;
}

/**
 * Splits `prefix: text` (NIP-01). strfry writes `ERROR: ` before the prefix of each CLOSED and NOTICE and
 * `bad req: ` before the text: the first is taken off, and two words are no prefix.
 * @example
 * parseReason('duplicate: have it') // → { prefix: 'duplicate', text: 'have it' }
 * parseReason('ERROR: auth-required: please') // → { prefix: 'auth-required', text: 'please' }
 * parseReason('ERROR: bad req: arr too big') // → { prefix: 'error', text: 'bad req: arr too big' }
 * parseReason('no way') // → { prefix: undefined, text: 'no way' }
 */
export function parseReason(message: string): Reason {
  const stripped = message.startsWith('ERROR: ') ? message.slice('ERROR: '.length) : message;
  const match = /^([a-z][a-z-]*):\s*([\s\S]*)$/.exec(stripped);
  if (match) return { prefix: match[1]!, text: match[2]! };
  return stripped === message ? { prefix: undefined, text: message } : { prefix: 'error', text: stripped };
}

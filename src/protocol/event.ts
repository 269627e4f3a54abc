// The NIP-01 event: its shape, its canonical serialisation and its id.
// Pure: no clock, no I/O. Everything that turns foreign data into an `Event` goes through `parseEvent`.

import { sha256Hex } from './crypto.ts';
import { isHex } from './hex.ts';
import { quote } from './quote.ts';
import { isTime } from './time.ts';

/** A list of strings; the first is the tag's name, the second its value (NIP-01 "Tags"). */
export type Tag = string[];

/** A signed event. Keys stand in canonical order: `JSON.stringify` of a parsed event is the line we print. */
export interface Event {
  /** sha256 of the canonical serialisation, 64 lower-case hex digits. */
  id: string;
  /** x-only public key, 64 lower-case hex digits. */
  pubkey: string;
  /** Unix time in seconds. */
  created_at: number;
  /** 0 to 65535. */
  kind: number;
  tags: Tag[];
  content: string;
  /** BIP-340 signature over the id's 32 bytes, 128 lower-case hex digits. */
  sig: string;
}

/** What the id covers. */
export type UnsignedEvent = Omit<Event, 'id' | 'sig'>;

/** What its author writes; the key adds the rest. */
export type EventTemplate = Omit<Event, 'id' | 'sig' | 'pubkey'>;

/** The check an event failed, in the order the checks are made. */
export type EventLayer = 'json' | 'format' | 'id' | 'signature';

/** Thrown when a value is not a valid event; `layer` tells which check failed. */
export class InvalidEvent extends Error {
  readonly layer: EventLayer;
  constructor(layer: EventLayer, message: string) {
    super(message);
    this.name = 'InvalidEvent';
    this.layer = layer;
  }
}

export const MAX_KIND = 65535;

/**
 * The canonical serialisation whose sha256 is the id: `[0,pubkey,created_at,kind,tags,content]` without white
 * space. Control characters without a short escape become `\u00xx`, as every implementation does in practice
 * (the text of NIP-01 would have them verbatim).
 * @example
 * serializeEvent({ pubkey: 'ab', created_at: 1, kind: 1, tags: [['t', 'x']], content: 'a"b/\n' }) // → '[0,"ab",1,1,[["t","x"]],"a\\"b/\\n"]'
 */
export function serializeEvent(event: UnsignedEvent): string {
  return JSON.stringify([0, event.pubkey, event.created_at, event.kind, event.tags, event.content]);
}

/**
 * The event's id: sha256 of the UTF-8 bytes of `serializeEvent`, lower-case hex (NIP-01).
 * Throws `InvalidEvent` (layer `format`) for a lone surrogate, which has no UTF-8 form.
 * @example
 * eventId({ pubkey: '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798', created_at: 1700000000, kind: 1, tags: [], content: 'hello' }) // → 'bde202ea7642ff9910600c7edc948a1f4220f0cbf5e4fb2b7efafa681bbb5285'
 * eventId({ pubkey: 'ab', created_at: 1, kind: 1, tags: [], content: '\ud800' }) // throws lone surrogate
 */
export function eventId(event: UnsignedEvent): string {
  const text = serializeEvent(event);
  // JSON.stringify writes a lone surrogate as the ASCII escape \udXXX, so it cannot be seen in `text`.
  if (text.includes('\\ud') && hasLoneSurrogate(event)) {
    throw new InvalidEvent('format', 'the event holds a lone surrogate, which cannot be written as UTF-8');
  }
  return sha256Hex(text);
}

/**
 * Whether its text has no UTF-8 form: half of a surrogate pair stands alone in it.
 * @example
 * hasLoneSurrogate({ content: 'a', tags: [['t', '\ud800']] }) // → true
 */
export function hasLoneSurrogate(event: Pick<Event, 'content' | 'tags'>): boolean {
  return !event.content.isWellFormed() || event.tags.some(tag => tag.some(item => !item.isWellFormed()));
}

/**
 * Checks the shape of a value from outside and returns it with exactly the seven fields in canonical order;
 * other fields are dropped. Says nothing of id and signature: see `checkEvent`.
 * Throws `InvalidEvent` (layer `format`) that names the field and quotes the value.
 * @example
 * parseEvent({ id: 7 }) // throws id must be 64 lower-case hex digits, not 7
 * parseEvent('x') // throws an event must be a JSON object
 */
export function parseEvent(value: unknown): Event {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidEvent('format', `an event must be a JSON object, not ${quote(value)}`);
  }
  const { id, pubkey, created_at, kind, tags, content, sig } = value as Record<string, unknown>;
  if (!isHex(id, 64)) throw wrongField('id', '64 lower-case hex digits', id);
  if (!isHex(pubkey, 64)) throw wrongField('pubkey', '64 lower-case hex digits', pubkey);
  if (!isTime(created_at)) throw wrongField('created_at', 'a whole number of seconds below 2^53', created_at);
  if (!isKind(kind)) throw wrongField('kind', `a whole number from 0 to ${MAX_KIND}`, kind);
  if (!isTags(tags)) throw wrongField('tags', 'an array of arrays of strings', tags);
  if (typeof content !== 'string') throw wrongField('content', 'a string', content);
  if (!isHex(sig, 128)) throw wrongField('sig', '128 lower-case hex digits', sig);
  return { id, pubkey, created_at, kind, tags, content, sig };
}

function wrongField(field: string, wanted: string, value: unknown): InvalidEvent {
  const found = value === undefined ? 'it is missing' : `not ${quote(value)}`;
  return new InvalidEvent('format', `${field} must be ${wanted}, ${found}`);
}

/**
 * Whether `value` can be a kind: a whole number from 0 to 65535 (NIP-01).
 * @example
 * isKind(65535) // → true
 * isKind(65536) // → false
 */
export function isKind(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_KIND;
}

/**
 * Whether `value` is an array of arrays of strings. Empty tags are let through, as relays do.
 * @example
 * isTags([['t', 'x'], []]) // → true
 * isTags([['t', null]]) // → false
 */
export function isTags(value: unknown): value is Tag[] {
  if (!Array.isArray(value)) return false;
  for (const tag of value) {
    if (!Array.isArray(tag)) return false;
    for (const item of tag) if (typeof item !== 'string') return false;
  }
  return true;
}

/**
 * Parses one event from JSON text. Duplicate keys: the last wins.
 * Throws `InvalidEvent`, layer `json` or `format`.
 * @example
 * parseEventJson('{"id":') // throws not JSON
 */
export function parseEventJson(text: string): Event {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidEvent('json', `not JSON: ${(error as Error).message}`);
  }
  return parseEvent(value);
}

/**
 * The event as one line of JSON in canonical key order (id pubkey created_at kind tags content sig).
 * @example
 * stringifyEvent({ id: 'a', sig: 'g', pubkey: 'b', created_at: 1, kind: 1, content: '', tags: [] }) // → '{"id":"a","pubkey":"b","created_at":1,"kind":1,"tags":[],"content":"","sig":"g"}'
 */
export function stringifyEvent(event: Event): string {
  const { id, pubkey, created_at, kind, tags, content, sig } = event;
  return JSON.stringify({ id, pubkey, created_at, kind, tags, content, sig });
}

/**
 * Whether the id is the hash of the rest (NIP-01).
 * @example
 * hasValidId({ id: 'bde202ea7642ff9910600c7edc948a1f4220f0cbf5e4fb2b7efafa681bbb5285', pubkey: '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798', created_at: 1700000000, kind: 1, tags: [], content: 'hello', sig: '' }) // → true
 * hasValidId({ id: 'bde202ea7642ff9910600c7edc948a1f4220f0cbf5e4fb2b7efafa681bbb5285', pubkey: '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798', created_at: 1700000000, kind: 1, tags: [], content: 'hallo', sig: '' }) // → false
 */
export function hasValidId(event: Event): boolean {
  try {
    return eventId(event) === event.id;
  } catch {
    return false;
  }
}

/**
 * Newest first; in the same second the lowest id first: the order of NIP-01's `limit`.
 * @example
 * [{ created_at: 1, id: 'b' }, { created_at: 2, id: 'c' }, { created_at: 1, id: 'a' }].sort(compareEvents).map(e => e.id) // → ['c', 'a', 'b']
 */
export function compareEvents(
  a: Pick<Event, 'created_at' | 'id'>,
  b: Pick<Event, 'created_at' | 'id'>,
): number {
  return b.created_at - a.created_at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/**
 * The value of the first tag of that name, or undefined.
 * @example
 * tagValue({ tags: [['d', 'x'], ['d', 'y']] }, 'd') // → 'x'
 * tagValue({ tags: [['d']] }, 'd') // → undefined
 */
export function tagValue(event: Pick<Event, 'tags'>, name: string): string | undefined {
  return event.tags.find(tag => tag[0] === name)?.[1];
}

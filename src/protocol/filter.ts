// NIP-01 filters: strict parsing of foreign ones, and pure matching.
// `limit` and `search` are the relay's business; matching ignores both.
import { compareEvents, type Event, isKind, MAX_KIND } from './event.ts';
import { isHex32 } from './hex.ts';
import { quote } from './quote.ts';
import { isTime } from './time.ts';

/** A single-letter tag condition, as in `#e`. */
export type TagKey = `#${string}`;

/** All conditions of one filter must hold; any value of a list may. */
export interface Filter {
  ids?: string[];
  authors?: string[];
  kinds?: number[];
  /** Unix seconds, inclusive. */
  since?: number;
  /** Unix seconds, inclusive. */
  until?: number;
  /** How many stored events at most, newest first; 0 means none. */
  limit?: number;
  /** NIP-50. */
  search?: string;
  [tag: TagKey]: string[];
}

/** Thrown when a value is not a filter; the message names the field and quotes the value. */
export class InvalidFilter extends Error {
  override name = 'InvalidFilter';
}

/**
 * Whether `key` names a tag condition: `#` and one letter a-z or A-Z.
 * @example
 * isTagKey('#t') // → true
 * isTagKey('#title') // → false
 */
export function isTagKey(key: string): key is TagKey {
  return key.length === 2 && key[0] === '#' && /[a-zA-Z]/.test(key[1]!);
}

/**
 * Checks a filter from outside. Unknown fields are refused, for a condition that is not understood would
 * otherwise be silently dropped. Empty lists are legal and match nothing.
 * Throws `InvalidFilter`.
 * @example
 * parseFilter({ kinds: [1], '#t': ['nostr'], limit: 0 }) // → { kinds: [1], '#t': ['nostr'], limit: 0 }
 * parseFilter({ authors: ['abc'] }) // throws authors must hold 64 lower-case hex digits each, not "abc"
 * parseFilter({ since: '1' }) // throws since must be
 * parseFilter({ nope: 1 }) // throws unknown filter field "nope"
 */
export function parseFilter(value: unknown): Filter {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidFilter(`a filter must be a JSON object, not ${quote(value)}`);
  }
  const filter: Filter = {};
  for (const [key, field] of Object.entries(value)) setField(filter, key, field);
  return filter;
}

function setField(filter: Filter, key: string, value: unknown): void {
  if (key === 'ids' || key === 'authors') filter[key] = hexList(key, value);
  else if (key === 'kinds') filter.kinds = kindList(value);
  else if (key === 'since' || key === 'until') filter[key] = wholeNumber(key, value);
  else if (key === 'limit') filter.limit = wholeNumber(key, value);
  else if (key === 'search') filter.search = text(key, value);
  else if (key === '#e' || key === '#p') filter[key] = hexList(key, value);
  else if (isTagKey(key)) filter[key] = stringList(key, value);
  else throw new InvalidFilter(`unknown filter field ${quote(key)}`);
}

function list(key: string, value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new InvalidFilter(`${key} must be an array, not ${quote(value)}`);
  return value;
}

/** The list when every item passes. Undefined items, which JSON cannot hold but a caller can, do not. */
function listOf<T>(key: string, value: unknown, isItem: (item: unknown) => item is T, wanted: string): T[] {
  const items = list(key, value);
  const bad = items.findIndex(item => !isItem(item));
  if (bad >= 0) throw new InvalidFilter(`${key} must hold ${wanted}, not ${quote(items[bad])}`);
  return items as T[];
}

function hexList(key: string, value: unknown): string[] {
  return listOf(key, value, isHex32, '64 lower-case hex digits each');
}

function kindList(value: unknown): number[] {
  return listOf('kinds', value, isKind, `whole numbers from 0 to ${MAX_KIND}`);
}

function stringList(key: string, value: unknown): string[] {
  return listOf(key, value, item => typeof item === 'string', 'strings');
}

function wholeNumber(key: string, value: unknown): number {
  if (!isTime(value))
    throw new InvalidFilter(`${key} must be a whole number of at least 0, not ${quote(value)}`);
  return value;
}

function text(key: string, value: unknown): string {
  if (typeof value !== 'string') throw new InvalidFilter(`${key} must be a string, not ${quote(value)}`);
  return value;
}

/** What a filter looks at. */
export type Matchable = Pick<Event, 'id' | 'pubkey' | 'created_at' | 'kind' | 'tags'>;

/** A filter turned into one question, for streams: sets are built once. */
export type Matcher = (event: Matchable) => boolean;

/**
 * Compiles a filter into a function. AND over its fields, OR inside a list; `since` and `until` inclusive;
 * a tag condition looks at the first value of each tag of that name (NIP-01).
 * @example
 * compileFilter({ until: 0 })({ created_at: 1, tags: [] }) // → false
 * compileFilter({ '#t': ['a'] })({ tags: [['t', 'b'], ['t', 'a']] }) // → true
 * compileFilter({ '#t': ['a'] })({ tags: [['t', 'b', 'a']] }) // → false
 * compileFilter({ kinds: [] })({ kind: 1, tags: [] }) // → false
 */
export function compileFilter(filter: Filter): Matcher {
  const ids = filter.ids && new Set(filter.ids);
  const authors = filter.authors && new Set(filter.authors);
  const kinds = filter.kinds && new Set(filter.kinds);
  const { since, until } = filter;
  const tags = tagConditions(filter);
  return event =>
    (since === undefined || event.created_at >= since) &&
    (until === undefined || event.created_at <= until) &&
    (kinds === undefined || kinds.has(event.kind)) &&
    (authors === undefined || authors.has(event.pubkey)) &&
    (ids === undefined || ids.has(event.id)) &&
    (tags.length === 0 || tags.every(([name, values]) => hasTag(event, name, values)));
}

function tagConditions(filter: Filter): [name: string, values: Set<string>][] {
  return Object.keys(filter)
    .filter(isTagKey)
    .map(key => [key[1]!, new Set(filter[key])]);
}

function hasTag(event: Matchable, name: string, values: Set<string>): boolean {
  for (const tag of event.tags) {
    if (tag[0] === name && tag[1] !== undefined && values.has(tag[1])) return true;
  }
  return false;
}

/**
 * Compiles several filters: an event matches when any of them does. No filter at all matches nothing.
 * @example
 * compileFilters([{ kinds: [1] }, { kinds: [7] }])({ kind: 7, tags: [] }) // → true
 * compileFilters([])({ kind: 7, tags: [] }) // → false
 */
export function compileFilters(filters: readonly Filter[]): Matcher {
  const matchers = filters.map(compileFilter);
  if (matchers.length === 1) return matchers[0]!;
  return event => matchers.some(matches => matches(event));
}

/**
 * Whether one event matches one filter. For many events use `compileFilter`.
 * @example
 * matchFilter({ kinds: [0], since: 5 }, { kind: 0, created_at: 5, tags: [] }) // → true
 */
export function matchFilter(filter: Filter, event: Event): boolean {
  return compileFilter(filter)(event);
}

/**
 * What a relay that held exactly `events` would answer: per filter the newest `limit` (ties: lowest id first),
 * the union of all filters, newest first, each event once (NIP-01).
 * @example
 * selectEvents([{ id: 'a', created_at: 1, tags: [] }, { id: 'b', created_at: 2, tags: [] }], [{ limit: 1 }]).map(e => e.id) // → ['b']
 */
export function selectEvents(events: readonly Event[], filters: readonly Filter[]): Event[] {
  const sorted = [...events].sort(compareEvents);
  const chosen = new Map<string, Event>();
  for (const filter of filters) {
    const matching = sorted.filter(compileFilter(filter));
    for (const event of matching.slice(0, filter.limit ?? matching.length)) chosen.set(event.id, event);
  }
  return [...chosen.values()].sort(compareEvents);
}

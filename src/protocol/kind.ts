// Kinds: how relays treat them (NIP-01 "Kinds"), the address of a replaceable event, and their names.
import { type Event, isKind, MAX_KIND, tagValue } from './event.ts';
import { KINDS, type KindInfo } from './kind-names.ts';
import { nearest } from './nearest.ts';
import { quote } from './quote.ts';

/** What a relay keeps of a kind: all of it, the newest per author, nothing, or the newest per author and `d`. */
export type KindClass = 'regular' | 'replaceable' | 'ephemeral' | 'addressable';

/** Thrown when text names no kind; the message quotes it and suggests the nearest name. */
export class InvalidKind extends Error {
  override name = 'InvalidKind';
}

/** How many kinds `parseKinds` may expand to; a filter with more would be refused by most relays. */
export const MAX_KINDS = 1000;

/**
 * The class of a kind. NIP-01 leaves 45 to 999 and 40000 upwards undefined: they are taken as regular.
 * @example
 * kindClass(1) // → 'regular'
 * kindClass(3) // → 'replaceable'
 * kindClass(22242) // → 'ephemeral'
 * kindClass(30023) // → 'addressable'
 * kindClass(40000) // → 'regular'
 */
export function kindClass(kind: number): KindClass {
  if (kind === 0 || kind === 3 || (kind >= 10000 && kind < 20000)) return 'replaceable';
  if (kind >= 20000 && kind < 30000) return 'ephemeral';
  if (kind >= 30000 && kind < 40000) return 'addressable';
  return 'regular';
}

/**
 * The address under which a newer event replaces this one: `kind:pubkey:d`, as `a` tags hold it. Undefined for
 * regular and ephemeral kinds. Only the first `d` counts, a missing one is the same as an empty one, and a plain
 * replaceable kind has no `d` but keeps the colon (NIP-01).
 * @example
 * eventAddress({ kind: 30023, pubkey: 'ab', tags: [['d', 'x:y'], ['d', 'z']] }) // → '30023:ab:x:y'
 * eventAddress({ kind: 30023, pubkey: 'ab', tags: [['d']] }) // → '30023:ab:'
 * eventAddress({ kind: 0, pubkey: 'ab', tags: [['d', 'x']] }) // → '0:ab:'
 * eventAddress({ kind: 1, pubkey: 'ab', tags: [] }) // → undefined
 */
export function eventAddress(event: Pick<Event, 'kind' | 'pubkey' | 'tags'>): string | undefined {
  const kind = kindClass(event.kind);
  if (kind === 'replaceable') return `${event.kind}:${event.pubkey}:`;
  if (kind === 'addressable') return `${event.kind}:${event.pubkey}:${tagValue(event, 'd') ?? ''}`;
  return undefined;
}

/** The three parts of an `a` tag's value. */
export interface Address {
  kind: number;
  pubkey: string;
  /** The `d` value; empty for a plain replaceable kind. */
  identifier: string;
}

/**
 * Splits an address at its first two colons, for the identifier may hold more. Undefined when it is none.
 * @example
 * parseAddress(`30023:${'0a'.repeat(32)}:x:y`).identifier // → 'x:y'
 * parseAddress(`30023:${'0a'.repeat(32)}`) // → undefined
 * parseAddress('30023:abc:x') // → undefined
 * parseAddress(`030023:${'0a'.repeat(32)}:x`) // → undefined
 */
export function parseAddress(text: string): Address | undefined {
  const [, digits, pubkey, identifier] = /^(0|[1-9]\d{0,4}):([0-9a-f]{64}):(.*)$/s.exec(text) ?? [];
  if (digits === undefined || pubkey === undefined || identifier === undefined) return undefined;
  const kind = Number(digits);
  return isKind(kind) ? { kind, pubkey, identifier } : undefined;
}

/** Every name and alias, with its row. */
const BY_NAME = new Map<string, KindInfo>(
  KINDS.flatMap(row => [row.name, ...(row.aliases ?? [])].map((name): [string, KindInfo] => [name, row])),
);

/**
 * What is known of a kind: name, aliases, description and NIP; undefined for a kind without a name.
 * @example
 * kindInfo(1).name // → 'note'
 * kindInfo(39005).name // → 'group-state'
 * kindInfo(2) // → undefined
 */
export function kindInfo(kind: number): KindInfo | undefined {
  return KINDS.find(row => kind >= row.kind && kind <= (row.last ?? row.kind));
}

/**
 * Whether a word names a kind, in either case.
 * @example
 * isKindName('note') // → true
 * isKindName('1') // → false
 */
export function isKindName(word: string): boolean {
  return BY_NAME.has(word.toLowerCase());
}

/**
 * The kinds a person wrote: numbers, inclusive ranges, names, and comma lists of these; in the order written,
 * each once, at most `most`.
 * Throws `InvalidKind`.
 * @example
 * parseKinds('1') // → [1]
 * parseKinds('30000-30002,note,1') // → [30000, 30001, 30002, 1]
 * parseKinds('artcle') // throws unknown kind "artcle"; did you mean "article"?
 * parseKinds('30009-30000') // throws the range "30009-30000" runs backwards
 * parseKinds('0-1000') // throws more than 1000 kinds
 * parseKinds('65536') // throws the kind "65536" is above 65535
 */
export function parseKinds(text: string, most = MAX_KINDS): number[] {
  const kinds = new Set<number>();
  for (const item of text.split(',')) {
    const [first, last] = parseItem(item.trim());
    if (last - first >= most) throw tooMany(text, most);
    for (let kind = first; kind <= last; kind++) kinds.add(kind);
    if (kinds.size > most) throw tooMany(text, most);
  }
  return [...kinds];
}

function tooMany(text: string, most: number): InvalidKind {
  return new InvalidKind(`${quote(text)} is more than ${most} kinds`);
}

function parseItem(item: string): [first: number, last: number] {
  const range = /^(\d+)(?:-(\d+))?$/.exec(item);
  if (!range) return namedKinds(item);
  const first = parseNumber(range[1]!);
  const last = range[2] === undefined ? first : parseNumber(range[2]);
  if (last < first) throw new InvalidKind(`the range ${quote(item)} runs backwards`);
  return [first, last];
}

function parseNumber(digits: string): number {
  const kind = Number(digits);
  if (!isKind(kind)) throw new InvalidKind(`the kind ${quote(digits)} is above ${MAX_KIND}`);
  return kind;
}

function namedKinds(item: string): [first: number, last: number] {
  const row = BY_NAME.get(item.toLowerCase());
  if (row) return [row.kind, row.last ?? row.kind];
  const guess = nearest(item, BY_NAME.keys());
  const hint = guess ? `; did you mean ${quote(guess)}?` : '; write a number, a range or a name';
  throw new InvalidKind(`unknown kind ${quote(item)}${hint}`);
}

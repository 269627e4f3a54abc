// Where a fault applies: on the first connections, to events of some kinds, to events of some authors. A question is
// about the kinds and authors that its filters ask for; a filter that names none asks for all.
import type { Filter } from '../../protocol/filter.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { parseKinds } from '../../protocol/kind.ts';
import { nearest } from '../../protocol/nearest.ts';
import { decodeCode } from '../../protocol/nip21.ts';
import { quote } from '../../protocol/quote.ts';

/** All that is given must hold. */
export interface Scope {
  /** The first n connections. */
  readonly connections?: number;
  readonly kinds?: ReadonlySet<number>;
  /** Public keys in hex. */
  readonly authors?: ReadonlySet<string>;
}

/** What a frame is about: an event, or what was asked for; undefined for a frame that is about neither. */
export type About = { event: { kind: number; pubkey: string } } | { filters: readonly Filter[] } | undefined;

const WORDS: readonly string[] = ['kind', 'author'];

/** The parts behind each `@` of a fault. Throws `Error`; the message says what is wrong. */
export function parseScope(parts: readonly string[]): Scope {
  let scope: Scope = {};
  for (const part of parts) {
    const read = parsePart(part.trim());
    const [name] = Object.keys(read);
    if (Object.hasOwn(scope, name!))
      throw new Error(`${quote(`@${part}`)} stands beside another of its sort`);
    scope = { ...scope, ...read };
  }
  return scope;
}

function parsePart(part: string): Scope {
  if (/^\d+$/.test(part)) return { connections: parseConnections(part) };
  const [, word = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(part)!;
  if (word === 'kind') return { kinds: new Set(parseKinds(value)) };
  if (word === 'author') return { authors: new Set(value.split(',').map(parseAuthor)) };
  const guess = part.includes('=') ? nearest(word, WORDS) : undefined;
  const hint = guess
    ? `did you mean "@${guess}=…"?`
    : 'write @2 (the first connections), @kind=1 or @author=npub1…, and \\@ for an @ within a text';
  throw new Error(`unknown scope ${quote(`@${part}`)}; ${hint}`);
}

function parseConnections(digits: string): number {
  const count = Number(digits);
  if (count >= 1 && Number.isSafeInteger(count)) return count;
  throw new Error(`"@${digits}" is no number of connections; the least is @1`);
}

function parseAuthor(text: string): string {
  const hex = text.trim().toLowerCase();
  if (isHex32(hex)) return hex;
  const entity = decodeCode(text.trim());
  if (entity.type === 'npub' || entity.type === 'nprofile') return entity.pubkey;
  throw new Error(`an author is an npub, an nprofile or 64 hex digits, not an ${entity.type}`);
}

/** The same text for the same scope. */
export function scopeText({ connections, kinds, authors }: Scope): string {
  const parts = [
    ...(connections === undefined ? [] : [`@${connections}`]),
    ...(kinds ? [`@kind=${[...kinds].sort((a, b) => a - b)}`] : []),
    ...(authors ? [`@author=${[...authors].sort()}`] : []),
  ];
  return parts.join('');
}

/** Whether a fault of this scope applies, connections aside. */
export function fits({ kinds, authors }: Scope, about: About): boolean {
  if (kinds === undefined && authors === undefined) return true;
  if (about === undefined) return false;
  if ('filters' in about)
    return about.filters.some(filter => meets(kinds, filter.kinds) && meets(authors, filter.authors));
  const { kind, pubkey } = about.event;
  return (kinds?.has(kind) ?? true) && (authors?.has(pubkey) ?? true);
}

function meets<T>(wanted: ReadonlySet<T> | undefined, asked: readonly T[] | undefined): boolean {
  return wanted === undefined || asked === undefined || asked.some(value => wanted.has(value));
}

// What is odd about a field of a profile: a name that nobody reads, a value that cannot be what the field is for (NIP-24).
import { addressUrl } from './lnurl.ts';
import { nearest } from './nearest.ts';
import { parseNip05 } from './nip05.ts';
import { quote } from './quote.ts';

/** The fields that programs read (NIP-01, NIP-05, NIP-24, NIP-57). */
const KNOWN = 'name display_name about picture banner website nip05 lud06 lud16 bot birthday'.split(' ');

/** What NIP-24 calls deprecated, and what stands for it now. */
const DEPRECATED: Readonly<Record<string, string>> = { displayName: 'display_name', username: 'name' };

/**
 * What is odd about writing this text into the field; undefined where nothing is. A field that nobody knows is nothing odd,
 * unless it is nearly one that everybody does, and not there already.
 * @example
 * oddField('name', 'bob') // → undefined
 * oddField('pronouns', 'they') // → undefined
 * oddField('nmae', 'bob') // → 'other programs read name, not "nmae"'
 * oddField('nip05', 'bob') // → 'nip05 is a name such as bob@example.com, not "bob"'
 * oddField('picture', 'me.png') // → 'picture is a URL, not "me.png"'
 */
export function oddField(field: string, text: string, isThere = false): string | undefined {
  const meant = Object.hasOwn(DEPRECATED, field) ? DEPRECATED[field] : nearKnown(field);
  if (meant !== undefined && !isThere) return `other programs read ${meant}, not ${quote(field)}`;
  if (text === '') return undefined;
  if (field === 'nip05' && !holds(() => parseNip05(text)))
    return `nip05 is a name such as bob@example.com, not ${quote(text)}`;
  if (field === 'lud16' && !holds(() => addressUrl(text)))
    return `lud16 is a lightning address such as bob@example.com, not ${quote(text)}`;
  if (['picture', 'banner'].includes(field) && !URL.canParse(text))
    return `${field} is a URL, not ${quote(text)}`;
  return undefined;
}

function nearKnown(field: string): string | undefined {
  return KNOWN.includes(field) ? undefined : nearest(field, KNOWN);
}

function holds(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

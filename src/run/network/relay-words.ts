// Words that stand where a relay should, and cannot be one: what they seem to be instead, and what to write then.
import { UsageError } from '../../errors.ts';
import { UNSET } from '../../flags/values.ts';
import { quote } from '../../protocol/quote.ts';
import { meantUrl } from '../../protocol/relay-url.ts';
import { codeInLink, isWebLink } from '../../protocol/web-link.ts';

/** What else a word may be. */
type Thing = 'person' | 'event' | 'address' | 'hex' | 'kind' | 'json' | 'file' | 'text';

/** What a command would have one write for that; it takes no such thing where it says nothing. */
export type Instead = Partial<Record<Thing, string>>;

const NAMES: Record<Thing, string> = {
  person: 'a person',
  event: 'an event',
  address: 'the address of an event',
  hex: '64 hex digits',
  kind: 'a number',
  json: 'JSON',
  file: 'a file',
  text: 'a text',
};

const CODE = /^(?:nostr:)?(npub|nprofile|note|nevent|naddr)1[02-9ac-hj-np-z]+$/i;

const OF_CODE: Record<string, Thing> = {
  npub: 'person',
  nprofile: 'person',
  note: 'event',
  nevent: 'event',
  naddr: 'address',
};

/** The error for a word that is something else than a relay; undefined where it may be one, or the alias of one. */
export function notARelay(word: string, instead: Instead): UsageError | undefined {
  const thing = thingOf(word);
  if (thing === undefined) return undefined;
  return new UsageError(`${quote(word)} is no relay, but ${NAMES[thing]}`, {
    code: 'bad_relay',
    hint: instead[thing] ?? 'A relay is a URL such as wss://relay.example, or a host name with a dot.',
  });
}

/** Throws `UsageError` for a relay among words that are none; the hint says where one belongs. */
export function refuseRelays(words: readonly string[], hint = 'A relay is given with --relay URL.'): void {
  const relay = words.find(word => /^wss?:\/\//i.test(word));
  if (relay !== undefined)
    throw new UsageError(`${quote(relay)} is a relay`, { code: 'bad_arguments', hint });
}

/** Throws `UsageError` for an empty word where a relay or a file should stand. */
export function refuseEmpty(words: readonly string[]): void {
  if (words.every(word => word.trim() !== '')) return;
  throw new UsageError('an empty word stands where a relay or a file should', {
    code: 'bad_relay',
    hint: UNSET,
  });
}

/** Throws `UsageError` for a file among words that are codes; the hint says how it is read. */
export function refuseFiles(words: readonly string[], hint: string): void {
  const file = words.find(word => !/^\s*[[{]|^\d+:|\s/.test(word) && !isWebLink(word) && isPath(word));
  if (file !== undefined) throw new UsageError(`${quote(file)} is a file`, { code: 'bad_arguments', hint });
}

/**
 * The relays that stand in one word with commas between them. A comma in the path of a URL is its own, unless a new URL
 * follows.
 */
export function splitRelays(word: string): string[] {
  const relays: string[] = [];
  for (const part of word.split(',')) {
    const last = relays.at(-1);
    const isInPath = last !== undefined && /[/?#]/.test(last.replace(SCHEME, '')) && !SCHEME.test(part);
    if (isInPath) relays[relays.length - 1] = `${last},${part}`;
    else relays.push(part);
  }
  return relays.filter(part => part !== '');
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

function thingOf(word: string): Thing | undefined {
  const code = CODE.exec(isWebLink(word) ? linked(word) : word)?.[1];
  if (code !== undefined) return OF_CODE[code.toLowerCase()];
  if (/^[0-9a-f]{64}$/i.test(word)) return 'hex';
  if (/^\d+(?:[-,]\d+)*$/.test(word)) return 'kind';
  if (/^\s*[{[]/.test(word) && !/^\[[0-9a-f:.]+\]/i.test(word)) return 'json';
  if (/\s/.test(word)) return 'text';
  return isPath(word) ? 'file' : undefined;
}

/** The code in the link of a web client. A relay may have the key of a user in its path, but is not written https: then. */
function linked(word: string): string {
  try {
    const code = codeInLink(word);
    return /^http/i.test(word) || !/^np/i.test(code) ? code : '';
  } catch {
    return '';
  }
}

/** Whether it has `./`, or a `/` without a host before it, or ends like a file of events. A URL is none. */
export function isPath(word: string): boolean {
  if (SCHEME.test(word) || meantUrl(word) !== undefined) return false;
  if (/(^|\/)\.{1,2}\//.test(word) || /\.(json|jsonl|txt)(\.gz|\.zst|\.xz)?$/i.test(word)) return true;
  const slash = word.indexOf('/');
  return slash >= 0 && !/[.:]|^localhost$/i.test(word.slice(0, slash));
}

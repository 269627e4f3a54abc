// The items of a list as people write them: codes, #tags, word:TEXT, URLs, NAME=VALUE, or the tag as JSON; on the line, or
// one in each line of stdin. An item that is none is never passed on, and what may be a secret key is never quoted.
import type { InputContext } from '../../context.ts';
import { decodeText } from '../../encoding.ts';
import { UsageError } from '../../errors.ts';
import { parseAddressOf, parseEventId } from '../../flags/identifiers.ts';
import {
  AccountName,
  type FlaggedTag,
  locate,
  type Person,
  parsePerson,
  withHints,
} from '../../flags/people.ts';
import { readStdin } from '../../input/named-file.ts';
import { isTags, type Tag } from '../../protocol/event.ts';
import { parseAddress } from '../../protocol/kind.ts';
import { InvalidEntity } from '../../protocol/nip19.ts';
import { decodeCode } from '../../protocol/nip21.ts';
import { type ItemType, type ListInfo, listName, TAG_OF_ITEM } from '../../protocol/nip51.ts';
import { jsonFault, quote } from '../../protocol/quote.ts';
import { normalizeRelayUrl } from '../../protocol/relay-url.ts';

interface Form {
  /** How one is written, for messages. */
  written: string;
  /** Reads the value of the tag. Throws. */
  parse(value: string): Person;
  /** Reads what stands behind the value. Throws. */
  more?(more: readonly string[]): readonly string[];
}

const FORMS: Readonly<Record<ItemType, Form>> = {
  person: { written: 'npub1…, name@domain', parse: parsePerson },
  event: { written: 'note1…, nevent1…', parse: withHints(parseEventId) },
  address: { written: 'naddr1…', parse: withHints(parseAddressOf) },
  hashtag: { written: '#tag', parse: text => named('a hashtag', text.replace(/^#/, '')) },
  word: { written: 'word:TEXT', parse: text => named('a word', text) },
  relay: { written: 'wss://relay.example', parse: normalizeRelayUrl },
  'marked-relay': { written: 'wss://relay.example', parse: normalizeRelayUrl, more: marker },
  link: { written: 'https://…', parse: parseLink },
  server: { written: 'https://server.example', parse: parseLink },
  emoji: { written: "'emoji=NAME;URL'", parse: parseShortcode, more: ([url = '']) => [parsePicture(url)] },
  group: {
    written: "'group=ID;wss://relay.example'",
    parse: text => named('a group', text, false),
    more: ([relay = '', ...more]) => [normalizeRelayUrl(relay), ...more],
  },
};

/** NIP-51 and NIP-24 have hashtags and words in lower case. */
function named(what: string, text: string, isLower = true): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new Error(`${what} is empty`);
  return isLower ? trimmed.toLowerCase() : trimmed;
}

function marker(more: readonly string[]): readonly string[] {
  const [role = ''] = more;
  if (more.length > 1 || !['', 'read', 'write'].includes(role))
    throw new Error(`${quote(more.join(';'))} is neither read nor write`);
  return role === '' ? [] : [role];
}

/** A page, spelled as it was typed. */
function parseLink(text: string): string {
  if (!/^https?:\/\/[^\s]+$/i.test(text) || !URL.canParse(text))
    throw new Error(`${quote(text)} is no https:// URL`);
  return text;
}

function parsePicture(url: string): string {
  if (url === '') throw new Error("an emoji has a picture: 'emoji=NAME;https://…'");
  return parseLink(url);
}

function parseShortcode(text: string): string {
  const name = text.replace(/^:(.*):$/, '$1');
  if (!/^[\w-]+$/.test(name))
    throw new Error(`${quote(name)} is no name of an emoji: letters, digits, _ and -`);
  return name;
}

/** A secret key, however damaged. */
const SECRET = /n(?:crypt)?sec1[a-z0-9]{6,}/i;

/** The item that a word stands for. Throws when it is none that the list holds. */
export function parseItem(text: string, list: ListInfo): FlaggedTag {
  refuseSecret(text);
  if (isJson(text)) return itemOfParts(tagOfJson(text), list);
  const parts = partsOf(text);
  if (parts) return itemOfParts(withRelay(parts), list);
  if (/^#.*\s/s.test(text.trim()))
    throw new Error(`${quote(text)} is no hashtag, for it has a blank; a tag that has one is written t=…`);
  const type = typeOf(text, list);
  if (isGroupId(text, type, list))
    throw new Error(`${quote(text)} is no item of ${listName(list.kind)}: ${heldBy(list)}`);
  return itemOf(type, [type === 'word' ? text.slice('word:'.length) : text], list);
}

/** A bare word is read as a relay, and where a list holds groups, too, it rather is the name of one. */
function isGroupId(text: string, type: ItemType, { holds }: ListInfo): boolean {
  const isRelay = type === 'relay' || type === 'marked-relay';
  return isRelay && holds.includes('group') && !/[.:/]/.test(text);
}

/** The same for an item that is to go, which may be whatever a list can have: a tag of any name, with any value. */
export function parseGoing(text: string, list: ListInfo): FlaggedTag {
  refuseSecret(text);
  if (isJson(text)) {
    const [name, value = '', ...more] = tagOfJson(text);
    return [name!, value, ...more];
  }
  const [name, value = '', ...more] = partsOf(text) ?? [];
  if (name === undefined) return parseItem(text, list);
  const type = list.holds.find(each => TAG_OF_ITEM[each] === name);
  return [name, type ? FORMS[type].parse(value) : value, ...more];
}

function refuseSecret(text: string): void {
  if (SECRET.test(text)) throw new Error('a secret key stands among the items');
}

/** `NAME=VALUE;MORE`: the tag; undefined for another word. */
function partsOf(text: string): Tag | undefined {
  const [, name, values = ''] = /^([\w-]{1,64})=(.*)$/s.exec(text) ?? [];
  if (name === undefined) return undefined;
  return [name, ...values.split(/(?<!\\);/).map(part => part.replaceAll('\\;', ';'))];
}

/** What is typed behind a person or an event is a relay. In JSON it stays as it is, for lists of others have all sorts. */
function withRelay(tag: Tag): Tag {
  const [name = '', value = '', relay = '', ...more] = tag;
  if (relay === '' || !['p', 'e', 'a'].includes(name)) return tag;
  try {
    return [name, value, normalizeRelayUrl(relay), ...more];
  } catch {
    const petname = name === 'p' ? '; a petname comes behind it: p=…;;NAME' : '';
    throw new Error(`${quote(relay)} stands where a relay does${petname}`);
  }
}

function isJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

/** `["p","…"]`, or a line of `nost list`, which has it as `tag`. */
function tagOfJson(text: string): Tag {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(jsonFault(error));
  }
  const tag = Array.isArray(value) ? value : (value as { tag?: unknown }).tag;
  if (!isTags([tag]) || (tag as Tag).length === 0) throw new Error(`${quote(text)} is no tag`);
  return tag as Tag;
}

function itemOfParts([name, ...parts]: Tag, list: ListInfo): FlaggedTag {
  const type = list.holds.find(each => TAG_OF_ITEM[each] === name);
  if (type !== undefined) return itemOf(type, parts, list);
  throw new Error(`${quote(name)} is no tag of ${listName(list.kind)}: ${heldBy(list)}`);
}

function itemOf(type: ItemType, [value = '', ...more]: readonly string[], list: ListInfo): FlaggedTag {
  if (!list.holds.includes(type))
    throw new Error(`${quote(value)} is no item of ${listName(list.kind)}: ${heldBy(list)}`);
  const form = FORMS[type];
  return [TAG_OF_ITEM[type], form.parse(value), ...(form.more?.(more) ?? more)];
}

/** What a list takes, for messages. */
function heldBy({ holds }: Pick<ListInfo, 'holds'>): string {
  return `it takes ${[...new Set(holds.map(type => FORMS[type].written))].join(', ')}`;
}

/** What a word is, by the look of it and by what the list holds. */
function typeOf(text: string, { holds, kind }: ListInfo): ItemType {
  const held = (...types: ItemType[]) => types.find(type => holds.includes(type));
  if (/^[0-9a-f]{64}$/i.test(text)) return typeOfHex({ holds, kind });
  if (parseAddress(text)) return 'address';
  if (/^word:/i.test(text)) return 'word';
  if (text.startsWith('#')) return 'hashtag';
  const code = typeOfCode(text);
  if (code !== undefined) return code;
  if (/^wss?:/i.test(text)) return held('relay', 'marked-relay') ?? 'relay';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return held('link', 'server', 'relay', 'marked-relay') ?? 'link';
  const bare = held('person', 'relay', 'marked-relay') ?? (holds[0] === 'hashtag' ? 'hashtag' : undefined);
  if (bare !== undefined) return bare;
  throw new Error(`${quote(text)} is no item of ${listName(kind)}: ${heldBy({ holds })}`);
}

function typeOfHex({ holds, kind }: Pick<ListInfo, 'holds' | 'kind'>): ItemType {
  const types = holds.filter(type => type === 'person' || type === 'event');
  if (types.length === 1) return types[0]!;
  if (types.length === 0)
    throw new Error(`64 hex digits are no item of ${listName(kind)}: ${heldBy({ holds })}`);
  throw new Error('64 hex digits may be a person or an event: write p=… or e=…');
}

const TYPE_OF_CODE: Readonly<Record<string, ItemType>> = {
  npub: 'person',
  nprofile: 'person',
  note: 'event',
  nevent: 'event',
  naddr: 'address',
};

/** Also of a damaged code, so that what is wrong with it is said. */
function typeOfCode(text: string): ItemType | undefined {
  try {
    return TYPE_OF_CODE[decodeCode(text).type];
  } catch (error) {
    if (!(error instanceof InvalidEntity)) throw error;
    const [, prefix = ''] = /^(?:nostr:)?(npub|nprofile|note|nevent|naddr)1/i.exec(text) ?? [];
    return TYPE_OF_CODE[prefix.toLowerCase()];
  }
}

/**
 * The tag of an item, with the key of its person, and the first relay that its code names where nothing else is said. Throws
 * as `locate` does; for a word that names no account it says what the list takes.
 */
export async function locateItem(
  [name, value, ...more]: FlaggedTag,
  list: ListInfo,
  context: InputContext,
): Promise<Tag> {
  const located = await locate(value, context).catch(error => {
    throw value instanceof AccountName && list.holds.length > 1 ? withForms(error, list) : error;
  });
  const [hint] = located.hints;
  return more.length === 0 && hint !== undefined
    ? [name, located.value, hint]
    : [name, located.value, ...more];
}

function withForms(error: unknown, list: ListInfo): unknown {
  if (!(error instanceof UsageError) || error.code !== 'bad_value') return error;
  return new UsageError(error.message, { code: error.code, hint: `${listName(list.kind)}: ${heldBy(list)}` });
}

/** Far more than relays take in one event. */
const MAX_ITEMS_BYTES = 16 * 1024 * 1024;

/** The lines of stdin that are not blank, with their numbers. Rejects with `UsageError` and `IoError`. */
export async function readItemLines({
  stdin,
  signal,
}: InputContext): Promise<[number: number, text: string][]> {
  const bytes = await readStdin(undefined, stdin(), { most: MAX_ITEMS_BYTES, signal });
  let text: string;
  try {
    text = decodeText(bytes);
  } catch (error) {
    throw new UsageError(`stdin is ${(error as Error).message}`, { code: 'bad_content' });
  }
  return text
    .split('\n')
    .map((line, index): [number, string] => [index + 1, line.trim()])
    .filter(([, line]) => line !== '');
}

// The event flags of `publish` (and later `sign`), and the event they describe.
import type { InputContext } from '../context.ts';
import { decodeText } from '../encoding.ts';
import { UsageError } from '../errors.ts';
import { readNamedFile, readStdin } from '../input/named-file.ts';
import { isTags, type Tag } from '../protocol/event.ts';
import { parseKinds } from '../protocol/kind.ts';
import { MAX_DIFFICULTY } from '../protocol/nip13.ts';
import { jsonFault, quote } from '../protocol/quote.ts';
import { implausibleTime, parseDuration, parseTime } from '../protocol/time.ts';
import { commaList, type FlagsOf, flags, list, on, text, value } from './flag.ts';
import { orElse, parseEventId } from './identifiers.ts';
import { type FlaggedTag, keyOf, PERSON, parsePerson, parseTaggedPerson } from './people.ts';
import { nameAndValue } from './tag-words.ts';
import { parsedBy, wholeNumber } from './values.ts';

/** The flags that describe an event. */
const DESCRIPTION = flags('Event', {
  kind: value('-k, --kind <kind>', 'kind, a number or a name (default: 1)', parseOneKind),
  content: text('-m, --content <text>', 'the content'),
  contentFile: text('--content-file <file|->', 'read the content from a file or stdin'),
  tag: list('-t, --tag <name=value[;more…]>', 'add a tag (repeatable)', parseTag),
  tagJson: list('--tag-json <json>', 'add a tag given as a JSON array (repeatable)', parseTagJson),
  e: commaList('-e <id>', 'reference an event: hex, note or nevent (repeatable)', parseEventTag),
  p: commaList('-p <key>', `reference a person: ${PERSON} (repeatable)`, parsePersonTag),
  d: text('-d <identifier>', 'identifier (d tag) of an addressable event'),
  createdAt: text('--created-at <time>', 'creation time: unix seconds, ISO 8601, or a duration ago'),
  pow: value(
    '--pow <bits>',
    'mine this many bits of proof of work, on all cores (NIP-13)',
    wholeNumber(0, MAX_DIFFICULTY),
  ),
  expires: value('--expires <duration>', 'set the expiration this long from now (NIP-40)', parseLifetime),
  protected: on('--protected', 'mark the event: only its author may publish it (NIP-70)'),
});

export const EVENT_FLAGS = {
  ...DESCRIPTION,
  ...flags('Event', {
    allowNsec: on('--allow-nsec', 'sign even if the content or a tag contains a secret key'),
  }),
};

export type EventFlags = FlagsOf<typeof EVENT_FLAGS>;

/** What the flags say of an event; what they do not say is absent. */
export interface FlaggedEvent {
  kind?: number;
  content?: string;
  tags: Tag[];
  created_at?: number;
}

/** One kind, by number or name. Throws when it is none, or a range. */
export function parseOneKind(text: string): number {
  const kinds = parseKinds(text);
  if (kinds.length !== 1) throw new Error(`an event has one kind, not ${quote(text)}`);
  return kinds[0]!;
}

function parseTag(text: string): FlaggedTag {
  const [name, values] = nameAndValue(text);
  const parts = values.split(/(?<!\\);/);
  const [value = '', ...more] = parts.map(part => part.replaceAll('\\;', ';'));
  return [name, parseTaggedPerson(name, value), ...more];
}

/** Milliseconds. */
function parseLifetime(text: string): number {
  const lifetime = parseDuration(text);
  if (lifetime === 0) throw new Error(`${quote(text)}: the event would have expired when it is signed`);
  const fault = implausibleTime(lifetime / 1000);
  if (fault !== undefined) throw new Error(`${quote(text)} is too long; write a duration from now`);
  return lifetime;
}

const A_PERSON = 'a person is referenced with -p';
const AN_EVENT = 'an event is referenced with -e';
const AN_ADDRESS = 'an address is referenced with -t a=NADDR';

const eventId = orElse(parseEventId, { npub: A_PERSON, nprofile: A_PERSON, naddr: AN_ADDRESS });
const person = orElse(parsePerson, { note: AN_EVENT, nevent: AN_EVENT, naddr: AN_ADDRESS });

function parseEventTag(text: string): Tag {
  return ['e', eventId(text)];
}

function parsePersonTag(text: string): FlaggedTag {
  return ['p', person(text)];
}

function parseTagJson(text: string): Tag {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(jsonFault(error));
  }
  if (!isTags([value]) || (value as Tag).length === 0)
    throw new Error(`${quote(text)} is not an array of strings`);
  return value as Tag;
}

/** Whether any flag describes an event, so that stdin need not be read. */
export function hasEventFlags(flags: EventFlags): boolean {
  const names = Object.keys(DESCRIPTION) as (keyof typeof DESCRIPTION)[];
  return names.some(name => flags[name] !== undefined);
}

/**
 * What the flags say, with their files read, until the signal aborts. `check` throws for what is wrong with the rest
 * before a domain is asked for the key of a tag. Throws `UsageError` and `IoError`.
 */
export async function readEventFlags(
  flags: EventFlags,
  context: InputContext,
  check: (withoutTags: FlaggedEvent) => void = () => {},
): Promise<FlaggedEvent> {
  if (flags.content !== undefined && flags.contentFile !== undefined) {
    throw new UsageError('--content and --content-file both give the content', { hint: 'Give one of them.' });
  }
  const now = Math.floor(context.now() / 1000);
  const event: FlaggedEvent = { tags: [] };
  if (flags.kind !== undefined) event.kind = flags.kind;
  const content =
    flags.contentFile === undefined ? flags.content : await readContent(flags.contentFile, context);
  if (content) event.content = content;
  else if (flags.content !== undefined) event.content = ''; // an empty file is no content
  if (flags.createdAt !== undefined)
    event.created_at = parsedBy('--created-at', text => parseTime(text, now))(flags.createdAt);
  check(event);
  event.tags = await tagsOf(flags, now, context);
  return event;
}

async function tagsOf(
  { tag = [], tagJson = [], e = [], p = [], d, expires, protected: isProtected }: EventFlags,
  now: number,
  context: InputContext,
): Promise<Tag[]> {
  const people = await Promise.all([...p, ...tag].map(flagged => tagOf(flagged, context)));
  const tags = [...(d === undefined ? [] : [['d', d]]), ...e, ...people, ...tagJson];
  if (expires !== undefined) tags.push(['expiration', String(now + Math.ceil(expires / 1000))]);
  if (isProtected) tags.push(['-']);
  return tags;
}

async function tagOf([name, value, ...more]: FlaggedTag, context: InputContext): Promise<Tag> {
  return [name, await keyOf(value, context), ...more];
}

/** A content is far smaller than this. */
const MAX_CONTENT_BYTES = 16 * 1024 * 1024;

async function readContent(path: string, { stdin, signal }: InputContext): Promise<string> {
  const limits = { most: MAX_CONTENT_BYTES, signal };
  const bytes = await (path === '-'
    ? readStdin('--content-file -', stdin(), limits)
    : readNamedFile('--content-file', path, limits));
  try {
    return decodeText(bytes);
  } catch (error) {
    throw new UsageError(`--content-file: ${quote(path)} is ${(error as Error).message}`, {
      code: 'bad_content',
    });
  }
}

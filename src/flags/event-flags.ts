// The event flags of `publish` (and later `sign`), and the event they describe.
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { IoError, UsageError } from '../errors.ts';
import { isTags, type Tag } from '../protocol/event.ts';
import { parseKinds } from '../protocol/kind.ts';
import { quote } from '../protocol/quote.ts';
import { parseDuration, parseTime } from '../protocol/time.ts';
import { parseEventId, parsePubkey, parseTagValue } from './identifiers.ts';
import { collectedBy, parsedBy, verbatim, wholeNumber } from './options.ts';

export interface EventFlags {
  kind?: number;
  content?: string;
  contentFile?: string;
  tag?: Tag[];
  tagJson?: Tag[];
  e?: Tag[];
  p?: Tag[];
  d?: string;
  createdAt?: string;
  pow?: number;
  expires?: number;
  protected?: boolean;
  allowNsec?: boolean;
}

/** What the flags say of an event; what they do not say is absent. */
export interface FlaggedEvent {
  kind?: number;
  content?: string;
  tags: Tag[];
  created_at?: number;
}

export function declareEvent(command: Command): void {
  const add = (flags: string, description: string, parse?: (text: string, earlier?: never) => unknown) => {
    const option = new Option(flags, description).helpGroup('Event');
    command.addOption(parse ? option.argParser(parse as never) : option);
  };
  add('-k, --kind <kind>', 'number or name (default: 1)', parsedBy('--kind', parseOneKind));
  add('-m, --content <text>', 'the content, literally');
  add('--content-file <file|->', 'the content from a file or stdin');
  add(
    '-t, --tag <name=value[;more…]>',
    'a tag (repeatable)',
    collectedBy('--tag', text => [parseTag(text)]),
  );
  add(
    '--tag-json <json>',
    'a tag as a JSON array (repeatable)',
    collectedBy('--tag-json', text => [parseTagJson(text)]),
  );
  add(
    '-e <id>',
    'refer to an event: hex, note or nevent (repeatable)',
    collectedBy('-e', text => [['e', parseEventId(text)]]),
  );
  add(
    '-p <key>',
    'refer to a person: hex, npub or nprofile (repeatable)',
    collectedBy('-p', text => [['p', parsePubkey(text)]]),
  );
  add('-d <identifier>', 'identifier of an addressable event');
  add('--created-at <time>', 'unix seconds, ISO 8601, or back from now', verbatim);
  add('--pow <bits>', 'proof of work (NIP-13)', parsedBy('--pow', wholeNumber(0)));
  add('--expires <duration>', 'expire so long from now (NIP-40)', parsedBy('--expires', parseDuration));
  add('--protected', 'only the author may publish it (NIP-70)');
  add('--allow-nsec', 'sign an event although its content or tags hold a secret key');
}

function parseOneKind(text: string): number {
  const kinds = parseKinds(text);
  if (kinds.length !== 1) throw new Error(`an event has one kind, not ${quote(text)}`);
  return kinds[0]!;
}

function parseTag(text: string): Tag {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`${quote(text)} is not NAME=VALUE`);
  const name = text.slice(0, at);
  const [value = '', ...more] = text.slice(at + 1).split(';');
  return [name, parseTagValue(name, value), ...more];
}

function parseTagJson(text: string): Tag {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`not JSON: ${(error as Error).message}`);
  }
  if (!isTags([value]) || (value as Tag).length === 0)
    throw new Error(`${quote(text)} is not an array of strings`);
  return value as Tag;
}

const EVENT_FLAGS = [
  'kind',
  'content',
  'contentFile',
  'tag',
  'tagJson',
  'e',
  'p',
  'd',
  'createdAt',
  'pow',
  'expires',
  'protected',
] as const satisfies readonly (keyof EventFlags)[];

/** Whether any flag describes an event, so that stdin need not be read. */
export function hasEventFlags(flags: EventFlags): boolean {
  return EVENT_FLAGS.some(name => flags[name] !== undefined);
}

/** What the flags say, with their files read. Throws `UsageError` and `IoError`. */
export async function readEventFlags(flags: EventFlags, context: Context): Promise<FlaggedEvent> {
  if (flags.content !== undefined && flags.contentFile !== undefined) {
    throw new UsageError('--content and --content-file both give the content', { hint: 'Give one of them.' });
  }
  const now = Math.floor(context.now() / 1000);
  const event: FlaggedEvent = { tags: tagsOf(flags, now) };
  if (flags.kind !== undefined) event.kind = flags.kind;
  const content =
    flags.contentFile === undefined ? flags.content : await readContent(flags.contentFile, context);
  if (content !== undefined) event.content = content;
  if (flags.createdAt !== undefined)
    event.created_at = parsedBy('--created-at', text => parseTime(text, now))(flags.createdAt);
  return event;
}

function tagsOf(
  { tag = [], tagJson = [], e = [], p = [], d, expires, protected: isProtected }: EventFlags,
  now: number,
): Tag[] {
  const tags = [...(d === undefined ? [] : [['d', d]]), ...e, ...p, ...tag, ...tagJson];
  if (expires !== undefined) tags.push(['expiration', String(now + Math.ceil(expires / 1000))]);
  if (isProtected) tags.push(['-']);
  return tags;
}

/** A content is far smaller than this. */
const MAX_CONTENT_BYTES = 16 * 1024 * 1024;

async function readContent(path: string, context: Context): Promise<string> {
  const bytes = path === '-' ? await readAll(context) : await readNamed(path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError(`--content-file: ${quote(path)} is not UTF-8`, { code: 'bad_content' });
  }
}

async function readNamed(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new IoError(`--content-file: cannot read ${quote(path)}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function readAll(context: Context): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of context.stdin()) {
    size += chunk.length;
    if (size > MAX_CONTENT_BYTES)
      throw new UsageError('--content-file -: the content is larger than 16 MiB', { code: 'bad_content' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

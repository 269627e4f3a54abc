// The filter flags and what they build: the filters of one REQ. `--filter` gives whole filters, each of which
// the other flags narrow.
import type { InputContext } from '../context.ts';
import { UsageError } from '../errors.ts';
import { readJsonValues } from '../input/json-values.ts';
import { readNamedFile, readStdin } from '../input/named-file.ts';
import { type Filter, parseFilter, type TagKey } from '../protocol/filter.ts';
import { parseKinds } from '../protocol/kind.ts';
import { jsonFault, quote } from '../protocol/quote.ts';
import { implausibleTime, parseTime } from '../protocol/time.ts';
import { commaList, type FlagsOf, flags, joined, list, text, value } from './flag.ts';
import { orElse, parseEventId } from './identifiers.ts';
import { locate, PERSON, type Person, parsePerson, parseTaggedPerson, withHints } from './people.ts';
import { nameAndValue } from './tag-words.ts';
import { parsedBy, verbatim, wholeNumber } from './values.ts';

/** Where codes are given that stand in another flag's place. */
const AN_AUTHOR = 'an author is given with -a, somebody who is referenced with -p';
const AN_EVENT = 'an event is given with -i, one that is referenced with -e';
const AN_ADDRESS = 'the event at an address is given with -k, -a and -d, or to nost fetch';
const NO_EVENT = { npub: AN_AUTHOR, nprofile: AN_AUTHOR, naddr: AN_ADDRESS };
const NO_PERSON = { note: AN_EVENT, nevent: AN_EVENT, naddr: AN_ADDRESS };

export const FILTER_FLAGS = flags('Filter', {
  id: commaList(
    '-i, --id <id>',
    'event id: hex, note or nevent (repeatable)',
    orElse(withHints(parseEventId), NO_EVENT),
  ),
  author: commaList('-a, --author <key>', `author: ${PERSON} (repeatable)`, orElse(parsePerson, NO_PERSON)),
  kind: joined(
    '-k, --kind <kind>',
    'number, range or name: 1, 30000-30009, article (repeatable)',
    parseKinds,
  ),
  tag: list(
    '-t, --tag <name=value>',
    'value of a single-letter tag: t=nostr (repeatable)',
    parseTagCondition,
  ),
  e: commaList(
    '-e <id>',
    'events that reference this event (repeatable)',
    orElse(withHints(parseEventId), NO_EVENT),
  ),
  p: commaList('-p <key>', 'events that reference this person (repeatable)', orElse(parsePerson, NO_PERSON)),
  d: list('-d <identifier>', 'identifier (d tag) of an addressable event (repeatable)', verbatim),
  since: text(
    '--since <time>',
    'from this time: unix seconds, ISO 8601, today, or a duration ago (90s 15m 2h30m 3d 1w)',
  ),
  until: text('--until <time>', 'up to this time, in the same formats; both ends are inclusive'),
  limit: value('-l, --limit <n>', 'return at most n stored events', wholeNumber(0)),
  search: text('--search <text>', 'full-text search (NIP-50)'),
  filter: list(
    '--filter <json|@file|->',
    'a complete filter, or a REQ frame; the other flags narrow it (repeatable)',
    verbatim,
  ),
});

export type FilterFlags = FlagsOf<typeof FILTER_FLAGS>;

function parseTagCondition(text: string): [name: string, value: Person] {
  const [name, value] = nameAndValue(text);
  if (!/^[a-zA-Z]$/.test(name)) throw new Error(`relays index only single-letter tags, not ${quote(name)}`);
  return [name, parseTaggedPerson(name, value)];
}

/** Whether these flags read stdin. */
export function filterClaimsStdin(flags: FilterFlags): boolean {
  return flags.filter?.includes('-') ?? false;
}

/** Whether codes or domains may name relays for what these flags ask for. */
export function mayHoldHints(flags: FilterFlags): boolean {
  const people = [
    ...(flags.id ?? []),
    ...(flags.author ?? []),
    ...tagConditions(flags).map(([, value]) => value),
  ];
  return people.some(person => typeof person !== 'string');
}

/** The filters of one REQ; at least one. Reads what the flags name, until the signal aborts. */
export async function buildFilters(flags: FilterFlags, context: InputContext): Promise<Filter[]> {
  return (await filtersWithHints(flags, context)).filters;
}

/**
 * The same, and the relays that the codes and the domains of its flags name, each once. Domains are asked when nothing
 * is wrong with the rest.
 */
export async function filtersWithHints(
  flags: FilterFlags,
  context: InputContext,
): Promise<{ filters: Filter[]; hints: string[] }> {
  const times = timesOf(flags, context);
  checkTimes(times, ['--since ', '--until ']);
  const whole = flags.filter && (await wholeFilters(flags.filter, context));
  const { filter: narrow, hints } = await filterOfFlags(flags, times, context);
  if (!whole) return { filters: [narrow], hints };
  const filters = whole.map(filter => intersect(filter, narrow));
  for (const filter of filters)
    checkTimes(filter, ['the later of --since and the since of --filter, ', 'the earlier until, ']);
  return { filters, hints };
}

async function wholeFilters(sources: readonly string[], context: InputContext): Promise<Filter[]> {
  const whole: Filter[] = [];
  for (const source of sources) whole.push(...(await readFilters(source, context)));
  if (whole.length === 0) throw new UsageError('--filter: no filter was given', { code: 'bad_filter' });
  for (const filter of whole) checkTimes(filter, ['--filter: since ', '--filter: until ']);
  return whole;
}

type Times = Pick<Filter, 'since' | 'until'>;

function timesOf({ since, until }: FilterFlags, context: InputContext): Times {
  const now = Math.floor(context.now() / 1000);
  const read = (text: string) => parseTime(text, now);
  return {
    ...(since !== undefined && { since: parsedBy('--since', read)(since) }),
    ...(until !== undefined && { until: parsedBy('--until', read)(until) }),
  };
}

/** A time in milliseconds, or a range that nothing lies in, is a mistake: no relay would say so. */
function checkTimes({ since, until }: Filter, [from, to]: readonly [from: string, to: string]): void {
  for (const [name, time] of [
    [from, since],
    [to, until],
  ] as const) {
    const fault = time === undefined ? undefined : implausibleTime(time);
    if (fault !== undefined) throw new UsageError(`${name}${fault}`, { code: 'bad_filter' });
  }
  if (since === undefined || until === undefined || since <= until) return;
  throw new UsageError(`${from}${since} is later than ${to}${until}: no event lies between`, {
    code: 'bad_filter',
  });
}

async function filterOfFlags(
  flags: FilterFlags,
  times: Times,
  context: InputContext,
): Promise<{ filter: Filter; hints: string[] }> {
  const tags = tagConditions(flags);
  const located = (people: readonly Person[] = []) =>
    Promise.all(people.map(person => locate(person, context)));
  const [ids, authors, values] = await Promise.all([
    located(flags.id),
    located(flags.author),
    located(tags.map(([, value]) => value)),
  ]);
  const filter: Filter = {};
  if (flags.id) filter.ids = ids.map(({ value }) => value);
  if (flags.author) filter.authors = authors.map(({ value }) => value);
  if (flags.kind) filter.kinds = [...new Set(flags.kind)];
  for (const [index, [name]] of tags.entries()) {
    const key: TagKey = `#${name}`;
    filter[key] = [...(filter[key] ?? []), values[index]!.value];
  }
  Object.assign(filter, times);
  if (flags.limit !== undefined) filter.limit = flags.limit;
  if (flags.search !== undefined) filter.search = flags.search;
  return { filter, hints: [...new Set([ids, authors, values].flat().flatMap(({ hints }) => hints))] };
}

function tagConditions({ tag = [], e = [], p = [], d = [] }: FilterFlags): [name: string, value: Person][] {
  const named =
    (name: string) =>
    (value: Person): [string, Person] => [name, value];
  return [...tag, ...e.map(named('e')), ...p.map(named('p')), ...d.map(named('d'))];
}

/** Filters are far smaller than this. */
const MAX_FILTER_BYTES = 16 * 1024 * 1024;

async function readFilters(source: string, { stdin, signal }: InputContext): Promise<Filter[]> {
  if (source !== '-' && !source.startsWith('@')) return filtersOf(parseJson(source), '--filter');
  const name = source === '-' ? 'stdin' : source.slice(1);
  const limits = { most: MAX_FILTER_BYTES, signal };
  const bytes = await (source === '-'
    ? readStdin('--filter -', stdin(), limits)
    : readNamedFile('--filter', name, limits));
  const filters: Filter[] = [];
  for await (const items of readJsonValues([bytes])) {
    for (const item of items) {
      const where = `${name}, line ${item.line}`;
      if ('problem' in item) throw new UsageError(`${where}: ${item.problem}`, { code: 'bad_filter' });
      filters.push(...filtersOf(item.value, where));
    }
  }
  return filters;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--filter: ${jsonFault(error)}`, {
      code: 'bad_filter',
      hint: 'A file is given as --filter @FILE.',
    });
  }
}

function filtersOf(value: unknown, where: string): Filter[] {
  try {
    if (!Array.isArray(value)) return [parseFilter(value)];
    return (isRequest(value) ? value.slice(2) : value).map(parseFilter);
  } catch (error) {
    throw new UsageError(`${where}: ${(error as Error).message}`, { code: 'bad_filter' });
  }
}

/** Whether it is a REQ frame, `["REQ", id, filter…]`, and not a list of filters. */
function isRequest([verb, id]: readonly unknown[]): boolean {
  return verb === 'REQ' && typeof id === 'string';
}

/** Both filters at once: lists are intersected, ranges cut, the smaller limit holds. */
export function intersect(a: Filter, b: Filter): Filter {
  const both: Filter = { ...a, ...b };
  for (const key of Object.keys(a) as (keyof Filter)[]) {
    const [left, right] = [a[key], b[key]] as [unknown, unknown];
    if (right === undefined) continue;
    if (Array.isArray(left))
      (both as Record<string, unknown>)[key] = left.filter(item => (right as unknown[]).includes(item));
    else if (key === 'since') both.since = Math.max(a.since!, b.since!);
    else if (key === 'until') both.until = Math.min(a.until!, b.until!);
    else if (key === 'limit') both.limit = Math.min(a.limit!, b.limit!);
    else if (left !== right)
      throw new UsageError(`--search and the search of --filter differ`, { code: 'bad_filter' });
  }
  return both;
}

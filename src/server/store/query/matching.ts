// Whether an event matches a filter, as a relay asks it: of very many events, of events with very many tags, and with
// NIP-50 search. The tags of a large event are read once, however many filters ask.
import type { Event } from '../../../protocol/event.ts';
import { compileFilter, type Filter, isTagKey } from '../../../protocol/filter.ts';
import { compileSearch } from '../../../protocol/nip50.ts';

/** Letter → the first values of the tags of that name. */
export type TagSets = ReadonlyMap<string, ReadonlySet<string>>;

/** Sets are kept for events with more tags than this; fewer are read again as quickly. */
const MANY_TAGS = 32;

const known = new WeakMap<Event, TagSets>();

/** The values of each single-letter tag. */
export function tagSets(event: Event): TagSets {
  const cached = known.get(event);
  if (cached) return cached;
  const sets = new Map<string, Set<string>>();
  for (const [name, value] of event.tags) {
    if (name?.length !== 1 || value === undefined || !isLetter(name)) continue;
    const values = sets.get(name);
    if (values) values.add(value);
    else sets.set(name, new Set([value]));
  }
  if (event.tags.length > MANY_TAGS) known.set(event, sets);
  return sets;
}

function isLetter(name: string): boolean {
  return (name >= 'a' && name <= 'z') || (name >= 'A' && name <= 'Z');
}

/** Whether an event of the store matches: like `compileFilter`, with NIP-50 search, and quick for very many tags. */
export function compileStored(filter: Filter): (event: Event) => boolean {
  const matches = compileUnsearched(filter);
  const search = compileStoredSearch(filter);
  return search === undefined ? matches : event => matches(event) && search.finds(event);
}

/** The search of a filter, which may take long. */
export interface Search {
  finds(event: Event): boolean;
  /** Steps that it takes at most, about. */
  cost(event: Event): number;
}

/** Characters of the content times those of the search that are looked at in a step, where a search is hard. */
const SEARCHED = 3000;

/** The same of the content, in any case: it is read in lower case. */
const LOWERED = 500;

/** The NIP-50 search of a filter; undefined where it has none. */
export function compileStoredSearch({ search }: Filter): Search | undefined {
  if (search === undefined) return undefined;
  const finds = compileSearch(search);
  const weight = search.length / SEARCHED + 1 / LOWERED;
  return { finds: ({ content }) => finds(content), cost: ({ content }) => 1 + content.length * weight };
}

/** The conditions of a filter beside its search: like `compileFilter`, and quick for very many tags. */
export function compileUnsearched(filter: Filter): (event: Event) => boolean {
  const conditions = Object.keys(filter)
    .filter(isTagKey)
    .map((key): [string, Set<string>] => [key[1]!, new Set(filter[key])]);
  if (conditions.length === 0) return compileFilter(filter);
  const matchesRest = compileFilter(withoutTags(filter));
  return event => {
    if (!matchesRest(event)) return false;
    if (event.tags.length <= MANY_TAGS) return conditions.every(condition => hasTag(event, ...condition));
    const sets = tagSets(event);
    return conditions.every(([name, wanted]) => haveCommon(sets.get(name), wanted));
  };
}

function hasTag({ tags }: Event, name: string, wanted: ReadonlySet<string>): boolean {
  return tags.some(tag => tag[0] === name && tag[1] !== undefined && wanted.has(tag[1]));
}

function withoutTags(filter: Filter): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([key]) => !isTagKey(key)));
}

function haveCommon(values: ReadonlySet<string> | undefined, wanted: ReadonlySet<string>): boolean {
  if (values === undefined) return false;
  const [fewer, more] = values.size < wanted.size ? [values, wanted] : [wanted, values];
  for (const value of fewer) if (more.has(value)) return true;
  return false;
}

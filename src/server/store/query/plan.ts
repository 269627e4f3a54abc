// Chooses the index that answers a filter: the condition that the fewest events meet.
import type { Filter } from '../../../protocol/filter.ts';
import { isTagKey } from '../../../protocol/filter.ts';
import { authorKey, authorKindKey, kindKey, TIME_KEY, tagKey } from '../index-keys.ts';
import type { Tables } from '../tables.ts';

/** How far conditions are counted to find the narrowest: further only when all of them have more. */
const ROUNDS = [256, 4096];

/** Authors times kinds; above it the events of the authors are read and their kinds looked at. */
const MAX_PAIRS = 1000;

/** Tag conditions of a filter that are counted; the others are only looked at. */
const MAX_TAGS = 4;

/** More keys than this may cost more than reading the events of a short time. */
const MANY_KEYS = 16;

/** More keys than this cost too much to count. */
const MAX_COUNTED = 100;

/** Index keys that together list each event the filter matches, and others. */
interface Candidate {
  keys: string[];
  /** Which conditions of the filter it leaves to be looked at; 0: it lists nothing in vain. */
  open: number;
}

/** The index keys to read; none when nothing can match. It yields where the caller may rest. */
export function* planKeys(
  filter: Filter,
  tables: Tables,
  spend: (steps: number) => void,
): Generator<undefined, string[]> {
  const candidates = candidatesFor(filter);
  if (candidates.some(({ keys }) => keys.length === 0)) return [];
  const count = counter(filter, tables, spend);
  const whole = candidates.find(({ open }) => open === 0);
  if (whole === undefined) return (yield* narrowest(candidates, count)).keys;
  const { keys } = whole;
  const isShort = keys.length > MANY_KEYS && (yield* count([TIME_KEY], keys.length)) < keys.length;
  return isShort ? [TIME_KEY] : keys;
}

/** The index keys that list exactly the events that a filter matches, by kinds, authors and time; undefined: there are none. */
export function wholeKeys(filter: Filter): string[] | undefined {
  if (filter.ids !== undefined || filter.search !== undefined) return undefined;
  if (Object.keys(filter).some(isTagKey)) return undefined;
  return candidatesFor(filter).find(({ open }) => open === 0)?.keys;
}

type Count = (keys: readonly string[], enough: number) => Generator<undefined, number>;

/** Counts the events under keys in the time of the filter, no further than `enough`. */
function counter(
  { since = 0, until = Number.MAX_SAFE_INTEGER }: Filter,
  tables: Tables,
  spend: (steps: number) => void,
): Count {
  return function* (keys, enough) {
    let sum = 0;
    for (const key of keys) {
      const counted = tables.count(key, since, until, enough - sum);
      spend(2 + (counted >> 3));
      sum += counted;
      if (sum >= enough) break;
      yield undefined;
    }
    return sum;
  };
}

/** The first of those that are too many to count is usually narrow. */
function* narrowest(candidates: readonly Candidate[], count: Count): Generator<undefined, Candidate> {
  for (const most of ROUNDS) {
    let best: Candidate | undefined;
    let fewest = most;
    for (const candidate of candidates) {
      if (candidate.keys.length > MAX_COUNTED) continue;
      const sum = yield* count(candidate.keys, fewest);
      if (sum >= fewest) continue;
      best = candidate;
      fewest = sum;
    }
    if (best) return best;
  }
  return candidates[0]!;
}

/** What names most conditions at once first, then what is usually narrowest. */
function candidatesFor(filter: Filter): Candidate[] {
  const { authors, kinds } = filter;
  const tags = Object.keys(filter).filter(isTagKey);
  const conditions = tags.length + (authors ? 1 : 0) + (kinds ? 1 : 0);
  const candidates: Candidate[] = [];
  const add = (keys: readonly string[], covered: number) =>
    candidates.push({ keys: [...new Set(keys)], open: conditions - covered });
  if (authors && kinds && authors.length * kinds.length <= MAX_PAIRS) {
    const pairs = authors.flatMap(author => kinds.map(kind => authorKindKey(author, kind)));
    add(pairs, 2);
  }
  for (const key of tags.slice(0, MAX_TAGS)) {
    const keys = filter[key]!.map(value => tagKey(key[1]!, value));
    add(keys, 1);
  }
  if (authors) add(authors.map(authorKey), 1);
  if (kinds) add(kinds.map(kindKey), 1);
  add([TIME_KEY], 0);
  return candidates;
}

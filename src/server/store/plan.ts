// Chooses the index that answers a filter: the condition that the fewest events meet.
import type { Filter } from '../../protocol/filter.ts';
import { isTagKey } from '../../protocol/filter.ts';
import { authorKey, authorKindKey, kindKey, TIME_KEY, tagKey } from './index-keys.ts';
import type { Tables } from './tables.ts';

/** Longer counts are all the same: much. */
const MUCH = 1000;

/** Authors times kinds; above it the events of the authors are read and their kinds looked at. */
const MAX_PAIRS = 1000;

/** Tag conditions of a filter that are counted; the others are only looked at. */
const MAX_TAGS = 4;

/** The index keys that together list each event the filter matches, and others. None when nothing can match. */
export function planKeys(filter: Filter, tables: Tables, spend: (steps: number) => void): string[] {
  const candidates = candidateKeys(filter);
  if (candidates.some(keys => keys.length === 0)) return [];
  if (candidates.length === 1) return candidates[0]!;
  const { since = 0, until = Number.MAX_SAFE_INTEGER } = filter;
  let best = candidates[0]!;
  let fewest = Infinity;
  for (const keys of candidates) {
    let sum = 0;
    for (const key of keys) {
      spend(4);
      sum += tables.count(key, since, until, Math.min(MUCH, fewest - sum));
      if (sum >= fewest || sum >= MUCH) break;
    }
    if (sum < Math.min(fewest, MUCH) || fewest === Infinity) {
      best = keys;
      fewest = sum;
    }
  }
  return best;
}

/** The best for a tie first: what names most conditions at once, then what is usually narrowest. */
function candidateKeys(filter: Filter): string[][] {
  const { authors, kinds } = filter;
  const candidates: string[][] = [];
  if (authors && kinds && authors.length * kinds.length <= MAX_PAIRS)
    candidates.push(distinct(authors.flatMap(author => kinds.map(kind => authorKindKey(author, kind)))));
  for (const key of Object.keys(filter).filter(isTagKey).slice(0, MAX_TAGS))
    candidates.push(distinct(filter[key]!.map(value => tagKey(key[1]!, value))));
  if (authors) candidates.push(distinct(authors.map(authorKey)));
  if (kinds) candidates.push(distinct(kinds.map(kindKey)));
  candidates.push([TIME_KEY]);
  return candidates;
}

function distinct(keys: readonly string[]): string[] {
  return [...new Set(keys)];
}

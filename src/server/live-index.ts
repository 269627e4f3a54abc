// Finds the subscriptions that an accepted event is for, without asking each of them: a filter is listed under the
// values of one of its conditions, and the event is looked up under its own.
import type { Event } from '../protocol/event.ts';
import { type Filter, isTagKey } from '../protocol/filter.ts';
import { authorKey, indexKeysOf, kindKey, TIME_KEY, tagKey } from './store/index-keys.ts';
import { compileStoredSearch, compileUnsearched, type Search } from './store/query/matching.ts';

interface Entry<Subscription> {
  subscription: Subscription;
  /** Whether an event meets all conditions beside the search. */
  matches: (event: Event) => boolean;
  search: Search | undefined;
  keys: string[];
}

export class LiveIndex<Subscription> {
  readonly #byKey = new Map<string, Set<Entry<Subscription>>>();
  readonly #entries = new Map<Subscription, Entry<Subscription>[]>();

  get size(): number {
    return this.#entries.size;
  }

  add(subscription: Subscription, filters: readonly Filter[]): void {
    const entries = filters.map(filter => ({
      subscription,
      matches: compileUnsearched(filter),
      search: compileStoredSearch(filter),
      keys: listingKeys(filter),
    }));
    this.#entries.set(subscription, entries);
    for (const entry of entries) for (const key of entry.keys) this.#list(key, entry);
  }

  remove(subscription: Subscription): void {
    for (const entry of this.#entries.get(subscription) ?? []) {
      for (const key of entry.keys) {
        const listed = this.#byKey.get(key);
        listed?.delete(entry);
        if (listed?.size === 0) this.#byKey.delete(key);
      }
    }
    this.#entries.delete(subscription);
  }

  #list(key: string, entry: Entry<Subscription>): void {
    const listed = this.#byKey.get(key);
    if (listed) listed.add(entry);
    else this.#byKey.set(key, new Set([entry]));
  }

  /**
   * The subscriptions with a filter that matches the event, each once. Of those that only searches decide on it gives
   * the searches: they take so long that whoever asks them has to rest in between.
   */
  matching(event: Event): Map<Subscription, readonly Search[]> {
    const found = new Map<Subscription, Search[]>();
    if (this.#byKey.size === 0) return found;
    for (const key of [`i${event.id}`, ...indexKeysOf(event)]) {
      for (const { subscription, matches, search } of this.#byKey.get(key) ?? []) {
        const searches = found.get(subscription);
        if (searches?.length === 0 || !matches(event)) continue;
        if (search && searches) searches.push(search);
        else found.set(subscription, search ? [search] : []);
      }
    }
    return found;
  }
}

/** The keys of the condition that an event is least likely to meet. */
function listingKeys(filter: Filter): string[] {
  const { ids, authors, kinds } = filter;
  if (ids) return distinct(ids.map(id => `i${id}`));
  const [tag] = Object.keys(filter)
    .filter(isTagKey)
    .sort((a, b) => filter[a]!.length - filter[b]!.length);
  if (tag) return distinct(filter[tag]!.map(value => tagKey(tag[1]!, value)));
  if (authors) return distinct(authors.map(authorKey));
  return kinds ? distinct(kinds.map(kindKey)) : [TIME_KEY];
}

function distinct(keys: readonly string[]): string[] {
  return [...new Set(keys)];
}

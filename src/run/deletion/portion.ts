// What one relay is asked for at a time, what of it has come, and whether the answer may have been cut at the relay's cap.
import type { Filter } from '../../protocol/filter.ts';
import { eventAddress } from '../../protocol/kind.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { Target } from './target.ts';

/** Targets in one request, and the bytes of their ids and addresses: relays take no endless frame. */
const MOST_AT_ONCE = 1000;
const MOST_BYTES_AT_ONCE = 64 * 1024;

/** Ids or identifiers in one filter: relays refuse far longer ones. */
const IN_FILTER = 250;

/** Filters in one request: there are relays that refuse more than ten, and the relay lists are asked for beside them. */
const MOST_FILTERS = 8;

/** What is shorter was not cut at a cap, whatever the relay's cap is. */
const SHORTEST_PAGE = 10;

/** What is asked for: an id, or an address. */
export type Wanted = Pick<Target, 'key' | 'address'>;

export class Portion {
  readonly #missing: Map<string, Wanted>;
  readonly #found = new Set<string>();
  /** The addresses that have no identifier, and how many events of their kind and author have come. */
  readonly #unnamed: Map<string, number>;
  #events = 0;

  constructor(wanted: readonly Wanted[]) {
    this.#missing = new Map(wanted.map(one => [one.key, one]));
    this.#unnamed = new Map(wanted.filter(isUnnamed).map(({ key }) => [key, 0]));
  }

  /** What is missing, in few filters. */
  get filters(): Filter[] {
    return filtersFor([...this.#missing.values()]);
  }

  /** What is missing among all of a kind, of which the relay may have more than it gave. */
  get uncertain(): string[] {
    const keys = [...this.#unnamed].filter(
      ([key, events]) => events >= SHORTEST_PAGE && !this.#found.has(key),
    );
    return keys.map(([key]) => key);
  }

  /** By which that is read to its end. */
  get filtersOfUncertain(): Filter[] {
    return filtersFor(this.uncertain.map(key => this.#missing.get(key)!));
  }

  /** The keys by which an event was asked for. */
  take(event: StreamEvent): string[] {
    this.#events++;
    const group = `${event.kind}:${event.pubkey}:`;
    const inGroup = this.#unnamed.get(group);
    if (inGroup !== undefined) this.#unnamed.set(group, inGroup + 1);
    const keys = keysOf(event).filter(key => this.#missing.has(key));
    for (const key of keys) this.#found.add(key);
    return keys;
  }

  /** The answer is over, and what was uncertain has been read: whether there may be more. */
  turn(): boolean {
    const mayBeCut = this.#events >= SHORTEST_PAGE && this.#found.size > 0;
    for (const key of [...this.#found, ...this.#unnamed.keys()]) this.#missing.delete(key);
    this.#found.clear();
    this.#unnamed.clear();
    this.#events = 0;
    return mayBeCut && this.#missing.size > 0;
  }
}

function isUnnamed({ address }: Wanted): boolean {
  return address?.identifier === '';
}

function keysOf(event: StreamEvent): string[] {
  const address = eventAddress(event);
  return address === undefined ? [event.id] : [event.id, address];
}

/** The same in few filters: ids together, and identifiers of one kind and author. */
function filtersFor(wanted: readonly Wanted[]): Filter[] {
  const ids: string[] = [];
  const groups = new Map<string, { kind: number; pubkey: string; named: string[]; hasEmpty: boolean }>();
  for (const { key, address } of wanted) {
    if (!address) {
      ids.push(key);
      continue;
    }
    const { kind, pubkey, identifier } = address;
    const name = `${kind}:${pubkey}`;
    const group = groups.get(name) ?? { kind, pubkey, named: [], hasEmpty: false };
    groups.set(name, group);
    if (identifier === '') group.hasEmpty = true;
    else group.named.push(identifier);
  }
  return [
    ...inFilters(ids).map((some): Filter => ({ ids: some })),
    ...[...groups.values()].flatMap(({ kind, pubkey, named, hasEmpty }): Filter[] => {
      const filter: Filter = { kinds: [kind], authors: [pubkey] };
      // An event without the tag has an empty identifier, and relays differ in finding that.
      return [...(hasEmpty ? [filter] : []), ...inFilters(named).map(some => ({ ...filter, '#d': some }))];
    }),
  ];
}

/** As much as one request may ask for. What stands in one filter stays together. */
export function portionsOf(wanted: readonly Wanted[]): Wanted[][] {
  const kindOf = ({ address }: Wanted) => address?.kind ?? -1;
  const sorted = [...wanted].sort((a, b) => kindOf(a) - kindOf(b));
  return chunksOf(sorted, MOST_AT_ONCE, MOST_BYTES_AT_ONCE, ({ key }) => key).flatMap(inFewFilters);
}

function inFewFilters(wanted: Wanted[]): Wanted[][] {
  if (wanted.length === 1 || filtersFor(wanted).length <= MOST_FILTERS) return [wanted];
  const middle = wanted.length >> 1;
  return [...inFewFilters(wanted.slice(0, middle)), ...inFewFilters(wanted.slice(middle))];
}

/** As many as stand in one filter. */
export function inFilters(texts: readonly string[]): string[][] {
  return chunksOf(texts, IN_FILTER, MOST_BYTES_AT_ONCE, text => text);
}

/** At most so many at a time, of so many bytes. */
function chunksOf<T>(items: readonly T[], most: number, bytes: number, textOf: (item: T) => string): T[][] {
  const chunks: T[][] = [];
  let size = 0;
  for (const item of items) {
    const length = Buffer.byteLength(textOf(item));
    const last = chunks.at(-1);
    if (last && last.length < most && size + length <= bytes) last.push(item);
    else {
      chunks.push([item]);
      size = 0;
    }
    size += length;
  }
  return chunks;
}

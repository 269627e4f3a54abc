// What relays are asked for certain events and addresses, and until what they answer is whole: a page that may have been cut
// at the relay's cap is no answer for what is not in it.
import type { Context } from '../../context.ts';
import type { Filter } from '../../protocol/filter.ts';
import { eventAddress } from '../../protocol/kind.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { endingFailure, type RelayEnding } from '../../relay/link/outcome.ts';
import { type Asking, type GatherOptions, gather } from '../lookup/gather.ts';
import { logEnding } from '../query-run.ts';
import { longestAnswer } from '../relays.ts';
import type { Target } from './target.ts';

/** Targets in one request, and the bytes of their ids and addresses: relays take no endless frame. */
const MOST_AT_ONCE = 1000;
const MOST_BYTES_AT_ONCE = 64 * 1024;

/** Ids or identifiers in one filter: relays refuse far longer ones. */
const IN_FILTER = 250;

/** What is shorter was not cut at a cap, whatever the relay's cap is. */
const SHORTEST_PAGE = 10;

/** What is asked for: an id, or an address. */
export type Wanted = Pick<Target, 'key' | 'address'>;

/** What each relay is asked for. */
export type WantedAt = ReadonlyMap<string, readonly Wanted[]>;

export interface AskOptions extends GatherOptions {
  /** Told of each event that was asked for: `key` says by which target. */
  onFound(key: string, relay: string, event: StreamEvent): void;
  /** Filters beside those for the targets, once for each relay, and what comes of all. */
  beside?: readonly Filter[];
  onEvent?(relay: string, event: StreamEvent): void;
}

/** Asks relays for what is wanted of each, and returns how they ended: one that failed is asked no more. */
export async function askFor(
  context: Context,
  wantedAt: WantedAt,
  options: AskOptions,
): Promise<RelayEnding[]> {
  const endings = new Map<string, RelayEnding>();
  const waiting = new Map(Array.from(wantedAt, ([relay, wanted]) => [relay, portionsOf(wanted)]));
  let { beside = [] } = options;
  while (waiting.size > 0) {
    const parts = new Map<string, Part>();
    for (const [relay, portions] of waiting) {
      parts.set(relay, new Part(portions.shift() ?? []));
      if (portions.length === 0) waiting.delete(relay);
    }
    await askParts(context, parts, { ...options, beside }, endings);
    for (const [relay, ending] of endings) if (hasFailed(ending)) waiting.delete(relay);
    if (options.end.signal.aborted) break;
    beside = [];
  }
  return [...endings.values()];
}

/** Asks each relay for one portion, and again for what is missing in an answer that may have been cut. */
async function askParts(
  context: Context,
  parts: ReadonlyMap<string, Part>,
  { onFound, onEvent, beside = [], ...options }: AskOptions,
  endings: Map<string, RelayEnding>,
): Promise<void> {
  let open = parts;
  let more = beside;
  const until = performance.now() + longestAnswer(options.flags);
  while (open.size > 0 && !options.end.signal.aborted) {
    const asking: Asking = new Map(
      Array.from(open, ([relay, { missing }]) => [relay, [...filtersFor(missing), ...more]]),
    );
    const ended = await gather(context, asking, options, ({ relay, event }) => {
      onEvent?.(relay, event);
      for (const key of open.get(relay)!.take(event)) onFound(key, relay, event);
    });
    for (const ending of ended) endings.set(ending.relay, ending);
    const isCut = ([relay, part]: [string, Part]) => part.turn() && !hasFailed(endings.get(relay));
    open = new Map([...open].filter(isCut));
    more = [];
    if (performance.now() < until) continue;
    for (const relay of open.keys()) endings.set(relay, { ...endings.get(relay)!, ...TOO_FEW });
    return;
  }
}

/** Nobody is asked for ever. */
const TOO_FEW = {
  end: 'timeout',
  complete: false,
  reason: 'it hands out too few events at a time',
} as const;

/** What one relay is asked for, and what of it has come. */
class Part {
  readonly #missing: Map<string, Wanted>;
  readonly #found = new Set<string>();
  #events = 0;

  constructor(wanted: readonly Wanted[]) {
    this.#missing = new Map(wanted.map(one => [one.key, one]));
  }

  get missing(): Wanted[] {
    return [...this.#missing.values()];
  }

  /** The keys by which an event was asked for. */
  take(event: StreamEvent): string[] {
    this.#events++;
    const keys = keysOf(event).filter(key => this.#missing.has(key));
    for (const key of keys) this.#found.add(key);
    return keys;
  }

  /** The answer is over: whether there may be more. */
  turn(): boolean {
    const mayBeCut = this.#events >= SHORTEST_PAGE && this.#found.size > 0;
    for (const key of this.#found) this.#missing.delete(key);
    this.#found.clear();
    this.#events = 0;
    return mayBeCut && this.#missing.size > 0;
  }
}

function portionsOf(wanted: readonly Wanted[]): Wanted[][] {
  return chunksOf(wanted, MOST_AT_ONCE, MOST_BYTES_AT_ONCE, ({ key }) => key);
}

export function hasFailed(ending: RelayEnding | undefined): boolean {
  return ending !== undefined && endingFailure(ending) !== undefined;
}

/** Tells how relays ended: of each once, however often it is asked. */
export function tellOnce(context: Context, isSole: boolean): (ending: RelayEnding) => void {
  const told = new Set<string>();
  return ending => {
    const isOdd = hasFailed(ending) || ending.invalid > 0;
    if (told.has(ending.relay) && !isOdd) return;
    if (told.has(`odd ${ending.relay}`)) return;
    told.add(isOdd ? `odd ${ending.relay}` : ending.relay);
    logEnding(ending, isSole, context);
  };
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

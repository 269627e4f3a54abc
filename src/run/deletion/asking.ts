// What relays are asked for certain events and addresses, and until what they answer is whole: a page that may have been cut
// at the relay's cap is no answer for what is not in it.
import type { Context } from '../../context.ts';
import type { Filter } from '../../protocol/filter.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { endingFailure, type RelayEnding } from '../../relay/link/outcome.ts';
import { type Asking, type GatherOptions, gather } from '../lookup/gather.ts';
import { logEnding } from '../query-run.ts';
import { longestAnswer } from '../relays.ts';
import { Portion, portionsOf, type Wanted } from './portion.ts';

/** What each relay is asked for. */
export type WantedAt = ReadonlyMap<string, readonly Wanted[]>;

export interface AskOptions extends GatherOptions {
  /** Told of each event that was asked for: `key` says by which target. */
  onFound(key: string, relay: string, event: StreamEvent): void;
  /** Told of what may be there though it has not come: the relay has more than it hands out. */
  onUncertain?(key: string, relay: string, why: RelayEnding): void;
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
    const asked = new Map<string, Portion>();
    for (const [relay, portions] of waiting) {
      asked.set(relay, new Portion(portions.shift() ?? []));
      if (portions.length === 0) waiting.delete(relay);
    }
    await askPortions(context, asked, { ...options, beside }, endings);
    for (const [relay, ending] of endings) if (hasFailed(ending)) waiting.delete(relay);
    if (options.end.signal.aborted) break;
    beside = [];
  }
  return [...endings.values()];
}

/** Asks each relay for one portion, and again for what is missing in an answer that may have been cut. */
async function askPortions(
  context: Context,
  asked: ReadonlyMap<string, Portion>,
  { onFound, onEvent, onUncertain, beside = [], ...options }: AskOptions,
  endings: Map<string, RelayEnding>,
): Promise<void> {
  let open = asked;
  let more = beside;
  const until = performance.now() + longestAnswer(options.flags);
  const ask = async (asking: Asking, all: boolean) => {
    const ended = await gather(context, asking, { ...options, all }, ({ relay, event }) => {
      onEvent?.(relay, event);
      for (const key of open.get(relay)!.take(event)) onFound(key, relay, event);
    });
    for (const ending of ended) {
      const { relay } = ending;
      // It has answered, but for what stands behind the gap.
      if (ending.end !== 'gap') endings.set(relay, ending);
      else for (const key of open.get(relay)!.uncertain) onUncertain?.(key, relay, ending);
    }
    open = new Map([...open].filter(([relay]) => !hasFailed(endings.get(relay))));
  };
  while (open.size > 0 && !options.end.signal.aborted) {
    await ask(new Map(Array.from(open, ([relay, { filters }]) => [relay, [...filters, ...more]])), false);
    const uncertain = Array.from(open, ([relay, portion]) => [relay, portion.filtersOfUncertain] as const);
    await ask(new Map(uncertain.filter(([, filters]) => filters.length > 0)), true);
    open = new Map([...open].filter(([, portion]) => portion.turn()));
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

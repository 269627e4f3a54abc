// A filter whose events are too many for a relay to compare at once, in halves by time, as often as it takes.
import type { Filter } from '../protocol/filter.ts';
import { NegotiationRefused } from './negotiator.ts';

/** Unix seconds that no event is later than, where the filter names no end: what is later is in the last slice. */
const FAR = 2 ** 33;

/** Refusals in a row: more than halving ever takes from all of time to a second. */
const MOST_REFUSALS = 40;

/** Refusals in all: a relay that bears a second at a time only would take for ever. */
const MOST_REFUSALS_IN_ALL = 10_000;

const TOO_LITTLE = 'it compares too few events at once';

/** Does the work for the filter, or for slices of it where a relay says that it is too much. Throws what the work throws. */
export async function inSlices(filter: Filter, work: (slice: Filter) => Promise<void>): Promise<void> {
  const left = [filter];
  let [refusals, all] = [0, 0];
  for (let slice = left.pop(); slice; slice = left.pop()) {
    try {
      await work(slice);
      refusals = 0;
    } catch (error) {
      const parts = error instanceof NegotiationRefused && error.isTooLarge && divide(slice, error.message);
      if (!parts || ++refusals > MOST_REFUSALS) throw error;
      if (++all > MOST_REFUSALS_IN_ALL) throw new NegotiationRefused(error.relay, TOO_LITTLE);
      left.push(...parts);
    }
  }
}

/** Where the relay tells since when its events are not too many, as `nost serve` does, the slice is cut there. */
function divide(slice: Filter, message: string): [Filter, Filter] | undefined {
  const { since = 0, until = FAR } = slice;
  const at = Number(/ since (\d{1,12})$/.exec(message)?.[1]);
  return at > since && at <= until ? cut(slice, at) : halve(slice);
}

/** Both halves, the later one last; undefined for a single second. */
export function halve(filter: Filter): [Filter, Filter] | undefined {
  const { since = 0, until = FAR } = filter;
  if (since >= until) return undefined;
  return cut(filter, Math.floor((since + until) / 2) + 1);
}

function cut(filter: Filter, at: number): [Filter, Filter] {
  return [
    { ...filter, until: at - 1 },
    { ...filter, since: at },
  ];
}

// Says what an edit leaves as it is: what is there already, and what is not there to be taken out.
import type { Context } from '../../context.ts';

/** Items that are told one by one. */
const MOST_TOLD = 5;

/** `not there: "webiste"`; nothing where there is none. The items stand as people read them. */
export function tellItems({ log }: Pick<Context, 'log'>, what: string, items: readonly string[]): void {
  if (items.length === 0) return;
  const rest = items.length - MOST_TOLD;
  const more = rest > 0 ? ` and ${rest} more` : '';
  log.note({ type: 'item', message: `${what}: ${items.slice(0, MOST_TOLD).join(', ')}${more}` });
}

/** What is said of that which an edit was to take out. */
export const NOT_THERE = 'not there';

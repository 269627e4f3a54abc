// Relays that remember what they should forget, forget what they should remember, or hand out stored events in a way of
// their own. Each function gives a mutation.
import type { Event } from '../../../src/protocol/event.ts';
import { compileFilters, type Filter } from '../../../src/protocol/filter.ts';
import type { Frame, Mutation, Talk } from '../mutant-relay.ts';

/** What was published on all connections, in the order in which it came; an event that came again is there again. */
type Published = readonly Event[];

function published({ shared }: Talk): Event[] {
  if (!shared.has('published')) shared.set('published', []);
  return shared.get('published') as Event[];
}

function note([type, event]: Frame, talk: Talk): void {
  if (type === 'EVENT') published(talk).push(event);
}

/** Serves such events beside what it should serve. */
export function keeping(isKept: (event: Event, all: Published) => boolean): Mutation {
  return {
    toRelay: (frame, talk) => {
      note(frame, talk);
      const [type, sub, ...filters] = frame;
      if (type === 'REQ') talk.memory.set(sub, { filters, sent: new Set<string>() });
      return undefined;
    },
    toClient: ([type, sub, event, ...rest], talk) => {
      const reading = talk.memory.get(sub) as { filters: Filter[]; sent: Set<string> } | undefined;
      if (type === 'EVENT') reading?.sent.add(event.id);
      if (type !== 'EOSE' || !reading) return undefined;
      const all = published(talk);
      const matches = compileFilters(reading.filters.filter(({ search }) => search === undefined));
      const kept = all.filter(old => matches(old) && !reading.sent.has(old.id) && isKept(old, all));
      const distinct = new Map(kept.map(old => [old.id, old]));
      const end = [type, sub, ...(event === undefined ? [] : [event, ...rest])];
      return [...[...distinct.values()].map(old => ['EVENT', sub, old]), end];
    },
  };
}

/** Does not serve such events. */
export function hiding(isHidden: (event: Event, all: Published) => boolean): Mutation {
  return {
    toRelay: (frame, talk) => {
      note(frame, talk);
      return undefined;
    },
    toClient: ([type, , event], talk) =>
      type === 'EVENT' && isHidden(event, published(talk)) ? [] : undefined,
  };
}

/** Hands out the stored events of a REQ as `choose` has them. */
export function handing(choose: (events: Event[], filters: Filter[]) => Event[], asking?: Asking): Mutation {
  return {
    toRelay: ([type, sub, ...filters], talk) => {
      if (type === 'REQ') talk.memory.set(sub, { filters, events: [] });
      return type === 'REQ' && asking ? [[type, sub, ...filters.map(asking)]] : undefined;
    },
    toClient: (frame, talk) => {
      const [type, sub, event] = frame;
      const reading = talk.memory.get(sub) as { filters: Filter[]; events: Event[] } | undefined;
      if (!reading) return undefined;
      if (type === 'EVENT') {
        reading.events.push(event);
        return [];
      }
      if (type !== 'EOSE') return undefined;
      talk.memory.delete(sub);
      return [...choose(reading.events, reading.filters).map(chosen => ['EVENT', sub, chosen]), frame];
    },
  };
}

/** What becomes of a filter. */
export type Asking = (filter: Filter) => Filter;

/** Reads each filter of a REQ in a way of its own. */
export function reading(asking: Asking): Mutation {
  return {
    toRelay: ([type, sub, ...filters]) =>
      type === 'REQ' ? [[type, sub, ...filters.map(asking)]] : undefined,
  };
}

/** The filter without some of its conditions. */
export function without(filter: Filter, ...keys: string[]): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([key]) => !keys.includes(key)));
}

/** The names of its tag conditions. */
export function tagKeys(filter: Filter): (keyof Filter)[] {
  return Object.keys(filter).filter(key => key.startsWith('#')) as (keyof Filter)[];
}

/** Whether its conditions are these and no others; how many and in which time is not looked at. */
export function asksBy(filter: Filter, ...keys: string[]): boolean {
  const asked = Object.keys(filter).filter(key => !['since', 'until', 'limit'].includes(key));
  return asked.length === keys.length && keys.every(key => asked.includes(key));
}

// Ways to hand out stored events in the wrong order or number, and to keep ephemeral ones from listeners.
import { kindClass } from '../../../src/protocol/kind.ts';
import type { Mutation } from '../mutant-relay.ts';
import { handing, reading, without } from './memory.ts';
import type { CaseMutation } from './mutation.ts';

export const ORDER_MUTATIONS: readonly CaseMutation[] = [
  {
    of: 'newest-first',
    because: 'returns older events first',
    mutation: handing(events => events.reverse()),
  },
  {
    of: 'limit-newest',
    because: 'returns the oldest events up to the limit',
    mutation: handing(
      (events, [filter]) => (filter?.limit === 2 ? events.slice(-2) : events),
      filter => (filter.limit === 2 ? without(filter, 'limit') : filter),
    ),
  },
  {
    of: 'limit-not-reached',
    because: 'takes a limit of 500 for one',
    mutation: reading(filter => (filter.limit === 500 ? { ...filter, limit: 1 } : filter)),
  },
  { of: 'limit-ignored-live', because: 'sends new events up to the limit', mutation: limitedLive() },
  {
    of: 'dense-second',
    because: 'returns 20 events of a second',
    mutation: handing(events =>
      events.filter(
        ({ created_at }, i) =>
          events.slice(0, i).filter(other => other.created_at === created_at).length < 20,
      ),
    ),
  },
  {
    of: 'paging',
    because: 'takes `until` as exclusive where there is a limit',
    mutation: reading(filter =>
      'limit' in filter && filter.until !== undefined ? { ...filter, until: filter.until - 1 } : filter,
    ),
  },
  {
    of: 'ephemeral-delivered',
    because: 'sends ephemeral events to nobody',
    mutation: {
      toClient: ([type, , event]) =>
        type === 'EVENT' && kindClass(event.kind) === 'ephemeral' ? [] : undefined,
    },
  },
];

/** Counts down the limit of a subscription with each event. */
function limitedLive(): Mutation {
  return {
    toRelay: ([type, sub, filter], { memory }) => {
      if (type === 'REQ' && filter.limit > 0) memory.set(sub, filter.limit);
      return undefined;
    },
    toClient: ([type, sub], { memory }) => {
      const left = memory.get(sub) as number | undefined;
      if (type !== 'EVENT' || left === undefined) return undefined;
      memory.set(sub, left - 1);
      return left > 0 ? undefined : [];
    },
  };
}

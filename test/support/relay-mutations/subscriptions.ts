// Ways to break REQ and CLOSE of NIP-01.
import { compileFilters, type Filter } from '../../../src/protocol/filter.ts';
import type { Mutation, Talk } from '../mutant-relay.ts';
import type { CaseMutation } from './mutation.ts';

export const SUBSCRIPTION_MUTATIONS: readonly CaseMutation[] = [
  {
    of: 'live',
    because: 'sends new events to nobody but their sender',
    mutation: {
      toRelay: ([type], { memory }) => {
        if (type === 'EVENT') memory.set('has sent', true);
        return undefined;
      },
      toClient: ([type, sub], { memory }) => {
        if (type === 'EOSE') memory.set(sub, true);
        return type === 'EVENT' && memory.has(sub) && !memory.has('has sent') ? [] : undefined;
      },
    },
    also: ['addressable-live', 'ephemeral-delivered', 'limit-ignored-live', 'replaceable-live'],
  },
  {
    of: 'live-matching',
    because: 'does not hold new events against the kinds of a filter',
    mutation: matchingLessThan(filter => (filter.kinds?.[0] === 9802 ? withoutKinds(filter) : filter)),
  },
  {
    of: 'live-by-tag',
    because: 'does not hold new events against the tags of a filter',
    mutation: matchingLessThan(filter => (filter.kinds ? filter : { authors: filter.authors ?? [] })),
  },
  {
    of: 'close-stops',
    because: 'does not heed CLOSE',
    mutation: { toRelay: ([type]) => (type === 'CLOSE' ? [] : undefined) },
  },
  {
    of: 'req-replaces',
    because: 'keeps a subscription whose id is used again',
    mutation: {
      toRelay: ([type, sub, ...filters], { memory }) => {
        if (type !== 'REQ') return undefined;
        if (memory.has(sub)) return [[type, `${sub} again`, ...filters]];
        memory.set(sub, true);
        return undefined;
      },
      toClient: ([type, sub, ...rest]) =>
        typeof sub === 'string' && sub.endsWith(' again')
          ? [[type, sub.slice(0, -' again'.length), ...rest]]
          : undefined,
    },
  },
  {
    of: 'sub-id-per-connection',
    because: 'ends a subscription when another connection closes its id',
    mutation: {
      toRelay: (frame, talk) => {
        const [type, sub] = frame;
        if (!String(sub).endsWith('-on-both')) return undefined;
        const talks = (talk.shared.get(sub) as Talk[] | undefined) ?? [];
        talk.shared.set(sub, [...talks, talk]);
        if (type === 'CLOSE') for (const other of talks) other.toRelay(frame);
        return undefined;
      },
    },
  },
  {
    of: 'several-subscriptions',
    because: 'forgets the oldest of five subscriptions',
    mutation: {
      toRelay: (frame, { memory }) => {
        const [type, sub] = frame;
        if (type === 'CLOSE') memory.delete(sub);
        if (type !== 'REQ') return undefined;
        memory.set(sub, true);
        const [oldest] = memory.keys();
        if (memory.size < 5) return undefined;
        memory.delete(oldest!);
        return [frame, ['CLOSE', oldest]];
      },
    },
  },
  {
    of: 'limit-zero',
    because: 'takes a limit of 0 for none',
    mutation: {
      toRelay: ([type, sub, filter]) =>
        type === 'REQ' && filter?.limit === 0 ? [[type, sub, { ...filter, limit: 1 }]] : undefined,
    },
  },
  {
    of: 'closed-prefix',
    because: 'writes the text of a CLOSED without its first word',
    mutation: {
      toClient: ([type, sub, message]) =>
        type === 'CLOSED' ? [[type, sub, message.replace(/^invalid: /, '')]] : undefined,
    },
  },
  {
    of: 'sub-id-1',
    because: 'takes no subscription id of one character',
    mutation: refusingIds(id => id.length === 1),
  },
  {
    of: 'sub-id-64',
    because: 'takes no subscription id of 64 characters',
    mutation: refusingIds(id => /^.{64}$/.test(id)),
    also: ['limit-max-subid-length'],
  },
];

/** A relay that holds new events against less than the filters of a subscription. */
function matchingLessThan(lessen: (filter: Filter) => Filter): Mutation {
  return {
    toRelay: ([type, sub, ...filters], { memory, toClient }) => {
      if (type === 'REQ') memory.set(sub, filters);
      if (type === 'CLOSE') memory.delete(sub);
      if (type !== 'EVENT') return undefined;
      for (const [id, asked] of memory as Map<string, Filter[]>)
        if (!compileFilters(asked)(sub) && compileFilters(asked.map(lessen))(sub))
          toClient(['EVENT', id, sub]);
      return undefined;
    },
  };
}

function withoutKinds({ kinds, ...rest }: Filter): Filter {
  return rest;
}

function refusingIds(isRefused: (id: string) => boolean): Mutation {
  return {
    toRelay: ([type, sub], talk) => {
      if (type !== 'REQ' || !isRefused(sub)) return undefined;
      talk.toClient(['CLOSED', sub, 'invalid: a bad subscription id']);
      return [];
    },
  };
}

// Ways to break what optional NIPs ask for: 13, 40, 45, 50, 59, 62, 67, 70 and 77.
import type { Event } from '../../../src/protocol/event.ts';
import { isExpired } from '../../../src/protocol/nip40.ts';
import type { Mutation } from '../mutant-relay.ts';
import { hiding, keeping, reading, without } from './memory.ts';
import type { CaseMutation } from './mutation.ts';

/** Changes what a COUNT is answered with. */
function counting(change: (answer: { count: number; hll?: string }) => object): Mutation {
  return {
    toClient: ([type, sub, answer]) => (type === 'COUNT' ? [[type, sub, change(answer)]] : undefined),
  };
}

/** Says OK true to what was refused for such a reason. */
function taking(reason: RegExp): Mutation {
  return {
    toClient: ([type, id, , message]) =>
      type === 'OK' && reason.test(message) ? [[type, id, true, '']] : undefined,
  };
}

/** Requests to vanish of the author of an event. */
function vanishing({ pubkey }: Event, all: readonly Event[]): Event[] {
  return all.filter(({ kind, pubkey: asker }) => kind === 62 && asker === pubkey);
}

function times({ id }: Event, all: readonly Event[]): number {
  return all.filter(event => event.id === id).length;
}

const ELSEWHERE = 'wss://elsewhere.example';

export const OPTIONAL_MUTATIONS: readonly CaseMutation[] = [
  {
    of: 'pow-missing',
    because: 'announces work and takes events without any',
    mutation: {
      document: document => ({
        ...document,
        limitation: { ...(document['limitation'] as object), min_pow_difficulty: 8 },
      }),
    },
    also: ['limit-min-pow-difficulty'],
  },
  {
    of: 'pow-done',
    because: 'announces less work than it asks for',
    mutation: {
      relay: { rules: { minPow: 40 } },
      document: document => ({
        ...document,
        limitation: { ...(document['limitation'] as object), min_pow_difficulty: 8 },
      }),
    },
  },
  {
    of: 'expired',
    because: 'serves events that had expired when they came',
    mutation: keeping(event => isExpired(event, Math.floor(Date.now() / 1000) - 60)),
  },
  {
    of: 'not-yet-expired',
    because: 'serves no events that will expire',
    mutation: hiding(({ tags }) => tags.some(([name, value]) => name === 'expiration' && isFar(value))),
  },
  {
    of: 'count',
    because: 'counts one kind too many',
    mutation: {
      toRelay: ([type, sub, filter, ...others]) =>
        type === 'COUNT' && others.length === 0 && filter.kinds?.[0] === 6
          ? [[type, sub, without(filter, 'kinds')]]
          : undefined,
    },
  },
  {
    of: 'count-several-filters',
    because: 'counts what matches the first filter',
    mutation: { toRelay: ([type, sub, filter]) => (type === 'COUNT' ? [[type, sub, filter]] : undefined) },
  },
  { of: 'count-after-deletion', because: 'counts what was deleted', mutation: countingDeleted() },
  {
    of: 'count-hll',
    because: 'takes its registers from another place of the key',
    mutation: counting(({ hll, ...answer }) =>
      hll ? { ...answer, hll: hll.slice(2) + hll.slice(0, 2) } : answer,
    ),
  },
  {
    of: 'search',
    because: 'ignores a search',
    mutation: reading(filter => (filter.kinds ? filter : without(filter, 'search'))),
  },
  {
    of: 'search-and-conditions',
    because: 'ignores the kinds beside a search',
    mutation: reading(filter => ('search' in filter ? without(filter, 'kinds') : filter)),
  },
  {
    of: 'gift-wrap-of-others',
    because: 'gives gift wraps to anybody',
    mutation: { relay: { auth: true }, ...keeping(({ kind }) => kind === 1059) },
  },
  {
    of: 'gift-wrap-of-reader',
    because: 'gives gift wraps to nobody',
    mutation: { relay: { auth: true }, ...hiding(({ kind }) => kind === 1059) },
  },
  {
    of: 'vanish',
    because: 'does not obey a request to vanish',
    mutation: keeping((event, all) => event.kind === 1 && wasBefore(event, all) && hasVanished(event, all)),
  },
  {
    of: 'vanish-for-good',
    because: 'takes back what has vanished',
    mutation: keeping((event, all) => event.kind === 1 && times(event, all) > 1 && hasVanished(event, all)),
  },
  {
    of: 'vanish-elsewhere',
    because: 'obeys requests to vanish from other relays',
    mutation: hiding((event, all) =>
      vanishing(event, all).some(({ tags }) => tags.some(([, value]) => value === ELSEWHERE)),
    ),
  },
  {
    of: 'eose-finish',
    because: 'says `finish` at each EOSE',
    mutation: {
      relay: { eoseHint: true },
      toClient: ([type, sub]) => (type === 'EOSE' ? [[type, sub, ['finish']]] : undefined),
    },
  },
  {
    of: 'protected-from-nobody',
    because: 'takes protected events without AUTH',
    mutation: taking(/^auth-required: a protected/),
  },
  {
    of: 'protected-from-others',
    because: 'takes protected events from anybody it knows',
    mutation: taking(/^restricted: a protected/),
  },
  {
    of: 'negentropy-all',
    because: 'tells a client that has nothing of one event alone',
    mutation: {
      toRelay: ([type, sub, filter, frame]) =>
        type === 'NEG-OPEN' && frame === NOTHING ? [[type, sub, { ...filter, limit: 1 }, frame]] : undefined,
    },
  },
  {
    of: 'negentropy-differences',
    because: 'finds no differences',
    mutation: {
      toRelay: ([type, sub, , frame], talk) => {
        if (type !== 'NEG-OPEN' || frame.length < 60 || !frame.startsWith('61')) return undefined;
        talk.toClient(['NEG-MSG', sub, '61']);
        return [];
      },
    },
  },
  {
    of: 'negentropy-version',
    because: 'answers a version that it does not know with that version',
    mutation: {
      toRelay: ([type, sub, , frame], talk) => {
        if (type !== 'NEG-OPEN' || !frame.startsWith('62')) return undefined;
        talk.toClient(['NEG-MSG', sub, '62']);
        return [];
      },
    },
  },
];

/** The first frame of a client that has nothing: all of time, and no ids. */
const NOTHING = '6100000200';

function isFar(seconds = ''): boolean {
  return Number(seconds) > Date.now() / 1000 + 60;
}

function hasVanished(event: Event, all: readonly Event[]): boolean {
  return vanishing(event, all).some(
    ({ created_at, tags }) =>
      created_at >= event.created_at && tags.every(([, value]) => value !== ELSEWHERE),
  );
}

/** Whether it came once, and before its author asked to vanish. */
function wasBefore(event: Event, all: readonly Event[]): boolean {
  const [request] = vanishing(event, all);
  return times(event, all) === 1 && all.findIndex(({ id }) => id === event.id) < all.indexOf(request!);
}

/** Counts one more on a connection on which something was deleted. */
function countingDeleted(): Mutation {
  return {
    toRelay: ([type, event], { memory }) => {
      if (type === 'EVENT' && event.kind === 5) memory.set('deleted', true);
      return undefined;
    },
    toClient: ([type, sub, { count } = { count: 0 }], { memory }) =>
      type === 'COUNT' && memory.has('deleted') ? [[type, sub, { count: count + 1 }]] : undefined,
  };
}

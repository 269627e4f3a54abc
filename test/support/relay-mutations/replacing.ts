// Ways to keep what was replaced or deleted, and to lose what was not.
import type { Event } from '../../../src/protocol/event.ts';
import { eventAddress } from '../../../src/protocol/kind.ts';
import { hiding, keeping } from './memory.ts';
import type { CaseMutation } from './mutation.ts';

const [LIST, DATA, LONG_FORM] = [10015, 30078, 30023];

/** Whether it came after a newer version of the same. */
function cameLate(event: Event, all: readonly Event[]): boolean {
  const before = all.slice(
    0,
    all.findIndex(({ id }) => id === event.id),
  );
  return before.some(other => isVersion(other, event) && other.created_at > event.created_at);
}

/** Whether a newer version came after it. */
function wasReplaced(event: Event, all: readonly Event[]): boolean {
  const after = all.slice(all.findIndex(({ id }) => id === event.id));
  return after.some(other => isVersion(other, event) && other.created_at > event.created_at);
}

function isVersion(other: Event, event: Event): boolean {
  return eventAddress(other) !== undefined && eventAddress(other) === eventAddress(event);
}

/** Deletion requests for an event by id. */
function requestsFor({ id }: Event, all: readonly Event[]): Event[] {
  return all.filter(
    ({ kind, tags }) => kind === 5 && tags.some(([name, value]) => name === 'e' && value === id),
  );
}

/** The addresses in deletion requests, each with its request. */
function addressRequests(all: readonly Event[]): { address: string; request: Event }[] {
  return all
    .filter(({ kind }) => kind === 5)
    .flatMap(request =>
      request.tags.flatMap(([name, address = '']) => (name === 'a' ? { address, request } : [])),
    );
}

function times(event: Event, all: readonly Event[]): number {
  return all.filter(({ id }) => id === event.id).length;
}

const named = (event: Event, all: readonly Event[]) =>
  addressRequests(all).filter(({ address }) => address === eventAddress(event));

export const REPLACING_MUTATIONS: readonly CaseMutation[] = [
  { of: 'profile-replaced', because: 'keeps old profiles', mutation: keeping(({ kind }) => kind === 0) },
  {
    of: 'contacts-replaced',
    because: 'keeps old contact lists',
    mutation: keeping(({ kind }) => kind === 3),
  },
  {
    of: 'replaceable-newest',
    because: 'keeps replaced versions',
    mutation: keeping((event, all) => event.kind === LIST && wasReplaced(event, all)),
  },
  {
    of: 'replaceable-older',
    because: 'serves versions that come too late',
    mutation: keeping((event, all) => event.kind === LIST && cameLate(event, all)),
  },
  {
    of: 'replaceable-live',
    because: 'sends new versions to nobody',
    mutation: hiding((event, all) => event.kind === LIST && isSecond(event, all)),
    also: ['replaceable-newest'],
  },
  {
    of: 'replaceable-authors',
    because: 'keeps one list of all authors',
    mutation: hiding((event, all) => event.kind === LIST && hasRival(event, all)),
  },
  {
    of: 'addressable-newest',
    because: 'keeps replaced versions of addressable events',
    mutation: keeping(
      (event, all) => event.kind === DATA && !isDeleted(event, all) && wasReplaced(event, all),
    ),
  },
  {
    of: 'addressable-older',
    because: 'serves versions of addressable events that come too late',
    mutation: keeping((event, all) => event.kind === DATA && !isDeleted(event, all) && cameLate(event, all)),
  },
  {
    of: 'addressable-live',
    because: 'sends new versions of addressable events to nobody',
    mutation: hiding((event, all) => event.kind === DATA && !isDeleted(event, all) && isSecond(event, all)),
    also: ['addressable-newest'],
  },
  {
    of: 'addressable-apart',
    because: 'takes `d` tags in upper case for those in lower case',
    mutation: hiding(({ tags }) => tags.some(([name, value]) => name === 'd' && value === 'A')),
  },
];

/** Whether it replaced a version. */
function isSecond(event: Event, all: readonly Event[]): boolean {
  return (
    all.some(other => isVersion(other, event) && wasReplaced(other, all) && other.id !== event.id) &&
    !wasReplaced(event, all) &&
    !cameBefore(event, all)
  );
}

function cameBefore(event: Event, all: readonly Event[]): boolean {
  const after = all.slice(all.findIndex(({ id }) => id === event.id) + 1);
  return after.some(other => isVersion(other, event));
}

/** Whether the same case has a newer list of somebody else. */
function hasRival(event: Event, all: readonly Event[]): boolean {
  const mark = markOf(event);
  return all.some(
    other =>
      other.kind === event.kind &&
      other.pubkey !== event.pubkey &&
      other.created_at > event.created_at &&
      markOf(other) === mark,
  );
}

function markOf({ tags }: Event): string | undefined {
  return tags.find(([name]) => name === 't')?.[1];
}

function isDeleted(event: Event, all: readonly Event[]): boolean {
  return named(event, all).length > 0;
}

export const DELETION_MUTATIONS: readonly CaseMutation[] = [
  {
    of: 'delete-by-id',
    because: 'looks at one id of a deletion request',
    mutation: keeping((event, all) =>
      requestsFor(event, all).some(
        ({ tags }) => tags.findIndex(([name, id]) => name === 'e' && id === event.id) > 0,
      ),
    ),
  },
  {
    of: 'delete-by-address',
    because: 'deletes nothing by address',
    mutation: keeping((event, all) =>
      named(event, all).some(({ request }) => times(event, all) === 1 && deletes(request, event)),
    ),
    also: [
      'delete-address-newer-later',
      'delete-address-older-later',
      'delete-address-other-d',
      'delete-address-other-kind',
    ],
  },
  {
    of: 'delete-address-newer-stays',
    because: 'deletes an address with all its versions',
    mutation: hiding((event, all) =>
      named(event, all).some(({ request }) => request.pubkey === event.pubkey),
    ),
    also: ['delete-address-newer-later'],
  },
  {
    of: 'delete-address-older-later',
    because: 'takes old versions of a deleted address',
    mutation: keeping((event, all) => named(event, all).length > 0 && cameLate(event, all)),
  },
  {
    of: 'delete-address-newer-later',
    because: 'takes no versions of a deleted address any more',
    mutation: hiding((event, all) =>
      named(event, all).some(
        ({ request }) =>
          all.indexOf(request) < all.findIndex(({ id }) => id === event.id) &&
          request.pubkey === event.pubkey,
      ),
    ),
  },
  {
    of: 'delete-address-other-d',
    because: 'deletes what begins with a `d` tag',
    mutation: hiding((event, all) =>
      addressRequests(all).some(
        ({ address }) => eventAddress(event)?.startsWith(address) && eventAddress(event) !== address,
      ),
    ),
  },
  {
    of: 'delete-address-other-kind',
    because: 'deletes by `d` tag whatever the kind is',
    mutation: hiding(
      (event, all) =>
        event.kind === LONG_FORM &&
        addressRequests(all).some(({ address }) => eventAddress(event)?.slice(5) === address.slice(5)) &&
        named(event, all).length === 0,
    ),
  },
  {
    of: 'delete-address-of-others',
    because: 'deletes by address for anybody',
    mutation: hiding((event, all) =>
      named(event, all).some(({ request }) => request.pubkey !== event.pubkey),
    ),
  },
  {
    of: 'delete-of-others',
    because: 'deletes by id for anybody',
    mutation: hiding((event, all) => requestsFor(event, all).some(({ pubkey }) => pubkey !== event.pubkey)),
  },
  {
    of: 'delete-for-good',
    because: 'takes a deleted event that is published again',
    mutation: keeping((event, all) => requestsFor(event, all).length === 1 && times(event, all) > 1),
    also: ['delete-of-deletion'],
  },
  {
    of: 'delete-request-served',
    because: 'does not serve deletion requests',
    mutation: hiding(({ kind }) => kind === 5),
  },
  {
    of: 'delete-of-deletion',
    because: 'obeys the deletion of a deletion request',
    mutation: hiding((event, all) => event.kind === 5 && requestsFor(event, all).length > 0),
  },
];

function deletes(request: Event, event: Event): boolean {
  return request.pubkey === event.pubkey && request.created_at >= event.created_at;
}

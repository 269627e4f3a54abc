// NIP-65: where a person reads and writes, as their kind 10002 says; and which few relays serve many people.
import type { Event, Tag } from './event.ts';
import { isHex32 } from './hex.ts';
import { kindClass } from './kind.ts';
import { relayUrlsIn } from './relay-url.ts';

/** The relays of one person, normalised, in the order of the list, each once. */
export interface RelayList {
  read: string[];
  write: string[];
}

/**
 * The relays of a kind 10002: an `r` tag without a marker is for both. Tags with an unknown marker, and values that are
 * no relay URL, are ignored.
 * @example
 * relayListOf({ tags: [['r', 'wss://A.example/'], ['r', 'x y']] }) // → { read: ['wss://a.example'], write: ['wss://a.example'] }
 * relayListOf({ tags: [['r', 'wss://b.example', 'write']] }) // → { read: [], write: ['wss://b.example'] }
 */
export function relayListOf({ tags }: Pick<Event, 'tags'>): RelayList {
  const marked = (role: string) =>
    relayUrlsIn(
      tags
        .filter(([name, , marker = '']) => name === 'r' && (marker === '' || marker === role))
        .map(([, value = '']) => value),
    );
  return { read: marked('read'), write: marked('write') };
}

/**
 * The relays of a kind 10050, where private messages are delivered (NIP-17).
 * @example
 * inboxRelaysOf({ tags: [['relay', 'wss://a.example'], ['r', 'wss://b.example']] }) // → ['wss://a.example']
 */
export function inboxRelaysOf({ tags }: Pick<Event, 'tags'>): string[] {
  return relayUrlsIn(tags.filter(([name]) => name === 'relay').map(([, value = '']) => value));
}

/** What is to change in a list of relays. Relays are normalised. */
export interface RelayListEdit {
  /** Taken out first, whatever they were for. */
  remove: readonly string[];
  read: readonly string[];
  write: readonly string[];
}

/**
 * The tags of a kind 10002 with those changes. A relay that is there gets what it lacks in its place, and one without a
 * marker is for both; a new one comes last. All other tags stay as they are.
 * @example
 * editedRelayList([['r', 'wss://a.example', 'read'], ['x']], { remove: [], read: [], write: ['wss://a.example'] }) // → [['r', 'wss://a.example'], ['x']]
 * editedRelayList([['r', 'wss://A.example/']], { remove: ['wss://a.example'], read: ['wss://b.example'], write: [] }) // → [['r', 'wss://b.example', 'read']]
 */
export function editedRelayList(tags: readonly Tag[], { remove, read, write }: RelayListEdit): Tag[] {
  let edited = tags.filter(tag => !names(tag, 'r', remove));
  for (const relay of new Set([...read, ...write])) {
    const roles = [read, write].map(relays => relays.includes(relay));
    edited = withRoles(edited, relay, { read: roles[0]!, write: roles[1]! });
  }
  return edited;
}

type Roles = Readonly<Record<'read' | 'write', boolean>>;

function withRoles(tags: readonly Tag[], relay: string, wanted: Roles): Tag[] {
  const { read, write } = relayListOf({ tags: tags.filter(tag => names(tag, 'r', [relay])) });
  const [isRead, isWrite] = [read.length > 0, write.length > 0];
  if ((isRead || !wanted.read) && (isWrite || !wanted.write)) return [...tags];
  if (!isRead && !isWrite) return [...tags, marked(['r', relay], wanted)];
  const at = tags.findIndex(tag => names(tag, 'r', [relay]) && isMarker(tag[2]));
  return tags.map((tag, index) => (index === at ? marked(tag, { read: true, write: true }) : tag));
}

function isMarker(text = ''): boolean {
  return ['', 'read', 'write'].includes(text);
}

/** What stands behind the marker stays. */
function marked([name = 'r', url = '', , ...more]: Tag, { read, write }: Roles): Tag {
  const marker = read && write ? '' : read ? 'read' : 'write';
  return marker === '' && more.length === 0 ? [name, url] : [name, url, marker, ...more];
}

/** Whether it is a tag of that name for one of the relays. */
function names([tag, url = '']: Tag, name: string, relays: readonly string[]): boolean {
  return tag === name && relayUrlsIn([url]).some(relay => relays.includes(relay));
}

/**
 * The tags of a kind 10050 without the first relays, and with the others, new ones last. All other tags stay.
 * @example
 * editedInboxes([['relay', 'wss://a.example'], ['x']], { remove: ['wss://a.example'], add: ['wss://b.example'] }) // → [['x'], ['relay', 'wss://b.example']]
 */
export function editedInboxes(
  tags: readonly Tag[],
  { remove, add }: { remove: readonly string[]; add: readonly string[] },
): Tag[] {
  const kept = tags.filter(tag => !names(tag, 'relay', remove));
  const lacking = [...new Set(add)].filter(relay => !kept.some(tag => names(tag, 'relay', [relay])));
  return [...kept, ...lacking.map(relay => ['relay', relay])];
}

/** Addressable kinds whose `p` tags are a list of people (NIP-51): follow and mute sets, starter packs. */
const LISTS_OF_PEOPLE: readonly number[] = [30000, 30007, 39089, 39092];

/**
 * Whom an event addresses: the keys in its `p` tags, each once, without its author. "When publishing an event … send the
 * event to all read relays of each tagged user" (NIP-65); where the tags are a list, as of those whom somebody follows,
 * nobody is addressed.
 * @example
 * addresseesOf({ kind: 1, pubkey: 'ab'.repeat(32), tags: [['p', 'cd'.repeat(32)], ['p', 'x']] }) // → ['cd'.repeat(32)]
 * addresseesOf({ kind: 3, pubkey: 'ab'.repeat(32), tags: [['p', 'cd'.repeat(32)]] }) // → []
 */
export function addresseesOf({ kind, pubkey, tags }: Pick<Event, 'kind' | 'pubkey' | 'tags'>): string[] {
  if (kindClass(kind) === 'replaceable' || LISTS_OF_PEOPLE.includes(kind)) return [];
  const people = tags.filter(([name]) => name === 'p').map(([, key]) => key);
  return [...new Set(people.filter(isHex32))].filter(person => person !== pubkey);
}

/** How many relays to ask. */
export interface CoverOptions {
  /** Relays wanted for each person. */
  each: number;
  /** Relays in all, at most. */
  most: number;
}

/** Whom to ask for whom. */
export interface Cover {
  /** The people of each relay. */
  relays: Map<string, string[]>;
  /** Who is not asked for anywhere. */
  uncovered: string[];
}

/**
 * Chooses few relays that serve all: again and again the one that serves most of those who still want one (a greedy set
 * cover; of equals the first by name). `wanted` gives the relays of each person.
 * @example
 * [...coverOf(new Map([['a', ['x', 'y']], ['b', ['y']]]), { each: 1, most: 9 }).relays] // → [['y', ['a', 'b']]]
 * coverOf(new Map([['c', []]]), { each: 1, most: 9 }).uncovered // → ['c']
 */
export function coverOf(wanted: ReadonlyMap<string, readonly string[]>, { each, most }: CoverOptions): Cover {
  const open = peopleByRelay(wanted);
  const served = new Map<string, number>();
  const isOpen = (person: string) => (served.get(person) ?? 0) < each;
  const relays = new Map<string, string[]>();
  while (relays.size < most) {
    const [best, people] = mostServing(open, isOpen);
    if (best === undefined) break;
    open.delete(best);
    relays.set(best, people);
    for (const person of people) served.set(person, (served.get(person) ?? 0) + 1);
  }
  return { relays, uncovered: [...wanted.keys()].filter(person => !served.has(person)) };
}

function peopleByRelay(wanted: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  const people = new Map<string, string[]>();
  for (const [person, relays] of wanted) {
    for (const relay of new Set(relays)) {
      const some = people.get(relay);
      if (some) some.push(person);
      else people.set(relay, [person]);
    }
  }
  return new Map([...people].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The relay that serves most, and whom; undefined when none serves anybody. */
function mostServing(
  open: ReadonlyMap<string, string[]>,
  isOpen: (person: string) => boolean,
): [relay: string | undefined, people: string[]] {
  let best: [string | undefined, string[]] = [undefined, []];
  for (const [relay, people] of open) {
    const wanting = people.filter(isOpen);
    if (wanting.length > best[1].length) best = [relay, wanting];
  }
  return best;
}

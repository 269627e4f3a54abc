// NIP-51: lists. Which kinds are lists, what each may hold, and how items come and go: the order stays, what is there stays
// once, and tags that are no items stay where they are. The list of whom somebody follows is NIP-02.
import { isTags, type Tag } from './event.ts';
import { kindClass, kindInfo } from './kind.ts';
import { relayUrlsIn } from './relay-url.ts';

/** What an item is. `marked-relay` is an `r` with a relay in it, `link` one with a web page. */
export type ItemType =
  | 'person'
  | 'event'
  | 'address'
  | 'hashtag'
  | 'word'
  | 'relay'
  | 'marked-relay'
  | 'link'
  | 'server'
  | 'emoji'
  | 'group';

/** The tag of each item. */
export const TAG_OF_ITEM: Readonly<Record<ItemType, string>> = {
  person: 'p',
  event: 'e',
  address: 'a',
  hashtag: 't',
  word: 'word',
  relay: 'relay',
  'marked-relay': 'r',
  link: 'r',
  server: 'server',
  emoji: 'emoji',
  group: 'group',
};

/** A kind that is a list. */
export interface ListInfo {
  kind: number;
  holds: readonly ItemType[];
  /** Whether items may be encrypted in the content; `always`: they all are. In lists that have none the content is something else. */
  private: 'may' | 'never' | 'always';
}

const may = (kind: number, ...holds: ItemType[]): ListInfo => ({ kind, holds, private: 'may' });
const never = (kind: number, ...holds: ItemType[]): ListInfo => ({ kind, holds, private: 'never' });

/** Every list, by kind. Kinds of a set have many lists, each with its identifier (`d`). */
export const LISTS: readonly ListInfo[] = [
  never(3, 'person'),
  may(10000, 'person', 'event', 'hashtag', 'word'),
  may(10001, 'event'),
  never(10002, 'marked-relay'),
  may(10003, 'event', 'address', 'hashtag', 'link'),
  may(10004, 'address'),
  may(10005, 'event'),
  may(10006, 'relay'),
  may(10007, 'relay'),
  never(10008, 'address', 'event'),
  may(10009, 'group', 'marked-relay'),
  may(10012, 'relay', 'address'),
  { kind: 10013, holds: ['relay'], private: 'always' },
  may(10015, 'hashtag', 'address'),
  may(10020, 'person'),
  may(10030, 'emoji', 'address'),
  never(10050, 'relay'),
  may(10054, 'person'),
  never(10063, 'server'),
  never(10064, 'person'),
  may(10101, 'person'),
  may(10102, 'relay'),
  may(30000, 'person'),
  may(30002, 'relay'),
  may(30003, 'event', 'address', 'hashtag', 'link'),
  may(30004, 'address', 'event'),
  may(30005, 'event', 'address'),
  may(30006, 'event', 'address'),
  may(30007, 'person'),
  never(30008, 'address', 'event'),
  may(30015, 'hashtag'),
  may(30030, 'emoji'),
  never(30063, 'event', 'address'),
  may(30267, 'address'),
  never(31924, 'address'),
  never(39089, 'person'),
  never(39092, 'person'),
];

/**
 * What is known of a kind as a list; undefined for one that is none.
 * @example
 * listInfo(3).holds // → ['person']
 * listInfo(1) // → undefined
 */
export function listInfo(kind: number): ListInfo | undefined {
  return LISTS.find(list => list.kind === kind);
}

/**
 * How lists are called: the shortest of the names of their kinds that is a plural, else the name.
 * @example
 * listName(10000) // → 'mutes'
 * listName(10004) // → 'communities'
 * listName(30000) // → 'follow-sets'
 * listName(10006) // → 'blocked-relays'
 */
export function listName(kind: number): string {
  const names = listNames(kind);
  return names.find(name => name.endsWith('s')) ?? names[0] ?? String(kind);
}

/**
 * All the names of a list's kind.
 * @example
 * listNames(10000) // → ['mute-list', 'mutes']
 */
export function listNames(kind: number): string[] {
  const info = kindInfo(kind);
  return info ? [info.name, ...(info.aliases ?? [])] : [];
}

/**
 * Whether there are many lists of a kind, each with its identifier.
 * @example
 * isSet(30000) // → true
 * isSet(10000) // → false
 */
export function isSet(kind: number): boolean {
  return kindClass(kind) === 'addressable';
}

/**
 * The items among the tags of a list; the others are its title, its identifier, or what other programs keep there.
 * @example
 * itemsOf([['d', 'x'], ['t', 'bread'], ['alt', 'y']], listInfo(30015)) // → [['t', 'bread']]
 */
export function itemsOf(tags: readonly Tag[], { holds }: Pick<ListInfo, 'holds'>): Tag[] {
  return tags.filter(([name]) => holds.some(type => TAG_OF_ITEM[type] === name));
}

/**
 * What makes two tags the same item: name and value; what stands behind them (a relay, a petname) may differ. Hex, hashtags
 * and words have no case, a relay has one spelling, and a group is one at its relay.
 * @example
 * itemKey(['t', 'Bread']) === itemKey(['t', 'bread', 'x']) // → true
 * itemKey(['relay', 'wss://A.example/']) === itemKey(['relay', 'wss://a.example']) // → true
 * itemKey(['group', 'a', 'wss://x.com']) === itemKey(['group', 'a', 'wss://y.com']) // → false
 */
export function itemKey([name = '', value = '', more = '']: Tag): string {
  if (name === 'group') return JSON.stringify([name, value, relayIn(more)]);
  if (['p', 'e', 't', 'word'].includes(name)) return JSON.stringify([name, value.toLowerCase()]);
  return JSON.stringify([name, relayIn(value)]);
}

function relayIn(value: string): string {
  return (/^wss?:/i.test(value) && relayUrlsIn([value])[0]) || value;
}

/**
 * The items that are not among the tags, each once.
 * @example
 * lackingItems([['t', 'a']], [['t', 'A'], ['t', 'b'], ['t', 'b']]) // → [['t', 'b']]
 */
export function lackingItems(tags: readonly Tag[], items: readonly Tag[]): Tag[] {
  const known = new Set(tags.map(itemKey));
  return items.filter(item => {
    const key = itemKey(item);
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

/**
 * The tags without the items, in the order they have.
 * @example
 * withoutItems([['t', 'a'], ['x'], ['t', 'b', 'c']], [['t', 'B']]) // → [['t', 'a'], ['x']]
 */
export function withoutItems(tags: readonly Tag[], items: readonly Tag[]): Tag[] {
  const gone = new Set(items.map(itemKey));
  return tags.filter(tag => !gone.has(itemKey(tag)));
}

/** Thrown for a text that is no JSON array of tags; the message quotes nothing of it, for it is private. */
export class InvalidItems extends Error {
  override name = 'InvalidItems';
}

/**
 * The private items of a list, as they were decrypted.
 * Throws `InvalidItems`.
 * @example
 * parsePrivateItems('[["t","bread"]]') // → [['t', 'bread']]
 * parsePrivateItems('{}') // throws no JSON array of tags
 */
export function parsePrivateItems(text: string): Tag[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidItems('they are not JSON');
  }
  if (!isTags(value)) throw new InvalidItems('they are no JSON array of tags');
  return value;
}

/**
 * The identifier of a set, as its first tag.
 * @example
 * identified([], 'bakers') // → [['d', 'bakers']]
 * identified([['d', 'bakers'], ['d', 'x']], 'bakers') // → [['d', 'bakers'], ['d', 'x']]
 */
export function identified(tags: readonly Tag[], d: string | undefined): Tag[] {
  if (d === undefined || tags.some(([name]) => name === 'd')) return [...tags];
  return [['d', d], ...tags];
}

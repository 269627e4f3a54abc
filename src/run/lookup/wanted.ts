// What a code asks for, as `fetch` looks for it: an event by its id, or the newest of an address; and where to begin.
import { parseAddressOf, parseEventId, parsePubkey } from '../../flags/identifiers.ts';
import { type Person, parsePerson } from '../../flags/people.ts';
import type { Filter } from '../../protocol/filter.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { eventAddress, kindClass, parseAddress } from '../../protocol/kind.ts';
import { decodeCode } from '../../protocol/nip21.ts';
import { relayHintsIn } from '../../protocol/relay-url.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';

export interface Wanted {
  /** As it was written. */
  text: string;
  /** What it is found by: an id, or an address `kind:pubkey:identifier`. */
  key: string;
  /** Whether a newer one may be elsewhere, so that every relay is asked. */
  isReplaceable: boolean;
  filter: Filter;
  /** Relays that the code names. */
  hints: string[];
  /** Whose relays may hold it. */
  author: string | undefined;
}

const PROFILE = 0;

/** What begins as an address does is one that is mistyped. What stands for the key is not quoted: it may be a secret. */
export const LIKE_ADDRESS = /^\d{1,6}:/;

const ADDRESS_FORM =
  'an address is kind:pubkey:identifier, with both colons, a kind below 65536 and the pubkey as 64 lower-case hex digits';

/**
 * What an nevent, note, naddr, npub, nprofile or a hex id asks for; a person stands for their profile. Throws when the
 * text is none of them.
 */
export function parseWanted(text: string): Wanted {
  if (isHex32(text.toLowerCase())) return event(text, parseEventId(text));
  if (parseAddress(text)) return address(text, parseAddressOf(text));
  if (LIKE_ADDRESS.test(text)) throw new Error(ADDRESS_FORM);
  const entity = decodeCode(text);
  switch (entity.type) {
    case 'note':
      return event(text, entity.id);
    case 'nevent':
      return { ...event(text, entity.id), hints: relayHintsIn(entity.relays), author: entity.author };
    case 'naddr':
      return {
        ...address(text, `${entity.kind}:${entity.pubkey}:${entity.identifier}`),
        hints: relayHintsIn(entity.relays),
      };
    case 'npub':
      return address(text, `${PROFILE}:${entity.pubkey}:`);
    case 'nprofile':
      return { ...address(text, `${PROFILE}:${entity.pubkey}:`), hints: relayHintsIn(entity.relays) };
    default:
      throw new Error(`an ${entity.type} names no event`);
  }
}

/** What a word of the line names: a person, or an event. */
export type PersonOrEvent = { person: Person } | { wanted: Wanted };

/** What is said of a word that is neither. */
export const ZAPPED = {
  name: 'WHO',
  hint: 'WHO is an npub, name@domain, an account of yours (nost key list), or the code of an event: nevent1….',
};

/** Hex stands for a person: an event is named by a code. Throws when the word is neither. */
export function parsePersonOrEvent(text: string): PersonOrEvent {
  const isCode = /^(?:nostr:)?(?:note|nevent|naddr)1/i.test(text) || parseAddress(text) !== undefined;
  if (isCode) return { wanted: parseWanted(text) };
  if (isHex32(text.toLowerCase()) || !/:\/\//.test(text)) return { person: parsePerson(text) };
  try {
    return { person: parsePerson(text) };
  } catch {
    return { wanted: parseWanted(text) }; // a link of a client that holds a code
  }
}

/** The profile of a person whose key and relays are known already. */
export function wantedProfile(text: string, pubkey: string, relays: readonly string[]): Wanted {
  return { ...address(text, `${PROFILE}:${parsePubkey(pubkey)}:`), hints: relayHintsIn(relays) };
}

/** What cannot be looked for. */
export function wantedNowhere(text: string): Wanted {
  return { text, key: text, isReplaceable: false, filter: { ids: [] }, hints: [], author: undefined };
}

function event(text: string, id: string): Wanted {
  return { text, key: id, isReplaceable: false, filter: { ids: [id] }, hints: [], author: undefined };
}

function address(text: string, address: string): Wanted {
  const { kind, pubkey, identifier } = parseAddress(address)!;
  const d = kindClass(kind) === 'addressable' ? identifier : '';
  const filter: Filter = { kinds: [kind], authors: [pubkey] };
  if (d !== '') filter['#d'] = [d]; // an event without the tag has an empty one, and relays differ in finding that
  return { text, key: `${kind}:${pubkey}:${d}`, isReplaceable: true, filter, hints: [], author: pubkey };
}

/** The keys by which an event may be wanted. */
export function keysOfEvent(found: StreamEvent): string[] {
  const address = eventAddress(found);
  return address === undefined ? [found.id] : [found.id, address];
}

/** Ids in one filter: relays refuse far longer ones. */
const IDS_AT_ONCE = 250;

/** The same in few filters: ids together, and people of one kind together. */
export function filtersFor(wanted: readonly Wanted[]): Filter[] {
  const ids = [...new Set(wanted.flatMap(({ filter }) => filter.ids ?? []))];
  const filters: Filter[] = [];
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) filters.push({ ids: ids.slice(at, at + IDS_AT_ONCE) });
  const authors = new Map<number, Set<string>>();
  for (const { filter } of wanted) {
    if (filter.ids) continue;
    if (filter['#d']) filters.push(filter);
    else
      authors.set(filter.kinds![0]!, (authors.get(filter.kinds![0]!) ?? new Set()).add(filter.authors![0]!));
  }
  for (const [kind, people] of authors) filters.push({ kinds: [kind], authors: [...people] });
  return filters;
}

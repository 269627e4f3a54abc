// What authors asked to have deleted (NIP-09) and whose events are to vanish (NIP-62). The requests are kept as notes
// of the tables, so that a deleted event stays away, also when the request arrives before the event.
import type { Event } from '../../protocol/event.ts';
import { eventAddress, kindClass, parseAddress } from '../../protocol/kind.ts';
import { VANISH_KIND } from '../../protocol/nip62.ts';
import type { Head, Tables } from './tables.ts';

export const DELETION = 5;
const GIFT_WRAP = 1059;

/** A request by id: whether its author may delete the event is known only when the event arrives. */
const byId = (id: string, asker: string): string => `d${id}${asker}`;
/** Versions of an address up to this second are deleted. */
const byAddress = (address: string): string => `r${address}`;
/** What a deletion request names: the id of an event, or an address. */
export type Name = readonly [kind: 'id' | 'address', value: string];

/** Events of an author up to this second have vanished. */
const byAuthor = (author: string): string => `g${author}`;

export class Deletions {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Records a deletion request; returns what it names. */
  add(request: Event): Name[] {
    const names = namedBy(request);
    for (const [kind, value] of names) {
      if (kind === 'id') this.#tables.setNote(byId(value, request.pubkey), '');
      else this.#extend(byAddress(value), request.created_at);
    }
    return names;
  }

  /** Records a request to vanish. */
  addVanish(request: Pick<Event, 'pubkey' | 'created_at'>): void {
    this.#extend(byAuthor(request.pubkey), request.created_at);
  }

  #extend(key: string, until: number): void {
    if (until > this.#untilOf(key)) this.#tables.setNote(key, `${until}`);
  }

  #untilOf(key: string): number {
    return Number(this.#tables.note(key) ?? -1);
  }

  /** Whether a request covers this event. */
  covers(event: Event): boolean {
    const { pubkey } = event;
    const isCovered = (asker: string) => this.#coversFor(asker, event);
    return isCovered(pubkey) || readersOf(event).some(isCovered) || this.#coversAddress(event);
  }

  /** Whether a request of its author names this event, or covers all of the author. Others may cover it as well. */
  coversHead(head: Head): boolean {
    return this.#coversFor(head.pubkey, head);
  }

  /** "a deletion request event against a deletion request has no effect". */
  #coversFor(asker: string, { id, kind, created_at }: Head): boolean {
    const latest = kind === VANISH_KIND ? created_at + 1 : created_at; // it stays itself
    if (latest <= this.#untilOf(byAuthor(asker))) return true;
    return kind !== DELETION && kind !== VANISH_KIND && this.#isAsked(id, asker);
  }

  #isAsked(id: string, asker: string): boolean {
    return this.#tables.note(byId(id, asker)) !== undefined;
  }

  /** "delete all versions of the replaceable event up to the created_at timestamp of the deletion request". */
  #coversAddress(event: Event): boolean {
    const address = eventAddress(event);
    return address !== undefined && event.created_at <= this.#untilOf(byAddress(address));
  }
}

/** What a deletion request names, each once. */
export function namedBy({ tags, pubkey }: Event): Name[] {
  const ids = new Set<string>();
  const addresses = new Set<string>();
  for (const [name, value] of tags) {
    if (value === undefined) continue;
    const address = name === 'a' ? ownAddress(value, pubkey) : undefined;
    if (name === 'e') ids.add(value);
    else if (address !== undefined) addresses.add(address);
  }
  return [
    ...Array.from(ids, (id): Name => ['id', id]),
    ...Array.from(addresses, (a): Name => ['address', a]),
  ];
}

/** Whether a request of that key may delete an event. */
export function mayDelete(asker: string, event: Event): boolean {
  return event.pubkey === asker || readersOf(event).includes(asker);
}

/** Those who may have a gift wrap deleted beside its author, who is nobody (NIP-59). */
function readersOf({ kind, tags }: Event): string[] {
  if (kind !== GIFT_WRAP) return [];
  return tags.flatMap(([name, reader]) => (name === 'p' && reader !== undefined ? reader : []));
}

/** The address as `eventAddress` writes it, if it is one of the requester. A replaceable kind has no identifier. */
function ownAddress(value: string, asker: string): string | undefined {
  const address = parseAddress(value);
  if (address?.pubkey !== asker) return undefined;
  const identifier = kindClass(address.kind) === 'addressable' ? address.identifier : '';
  return `${address.kind}:${asker}:${identifier}`;
}

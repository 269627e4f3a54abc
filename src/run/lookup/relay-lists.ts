// Where people read and write: their newest kind 10002 and 10050 (NIP-65, NIP-17), as relays that are asked hold them.
import type { Context } from '../../context.ts';
import { compareEvents } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { inboxRelaysOf, type RelayList, relayListOf } from '../../protocol/nip65.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { RelayEnding } from '../../relay/link/outcome.ts';
import { type Found, type GatherOptions, gather } from './gather.ts';

export const RELAY_LIST = 10002;
export const INBOX_LIST = 10050;

/** What is known of one person. */
export interface PersonRelays extends RelayList {
  /** Where private messages go. */
  inbox: string[];
  /** Which relays hold the newest lists. */
  found: string[];
}

/** People in one filter: relays refuse far longer ones. */
const PEOPLE_AT_ONCE = 500;

/** What relays are asked for the lists of people. */
export function listFilters(people: readonly string[]): Filter[] {
  const filters: Filter[] = [];
  for (let at = 0; at < people.length; at += PEOPLE_AT_ONCE)
    filters.push({ kinds: [RELAY_LIST, INBOX_LIST], authors: people.slice(at, at + PEOPLE_AT_ONCE) });
  return filters;
}

/** The newest lists among the events that come; others are passed over. */
export class NewestLists {
  readonly #newest = new Map<string, { event: StreamEvent; relays: string[] }>();

  note({ relay, event }: Found): void {
    if (event.kind !== RELAY_LIST && event.kind !== INBOX_LIST) return;
    const key = `${event.kind}:${event.pubkey}`;
    const known = this.#newest.get(key);
    if (known?.event.id === event.id) known.relays.push(relay);
    else if (!known || compareEvents(event, known.event) < 0)
      this.#newest.set(key, { event, relays: [relay] });
  }

  /** Whether a person has a list of that kind, which may name no relay. */
  has(kind: number, person: string): boolean {
    return this.#newest.has(`${kind}:${person}`);
  }

  /** By public key; who has none is not in it. `found` keeps the order of these relays. */
  byPerson(relays: readonly string[]): Map<string, PersonRelays> {
    const lists = new Map<string, PersonRelays>();
    for (const { event, relays: found } of this.#newest.values()) {
      const person = lists.get(event.pubkey) ?? { read: [], write: [], inbox: [], found: [] };
      const said = event.kind === RELAY_LIST ? relayListOf(event) : { inbox: inboxRelaysOf(event) };
      lists.set(event.pubkey, {
        ...person,
        ...said,
        found: relays.filter(relay => person.found.includes(relay) || found.includes(relay)),
      });
    }
    return lists;
  }
}

/** The lists of people, by public key; who has none is not in it. */
export async function findRelayLists(
  context: Context,
  people: readonly string[],
  relays: readonly string[],
  options: GatherOptions,
): Promise<{ lists: Map<string, PersonRelays>; endings: RelayEnding[] }> {
  const newest = new NewestLists();
  const filters = listFilters(people);
  const asking = new Map(relays.map(relay => [relay, filters]));
  const endings = await gather(context, asking, options, found => newest.note(found));
  return { lists: newest.byPerson(relays), endings };
}

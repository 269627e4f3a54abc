// Which relays serve which people: few that together hold what all of them write (NIP-65). Who has no list is asked for at
// the user's own relays. For `req --outbox` and `mirror --outbox`.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import type { Filter } from '../../protocol/filter.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { type Cover, coverOf } from '../../protocol/nip65.ts';
import { AskableRelays } from './askable-relays.ts';
import type { GatherOptions } from './gather.ts';
import { findRelayLists } from './relay-lists.ts';

/** Relays of each author that are asked: one may be down, another behind. */
const RELAYS_EACH = 3;

/** Relays of each author that are chosen from: a list may hold thousands. */
const RELAYS_KNOWN = 30;

/** Relays in all. */
const MOST_RELAYS = 100;

/** People that are named one by one when they have no list. */
const MOST_NAMED = 20;

export interface CoverOptions extends GatherOptions {
  /** Those that are asked for lists, and for people without one. */
  relays: readonly string[];
}

export class OutboxCover {
  readonly #context: Context;
  readonly #options: CoverOptions;
  readonly #askable: AskableRelays;
  /** Where people write, as it was found last. */
  readonly #wanted = new Map<string, readonly string[]>();

  constructor(context: Context, options: CoverOptions) {
    this.#context = context;
    this.#options = options;
    this.#askable = new AskableRelays(options);
  }

  /** The people to be asked for at each relay. Whose list is not found this time is served as it was last said. */
  async find(people: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const { relays: asked } = this.#options;
    const { lists } = await findRelayLists(this.#context, people, asked, this.#options);
    for (const [person, { write }] of lists)
      this.#wanted.set(person, this.#askable.of(write).slice(0, RELAYS_KNOWN));
    const wanted = new Map(people.map(person => [person, this.#wanted.get(person) ?? []]));
    const cover = coverOf(wanted, { each: RELAYS_EACH, most: MOST_RELAYS });
    for (const relay of asked) addPeople(cover, relay);
    this.#context.log.detail({
      type: 'outbox',
      message: `${people.length} authors at ${cover.relays.size} relays; ${cover.uncovered.length} without a list`,
    });
    return cover.relays;
  }

  /** Says which relays were left out, and which of these people have no list: what they write may be elsewhere. */
  tell(of: readonly string[]): void {
    const { log } = this.#context;
    this.#askable.tell(entry => log.note(entry));
    const people = of.filter(person => (this.#wanted.get(person) ?? []).length === 0);
    if (people.length === 0) return;
    const some = people.slice(0, MOST_NAMED).map(pubkey => encodeEntity({ type: 'npub', pubkey }));
    const more = people.length - some.length;
    const all = more > 0 ? `${some.join(' ')} and ${more} more` : some.join(' ');
    const message = `no relay list of ${people.length} of ${of.length} authors was found; asked for at the relays you named: ${all}`;
    log.note({ type: 'notice', people: people.slice(0, MOST_NAMED), message });
  }
}

/** Every author of every filter. Throws `UsageError` where a filter names none. */
export function authorsOf(filters: readonly Filter[]): string[] {
  if (filters.some(({ authors }) => authors === undefined)) {
    throw new UsageError('--outbox asks where authors write, and no author is named', {
      code: 'bad_filter',
      hint: 'Name them: -a npub1… (repeatable), or in each --filter.',
    });
  }
  return [...new Set(filters.flatMap(({ authors }) => authors!))];
}

/** The same filters, each for these people alone. */
export function narrowedTo(people: readonly string[], filters: readonly Filter[]): Filter[] {
  const wanted = new Set(people);
  return filters
    .map(filter => ({ ...filter, authors: filter.authors!.filter(author => wanted.has(author)) }))
    .filter(({ authors }) => authors.length > 0);
}

/** Who has no list is asked for at the user's own relays. */
function addPeople({ relays, uncovered }: Cover, relay: string): void {
  if (uncovered.length > 0) relays.set(relay, [...new Set([...(relays.get(relay) ?? []), ...uncovered])]);
}

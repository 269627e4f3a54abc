// Finds what is to be deleted, wherever it may be: at the user's relays, at those that codes name, and where its author
// writes (NIP-65). Every relay is asked for all, for each that holds it is to be asked to delete it.
import type { Context } from '../../context.ts';
import type { Event } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { DELETION_KIND, deletersOf, namedBy } from '../../protocol/nip09.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { quote } from '../../protocol/quote.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { RelayEnding } from '../../relay/link/outcome.ts';
import { AskableRelays } from '../lookup/askable-relays.ts';
import { MOST_OF_AUTHOR } from '../lookup/outbox-routes.ts';
import { listFilters, NewestLists, type PersonRelays } from '../lookup/relay-lists.ts';
import type { Where } from '../people/where.ts';
import { askFor, tellOnce, type WantedAt } from './asking.ts';
import { inFilters } from './portion.ts';
import { MOST_HINTED, type Target } from './target.ts';

/** What is kept of an event: there may be thousands, and large ones. */
export interface Version {
  id: string;
  kind: number;
  created_at: number;
  /** The keys that may have it deleted. */
  deleters: readonly string[];
  /** For people: how its content begins. */
  excerpt: string;
}

export interface Sighting {
  /** Of an address there may be several: relays differ in which is the newest they know. */
  versions: Map<string, Version>;
  relays: Set<string>;
}

export interface Found {
  /** By the keys of targets. */
  sightings: ReadonlyMap<string, Sighting>;
  /** How each relay that was asked ended. */
  endings: readonly RelayEnding[];
  /** The own relay lists; undefined: none was found. */
  lists: PersonRelays | undefined;
}

/** Versions of one address that are told apart: the newest. */
const MOST_VERSIONS = 50;

/** A relay of the list may hold a newer list, which names others; nobody is followed without end. */
const ROUNDS = 3;

/** Characters of a content that are shown. */
const EXCERPT = 60;

/** Asks every relay that may hold one of them. `author` is who asks for the deletion. */
export async function findTargets(
  context: Context,
  targets: readonly Target[],
  author: string,
  where: Where,
): Promise<Found> {
  const sightings = new Map<string, Sighting>();
  const lists = new NewestLists();
  const endings: RelayEnding[] = [];
  const asked = new Set<string>();
  const ask = async (wantedAt: WantedAt) => {
    const isSole = asked.size === 0 && wantedAt.size === 1;
    for (const relay of wantedAt.keys()) asked.add(relay);
    const ended = await askFor(context, wantedAt, {
      ...{ ...where, tell: tellOnce(context, isSole), beside: listFilters([author]) },
      onFound: (key, relay, event) => note(sightings, key, relay, event),
      onEvent: (relay, event) => lists.note({ relay, event }),
    });
    endings.push(...ended);
  };
  await ask(firstAsked(context, targets, where));
  const askable = new AskableRelays(where);
  const known = () => lists.byPerson([...asked]).get(author);
  for (let round = 0; round < ROUNDS && !where.end.signal.aborted; round++) {
    const outbox = askable
      .of(known()?.write ?? [])
      .slice(0, MOST_OF_AUTHOR)
      .filter(relay => !asked.has(relay));
    if (outbox.length === 0) break;
    const message = `also asked, where ${encodeEntity({ type: 'npub', pubkey: author })} writes: ${outbox.join(' ')}`;
    context.log.note({ type: 'asked', relays: outbox, message });
    await ask(new Map(outbox.map(relay => [relay, targets])));
  }
  askable.tell(entry => context.log.detail(entry));
  return { sightings, endings, lists: known() };
}

/** The user's relays are asked for all, and those of a code for what it names. */
function firstAsked(context: Context, targets: readonly Target[], { own }: Where): WantedAt {
  const wantedAt = new Map<string, Target[]>(own.map(relay => [relay, [...targets]]));
  const users = new Set(own);
  let leftOut = 0;
  for (const target of targets)
    for (const hint of target.hints) {
      if (users.has(hint)) continue;
      const wanted = wantedAt.get(hint);
      if (wanted) wanted.push(target);
      else if (wantedAt.size - users.size < MOST_HINTED) wantedAt.set(hint, [target]);
      else leftOut++;
    }
  if (leftOut > 0) {
    const message = `your codes name many relays; the first ${MOST_HINTED} are asked`;
    context.log.note({ type: 'hints', message });
  }
  return wantedAt;
}

function note(sightings: Map<string, Sighting>, key: string, relay: string, event: StreamEvent): void {
  const sighting = sightings.get(key) ?? { versions: new Map(), relays: new Set() };
  sightings.set(key, sighting);
  sighting.relays.add(relay);
  const { versions } = sighting;
  if (versions.has(event.id)) return;
  if (versions.size === MOST_VERSIONS) {
    const oldest = [...versions.values()].reduce((a, b) => (b.created_at < a.created_at ? b : a));
    if (oldest.created_at >= event.created_at) return;
    versions.delete(oldest.id);
  }
  versions.set(event.id, versionOf(event));
}

function versionOf(event: StreamEvent): Version {
  const { id, kind, created_at } = event;
  const excerpt = quote(event.toEvent().content, EXCERPT);
  return { id, kind, created_at, deleters: deletersOf(event), excerpt };
}

/** A request that was made before. */
export interface EarlierRequest {
  event: Event;
  relays: Set<string>;
}

/** The newest requests of an author that name these, by their keys, as relays hold them. */
export async function findRequests(
  context: Context,
  targets: readonly Target[],
  author: string,
  relays: readonly string[],
  where: Where,
): Promise<Map<string, EarlierRequest>> {
  const requests = new Map<string, EarlierRequest>();
  if (targets.length === 0) return requests;
  const keys = new Set(targets.map(({ key }) => key));
  const onEvent = (relay: string, event: StreamEvent) => {
    let request: EarlierRequest | undefined; // one for all that it names: it may name thousands
    for (const [, value] of namedBy(event)) {
      if (!keys.has(value)) continue;
      const known = requests.get(value);
      if (known?.event.id === event.id) known.relays.add(relay);
      else if (!known || event.created_at > known.event.created_at) {
        request ??= { event: event.toEvent(), relays: new Set([relay]) };
        requests.set(value, request);
      }
    }
  };
  const nothing = new Map(relays.map(relay => [relay, []]));
  const filters = requestFilters(targets, author);
  const tell = tellOnce(context, false);
  for (let at = 0; at < filters.length; at += FILTERS_AT_ONCE) {
    const beside = filters.slice(at, at + FILTERS_AT_ONCE);
    await askFor(context, nothing, { ...where, tell, beside, onEvent, onFound: () => {} });
  }
  return requests;
}

const FILTERS_AT_ONCE = 4;

function requestFilters(targets: readonly Target[], author: string): Filter[] {
  const request: Filter = { kinds: [DELETION_KIND], authors: [author] };
  const [ids, addresses] = [
    targets.filter(({ address }) => !address),
    targets.filter(({ address }) => address),
  ];
  return [
    ...inFilters(ids.map(({ key }) => key)).map((some): Filter => ({ ...request, '#e': some })),
    ...inFilters(addresses.map(({ key }) => key)).map((some): Filter => ({ ...request, '#a': some })),
  ];
}

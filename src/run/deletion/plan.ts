// What becomes of each target: it is named in a request, it was deleted before, or nothing is deleted at all because it is
// not one's own, cannot be deleted, or is nowhere. Then the requests: as few as relays take, each with where it goes.
import type { Event, UnsignedEvent } from '../../protocol/event.ts';
import {
  DELETION_KIND,
  type DeletionTarget,
  deletionBatches,
  deletionTags,
  isDeletable,
} from '../../protocol/nip09.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import type { EarlierRequest, Found, Version } from './search.ts';
import { type Claim, shownKind, shownTarget, type Target } from './target.ts';

/** A target that is named in a request. */
export interface Going extends DeletionTarget {
  target: Target;
  /** Newest first; none: no relay has it, and its code says what it is. */
  versions: readonly Version[];
  /** The relays that hold it. */
  relays: readonly string[];
}

/** A target that is nowhere any more. */
export interface Gone {
  target: Target;
  request: EarlierRequest;
}

/** Why nothing is deleted. `not_found` may be another time. */
export interface Refusal {
  code: 'not_deletable' | 'not_found';
  message: string;
  /** Whose key could delete it, where it is another than the one at hand. */
  deleters?: readonly string[];
}

export interface Judged {
  going: readonly Going[];
  gone: readonly Gone[];
  refusals: readonly Refusal[];
}

/** What cannot be deleted whatever relays say: the code itself, or the event at hand, tells. */
export function refusalsBefore(targets: readonly Target[], asker: string): Refusal[] {
  return targets.flatMap(target => {
    const { claim } = target;
    const refusal = claim?.isCertain ? refusalOf(target, claim, asker) : undefined;
    return refusal ?? [];
  });
}

/** What becomes of each, when relays were asked. `earlier` are requests that name what was not found. */
export function judge(
  targets: readonly Target[],
  { sightings }: Pick<Found, 'sightings'>,
  earlier: ReadonlyMap<string, EarlierRequest>,
  asker: string,
): Judged {
  const going: Going[] = [];
  const gone: Gone[] = [];
  const refusals: Refusal[] = [];
  for (const target of targets) {
    const { versions: seen = new Map<string, Version>(), relays = [] } = sightings.get(target.key) ?? {};
    const versions = [...seen.values()].sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? -1 : 1));
    const request = earlier.get(target.key);
    const known: Omit<Claim, 'isCertain'> | undefined = versions[0] ?? target.claim;
    const refusal = known && refusalOf(target, known, asker);
    if (versions.length === 0 && request) gone.push({ target, request });
    else if (refusal) refusals.push(refusal);
    else if (known?.kind === undefined) refusals.push(notFound(target));
    else going.push({ ...namedBy(target, versions, known.kind), target, versions, relays: [...relays] });
  }
  return { going, gone, refusals };
}

/** Versions of an address that are named by their ids, too. */
const MOST_NAMED = 10;

/**
 * An id names one version. An address names all, and so does each id of those that were seen: there are relays that look
 * at ids alone.
 */
function namedBy({ key, address }: Target, versions: readonly Version[], kind: number): DeletionTarget {
  if (!address) return { ids: [key], kind };
  return { ids: versions.slice(0, MOST_NAMED).map(({ id }) => id), address: key, kind };
}

/** Undefined when it can be deleted. */
function refusalOf(
  target: Target,
  { kind, deleters }: Omit<Claim, 'isCertain'>,
  asker: string,
): Refusal | undefined {
  const refused = { code: 'not_deletable' as const };
  const shown = shownTarget(target);
  if (kind !== undefined && !isDeletable(kind)) {
    const why = `${shownKind(kind)} cannot be deleted: a request against it has no effect`;
    return { ...refused, message: `${shown}: ${why}` };
  }
  if (deleters.includes(asker)) return undefined;
  const npub = encodeEntity({ type: 'npub', pubkey: deleters[0]! });
  return { ...refused, message: `${shown}: it is by ${npub}, and not by your key`, deleters };
}

function notFound(target: Target): Refusal {
  return { code: 'not_found', message: `${shownTarget(target)}: not found` };
}

/** A request that is to be signed. */
export interface Planned {
  going: readonly Going[];
  template: Pick<UnsignedEvent, 'kind' | 'created_at' | 'tags' | 'content'>;
  relays: readonly string[];
}

/** A request that stands, and whom it was made to. */
export interface Asked {
  event: Event;
  targets: readonly Target[];
  relays: readonly string[];
}

/** Relays limit events in size and in tags: strfry, which most run, to 64 KiB and 2,000. */
const MOST_IN_REQUEST = { most: 500, bytes: 48 * 1024 };

export interface PlanOptions {
  /** Unix seconds. */
  now: number;
  reason: string;
  /** Where each request goes, or undefined: to where what it names was seen, and to these. */
  named: readonly string[] | undefined;
  home: readonly string[];
}

/**
 * As few requests as will do. None is dated ahead, whatever a version is dated: what is written under an address later on
 * is not to be deleted. Such a version is named by its id.
 */
export function plan(going: readonly Going[], { now, reason, named, home }: PlanOptions): Planned[] {
  const whole = going.map(each => ({ ...each, ids: [...new Set([...each.ids, ...later(each, now)])] }));
  return deletionBatches(whole, MOST_IN_REQUEST).map(batch => ({
    going: batch,
    template: { kind: DELETION_KIND, created_at: now, tags: deletionTags(batch), content: reason },
    relays: named ?? [...new Set([...batch.flatMap(each => each.relays), ...home])],
  }));
}

/** Versions of an address that are dated later than the request: it names each by its id. */
export function later({ address, versions }: Going, created_at: number): string[] {
  if (address === undefined) return [];
  return versions.filter(version => version.created_at > created_at).map(({ id }) => id);
}

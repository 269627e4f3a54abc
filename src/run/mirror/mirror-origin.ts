// What a mirror follows: the relays that its command line names, or with --outbox those that people write to.
import type { Context } from '../../context.ts';
import type { FilterFlags } from '../../flags/filter-flags.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import { keysOfFlag, type Person } from '../../flags/people.ts';
import type { Filter } from '../../protocol/filter.ts';
import type { ConnectionOptions } from '../../relay/link/connection.ts';
import type { Followed } from '../../sync/mirror/mirror.ts';
import type { CommandEnd } from '../command-end.ts';
import { inputOf } from '../lookup/names.ts';
import { connectionOptions } from '../relays.ts';
import type { CommandKey } from '../signing.ts';
import { comparableFilters } from '../sync/comparable-filters.ts';
import { filtersFor, MirrorOutbox } from './mirror-outbox.ts';
import type { MirrorPlaces } from './mirror-places.ts';

export interface OriginFlags extends Omit<FilterFlags, 'search'>, Omit<NetworkFlags, 'relaysFile'> {
  outbox?: readonly Person[] | undefined;
  auth?: boolean | undefined;
}

export interface OriginSettings {
  context: Context;
  flags: OriginFlags;
  places: MirrorPlaces;
  filters: readonly Filter[];
  /** Public keys of those whose events are mirrored, where --outbox names them. */
  people: readonly string[] | undefined;
  key: CommandKey | undefined;
  end: CommandEnd;
}

/** Whom a mirror follows, and with what. */
export interface Origin {
  sources: Followed;
  /** Where people are followed. */
  outbox: MirrorOutbox | undefined;
  connection: ConnectionOptions;
}

/** What is mirrored: with --outbox, of whom. */
export async function filtersBy(flags: OriginFlags, context: Context, signal: AbortSignal) {
  const asked = await comparableFilters(flags, context, signal);
  if (!flags.outbox) return { ...asked, people: undefined };
  const keys = await keysOfFlag('--outbox', flags.outbox, inputOf(context, signal, flags));
  const people = [...new Set(keys)];
  return { ...asked, people, filters: filtersFor(people, asked.filters) };
}

/** The relays that are followed: those that the words name, or where people write. */
export async function originOf(settings: OriginSettings): Promise<Origin> {
  const { context, flags, places, filters, people, key, end } = settings;
  const authenticate = flags.auth ? key?.authenticate : undefined;
  if (!people) {
    const sources = new Map(places.sources.map(relay => [relay, filters]));
    return { sources, outbox: undefined, connection: await connectionOptions(flags, context, authenticate) };
  }
  const named = new Set([...places.sources, ...places.targets]);
  const { sources: relays, targets } = places;
  const outbox = new MirrorOutbox(context, { flags, end, named, key, relays, people, filters, targets });
  const sources = await outbox.begin();
  end.check('before the relay lists were found');
  return { sources, outbox, connection: await connectionOptions(flags, context, authenticate, named) };
}

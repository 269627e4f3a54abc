// Opens the sides that a command line names: relays, files, stdin and stdout.
import type { Context } from '../../context.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import type { Filter } from '../../protocol/filter.ts';
import { RelaySide, type RelaySideOptions } from '../../sync/relay-side.ts';
import type { Side } from '../../sync/side.ts';
import { SideFailed } from '../../sync/side-failed.ts';
import type { Verifier } from '../../verify/verifier.ts';
import type { CommandEnd } from '../command-end.ts';
import { connectionOptions } from '../relays.ts';
import type { CommandKey } from '../signing.ts';
import { openVerifier } from '../verification.ts';
import { fallbackEntry } from './fallback.ts';
import { FileSide } from './file-side.ts';
import type { Place } from './places.ts';
import { StdoutSide } from './stdout-side.ts';
import type { TargetFiles } from './target-files.ts';

export interface SideFlags extends Omit<NetworkFlags, 'relaysFile'> {
  method: 'auto' | 'negentropy' | 'ids' | 'scan';
  auth?: boolean | undefined;
}

export interface SideSettings {
  context: Context;
  flags: SideFlags;
  filters: readonly Filter[];
  /** Events of a page, where the user says so. */
  pageSize: number | undefined;
  key: CommandKey | undefined;
  signal: AbortSignal;
  end: CommandEnd;
  /** Whether events go there: a file may then be missing, and `-` is stdout. */
  isTarget: (place: Place) => boolean;
  /** The files that are written to. */
  targets?: TargetFiles | undefined;
  isAccepted?: ((relay: string, id: string) => boolean) | undefined;
  onOutcome?: RelaySideOptions['onOutcome'] | undefined;
}

/** The sides in the order of the places; and the filters in parts that each relay bears, which the sides are to be asked. */
export async function openSides(
  places: readonly Place[],
  settings: SideSettings,
): Promise<{ sides: Side[]; filters: Filter[] }> {
  const { context, signal, end, isTarget, targets } = settings;
  const verifier = await openVerifier(context);
  const relays = new Map<Place, RelaySide>();
  for (const place of places)
    if (place.isRelay) relays.set(place, await openRelay(place.name, verifier, settings));
  let filters = [...settings.filters];
  for (const relay of relays.values()) filters = await relay.partsOf(filters);
  const sides = places.map(place => {
    const relay = relays.get(place);
    if (relay) return relay;
    const mayBeMissing = isTarget(place);
    if (mayBeMissing && place.name === '-') return new StdoutSide(context.stdout, end);
    const { name, isStream } = place;
    const lines = targets?.linesOf(place);
    return new FileSide(name, { context, signal, verifier, filters, mayBeMissing, lines, isStream });
  });
  return { sides, filters };
}

async function openRelay(relay: string, verifier: Verifier, settings: SideSettings): Promise<RelaySide> {
  const { context, flags, pageSize, key, signal, isAccepted, onOutcome = () => {} } = settings;
  const authenticate = flags.auth ? key?.authenticate : undefined;
  const connection = await connectionOptions(flags, context, authenticate);
  return new RelaySide(relay, {
    connection: { ...connection, signal },
    ...{ verifier, pageSize, isAccepted, onOutcome },
    retry: flags.retry,
    negotiates: flags.method === 'auto' || flags.method === 'negentropy',
    onRefusal: (side, reason) => {
      if (flags.method === 'negentropy') throw new SideFailed(side, { end: 'refused', reason });
      context.log.note(fallbackEntry(side, reason));
    },
    onRetry: (side, reason, waitMs) =>
      context.log.detail({ type: 'retry', relay: side, message: reason, wait_ms: Math.round(waitMs) }),
  });
}

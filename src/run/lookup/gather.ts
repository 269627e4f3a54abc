// Asks many relays many things at once, and keeps what comes: for commands that look for certain events, where a relay
// that fails is no news unless all do.
import type { Context } from '../../context.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import type { Filter } from '../../protocol/filter.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { RelayEnding } from '../../relay/link/outcome.ts';
import { Query } from '../../relay/query/query.ts';
import type { CommandEnd } from '../command-end.ts';
import { connectionOptions, longestAnswer } from '../relays.ts';
import type { CommandKey } from '../signing.ts';
import { openVerifier } from '../verification.ts';

/** What is asked of each relay. */
export type Asking = ReadonlyMap<string, readonly Filter[]>;

export interface GatherOptions {
  flags: NetworkFlags & { auth?: boolean | undefined };
  end: CommandEnd;
  /** Relays that the user named: only they may be in a private network, get the user's headers, and are authenticated to. */
  named: ReadonlySet<string>;
  /** Signs the challenge of a relay that is named; undefined: no consent. */
  key?: CommandKey | undefined;
  /** Relays that are authenticated to, where they are not those that are named. */
  consented?: ReadonlySet<string> | undefined;
  /** Page past the caps of relays. */
  all?: boolean | undefined;
  /** Tells how a relay ended; without it only -v does. */
  tell?: ((ending: RelayEnding) => void) | undefined;
}

/** An event and one relay that sent it. */
export interface Found {
  relay: string;
  event: StreamEvent;
}

/** Relays that are asked at once; the next begin as these end. */
const AT_ONCE = 50;

/** Hands over each event of each relay, checked; returns how the relays ended. */
export async function gather(
  context: Context,
  asking: Asking,
  options: GatherOptions,
  onFound: (found: Found) => void,
): Promise<RelayEnding[]> {
  const endings: RelayEnding[] = [];
  const relays = [...asking.keys()];
  for (let at = 0; at < relays.length && !options.end.signal.aborted; at += AT_ONCE)
    endings.push(...(await gatherSome(context, relays.slice(at, at + AT_ONCE), asking, options, onFound)));
  return endings;
}

async function gatherSome(
  context: Context,
  relays: readonly string[],
  asking: Asking,
  { flags, end, named, key, consented, all = false, tell }: GatherOptions,
  onFound: (found: Found) => void,
): Promise<readonly RelayEnding[]> {
  const query = new Query({
    relays,
    filters: [],
    filtersOf: relay => asking.get(relay)!,
    stream: false,
    onlyNew: false,
    all,
    retry: flags.retry,
    dedupe: false,
    maxEvents: Number.POSITIVE_INFINITY,
    idle: undefined,
    patience: { ms: longestAnswer(flags), isFor: () => true },
    verifier: await openVerifier(context),
    connection: await connectionOptions(flags, context, key?.authenticate, named, consented),
    onEnd: ending => {
      if (tell) return tell(ending);
      const { relay, end, reason } = ending;
      const message = reason === '' ? end : `${end}: ${reason}`;
      context.log.detail({ type: 'end', relay, end, reason, message });
    },
  });
  const halt = () => query.stop(end.isExpired ? 'timeout' : 'interrupted');
  if (end.signal.aborted) halt();
  end.signal.addEventListener('abort', halt);
  try {
    for await (const { relay, events } of query.batches())
      for (const event of events) onFound({ relay, event });
  } finally {
    end.signal.removeEventListener('abort', halt);
  }
  return query.endings;
}

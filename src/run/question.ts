// What a query asks, and whom, as the words and flags of a command line say it: the same for every command that sends
// filters to relays.
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import {
  type FilterFlags,
  filterClaimsStdin,
  filtersWithHints,
  mayHoldHints,
} from '../flags/filter-flags.ts';
import type { KeyFlags } from '../flags/key-flags.ts';
import type { NetworkFlags } from '../flags/network-flags.ts';
import type { Filter } from '../protocol/filter.ts';
import type { CommandEnd } from './command-end.ts';
import { inputOf } from './lookup/names.ts';
import type { Instead } from './network/relay-words.ts';
import { shownFilters } from './network/shown-filters.ts';
import type { Question } from './query-run.ts';
import { chooseRelays, noRelay, relaysIfAny } from './relays.ts';
import { CommandKey, namesKey } from './signing.ts';

/** What stands where a relay should. */
const INSTEAD: Instead = {
  person: 'Events of a person: -a npub1… before the relays.',
  event: 'An event by its id: -i nevent1… before the relays.',
  address: 'An article and the like: -k KIND -a AUTHOR -d IDENTIFIER, as nost decode prints them.',
  hex: 'An event by its id: -i ID. Events of a person: -a KEY.',
  kind: 'Events of a kind: -k KIND before the relays.',
  json: "A filter: --filter '{…}' before the relays.",
  file: 'Filters in a file: --filter @FILE, or - RELAY < FILE.',
  text: "A text to search for: --search 'TEXT'.",
};

export interface QuestionFlags extends FilterFlags, KeyFlags, NetworkFlags {
  auth?: boolean | undefined;
  /** Nobody is asked, so no relay is needed. */
  dryRun?: boolean | undefined;
}

/** Hinted relays that are asked. */
const MOST_HINTED = 20;

/**
 * Reads files and stdin where the flags say so. `usesHints`: where no relay is named, those are asked that codes and
 * domains name for what is asked for. Throws `UsageError` and `IoError`.
 */
export async function askedBy(
  context: Context,
  args: readonly string[],
  flags: QuestionFlags,
  end: CommandEnd,
  usesHints = false,
): Promise<Question> {
  const asked = withStdin(args, flags);
  const named = args.filter(word => word !== '-');
  const mayBeHinted = usesHints && flags.relaysFile === undefined && mayHoldHints(flags);
  const choose = flags.dryRun || mayBeHinted ? relaysIfAny : chooseRelays;
  const relays = await choose(named, context, flags, INSTEAD);
  const key =
    flags.auth || namesKey(flags)
      ? await CommandKey.open(flags, context, filterClaimsStdin(asked), end.signal)
      : undefined;
  const { filters: given, hints } = await filtersWithHints(asked, inputOf(context, end.signal, flags));
  const filters = shownFilters(given);
  if (context.stdinIsPiped && asksForAll(filters) && !filterClaimsStdin(asked)) context.log.note(UNREAD);
  if (relays.length > 0 || flags.dryRun) return { relays, filters, key, end };
  return { relays: hinted(hints, context), filters, named: new Set(), key, end };
}

/** The relays that codes and domains name, for nobody else is there to be asked. */
function hinted(hints: readonly string[], { log }: Context): readonly string[] {
  if (hints.length === 0) throw noRelay();
  const relays = hints.slice(0, MOST_HINTED);
  const rest = hints.length > relays.length ? `, the first ${relays.length} of ${hints.length}` : '';
  const message = `no relay was named; asking those that your codes name${rest}: ${relays.join(' ')}`;
  log.note({ type: 'hints', relays, message });
  return relays;
}

/** A bare `-` is `--filter -`. Throws `UsageError` where stdin is claimed twice. */
function withStdin(args: readonly string[], flags: QuestionFlags): QuestionFlags {
  const filter = [...(flags.filter ?? []), ...args.filter(word => word === '-')];
  if (filter.filter(source => source === '-').length > 1)
    throw new UsageError('two filters are both to be read from stdin', { code: 'two_stdins' });
  return filter.length === 0 ? flags : { ...flags, filter };
}

/** Whether every event matches one of them. */
function asksForAll(filters: readonly Filter[]): boolean {
  return filters.some(filter => Object.keys(filter).every(key => key === 'limit'));
}

/** That something is piped in may mean nothing: an idle pipe cannot be told from a filter. */
const UNREAD = {
  type: 'notice',
  message:
    'every event was asked for, and stdin is not read; filters there are read with - before the relays',
};

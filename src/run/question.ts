// What a query asks, and whom, as the words and flags of a command line say it: the same for every command that sends
// filters to relays.
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { buildFilters, type FilterFlags, filterClaimsStdin } from '../flags/filter-flags.ts';
import type { KeyFlags } from '../flags/key-flags.ts';
import type { NetworkFlags } from '../flags/network-flags.ts';
import type { Filter } from '../protocol/filter.ts';
import type { CommandEnd } from './command-end.ts';
import { inputOf } from './lookup/names.ts';
import type { Instead } from './network/relay-words.ts';
import type { Question } from './query-run.ts';
import { chooseRelays, relaysIfAny } from './relays.ts';
import { CommandKey, namesKey } from './signing.ts';

/** What stands where a relay should. */
const INSTEAD: Instead = {
  person: 'Events of a person: -a npub1… before the relays.',
  event: 'An event by its id: -i nevent1… before the relays.',
  address: 'An article and the like: -k KIND -a AUTHOR -d IDENTIFIER, as nost decode prints them.',
  hex: 'An event by its id: -i ID. Events of a person: -a KEY.',
  kind: 'Events of a kind: -k KIND before the relays.',
  json: "A filter: --filter '{…}' before the relays.",
  file: 'Filters in a file: --filter @FILE, or nost req - RELAY < FILE.',
  text: "A text to search for: --search 'TEXT'.",
};

export interface QuestionFlags extends FilterFlags, KeyFlags, NetworkFlags {
  auth?: boolean | undefined;
  /** Nobody is asked, so no relay is needed. */
  dryRun?: boolean | undefined;
}

/** Reads files and stdin where the flags say so. Throws `UsageError` and `IoError`. */
export async function askedBy(
  context: Context,
  args: readonly string[],
  flags: QuestionFlags,
  end: CommandEnd,
): Promise<Question> {
  const asked = withStdin(args, flags);
  const named = args.filter(word => word !== '-');
  const choose = flags.dryRun ? relaysIfAny : chooseRelays;
  const relays = await choose(named, context, flags, INSTEAD);
  const key =
    flags.auth || namesKey(flags)
      ? await CommandKey.open(flags, context, filterClaimsStdin(asked), end.signal)
      : undefined;
  const filters = await buildFilters(asked, inputOf(context, end.signal, flags));
  if (context.stdinIsPiped && asksForAll(filters) && !filterClaimsStdin(asked)) context.log.note(UNREAD);
  return { relays, filters, key, end };
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
    'every event was asked for, and stdin is not read; filters there are read with -: nost req - RELAY',
};

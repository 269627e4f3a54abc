// `nost req`: asks relays and prints what they send as JSONL, and how each relay ended.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { buildFilters, FILTER_FLAGS, filterClaimsStdin } from '../../flags/filter-flags.ts';
import { duration, type FlagsOf, flags, off, on, text, value } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS, RELAY_ARGUMENT } from '../../flags/network-flags.ts';
import { parseRequire, wholeNumber } from '../../flags/values.ts';
import { parseTemplate } from '../../output/template.ts';
import type { Filter } from '../../protocol/filter.ts';
import { untilEnd } from '../../run/command-end.ts';
import type { Instead } from '../../run/network/relay-words.ts';
import { printTo, runQuery } from '../../run/query-run.ts';
import { chooseRelays } from '../../run/relays.ts';
import { CommandKey, namesKey } from '../../run/signing.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...FILTER_FLAGS,
  ...flags('Query', {
    stream: on(
      '-f, --stream',
      'keep the subscription open after the stored events; reconnect when disconnected',
    ),
    new: on('--new', 'only events from now on; implies --stream'),
    all: on('--all', "page through all stored events, past the relay's cap; --limit sets the page size"),
    maxEvents: value('-n, --max-events <n>', 'end after n events', wholeNumber(1)),
    idle: duration('--idle <duration>', 'end when no event arrives for this long'),
    require: value('--require <n|all>', 'how many relays must answer completely (default: 1)', parseRequire),
    failOnEmpty: on('--fail-on-empty', 'exit 1 if no event arrives'),
    envelope: on('--envelope', 'print {"relay","stored","received_at","event"} instead of the bare event'),
    format: value(
      '--format <template>',
      "print each event by this template instead of JSON: '%{id} %{date} %{content}'",
      parseTemplate,
      { conflicts: ['envelope', 'pretty'] },
    ),
    report: text('--report <file>', 'write how each relay ended, one JSON line per relay'),
    auth: on('--auth', 'authenticate to these relays when they ask (NIP-42)'),
    verify: off('--no-verify', 'do not check ids and signatures'),
    dedupe: off('--no-dedupe', 'print an event once for each relay that sends it'),
  }),
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

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

type ReqFlags = FlagsOf<typeof FLAGS>;

export const req = command({
  examples: [
    { line: 'nost req -k note -a npub1… -l 20 wss://relay.example', about: "someone's newest notes" },
    {
      line: 'nost req -k 1 -t t=nostr --since 2h wss://a.example wss://b.example | jq -r .content',
      about: 'two relays as one stream',
    },
    {
      line: 'nost req --stream -k reaction -e nevent1… wss://relay.example',
      about: 'reactions as they arrive',
    },
    {
      line: 'nost req --new -k note -t t=nostr wss://a.example wss://b.example | ./bot.sh',
      about: 'only new events, for days',
    },
    {
      line: 'nost req --all -a npub1… --report endings.jsonl wss://relay.example > mine.jsonl',
      about: 'all events of an author, and a report that nothing is missing',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  often: ['author', 'kind', 'tag', 'id', 'since', 'limit', 'search', 'stream', 'all', 'maxEvents'],
  args: [RELAY_ARGUMENT],
  usage: '[flags] [-] [relay...]    (-: filters on stdin, as --filter -)',
  run,
});

async function run(context: Context, { args, flags }: Invocation<ReqFlags>): Promise<void> {
  if (flags.all && flags.new) {
    throw new UsageError('--all and --new cannot be combined', {
      hint: 'For all that is stored and then what comes: --all --stream.',
    });
  }
  await untilEnd(context.deadline, 'before the query was sent', async end => {
    const { now, stdin, accountKey } = context;
    const asked = withStdin(args, flags);
    const named = args.filter(word => word !== '-');
    const relays = await chooseRelays(named, context, flags, INSTEAD);
    const key =
      flags.auth || namesKey(flags)
        ? await CommandKey.open(flags, context, filterClaimsStdin(asked), end.signal)
        : undefined;
    const filters = await buildFilters(asked, { now, stdin, accountKey, signal: end.signal });
    if (context.stdinIsPiped && asksForAll(filters) && !filterClaimsStdin(asked)) context.log.note(UNREAD);
    await runQuery(context, flags, { relays, filters, key, end }, printTo(context, flags));
  });
}

/** A bare `-` is `--filter -`. Throws `UsageError` where stdin is claimed twice. */
function withStdin(args: readonly string[], flags: ReqFlags): ReqFlags {
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

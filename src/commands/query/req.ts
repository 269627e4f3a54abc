// `nost req`: asks relays and prints what they send as JSONL, and how each relay ended.
import { type Command, Option } from 'commander';
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import {
  buildFilters,
  declareFilter,
  type FilterFlags,
  filterClaimsStdin,
} from '../../flags/filter-flags.ts';
import { declareNetwork, type NetworkFlags } from '../../flags/network-flags.ts';
import {
  declareKey,
  declareRelays,
  durationOption,
  type KeyFlags,
  parsedBy,
  parseRequire,
  wholeNumber,
} from '../../flags/options.ts';
import { parseTemplate, type Template } from '../../output/template.ts';
import { printTo, runQuery } from '../../run/query-run.ts';
import { chooseRelays } from '../../run/relays.ts';
import { CommandKey, namesKey } from '../../run/signing.ts';
import type { CommandModule, Invocation } from '../command.ts';

interface ReqFlags extends FilterFlags, NetworkFlags, KeyFlags {
  stream?: boolean;
  new?: boolean;
  all?: boolean;
  maxEvents?: number;
  idle?: number;
  envelope?: boolean;
  format?: Template;
  failOnEmpty?: boolean;
  require?: number | 'all';
  report?: string;
  auth?: boolean;
  verify: boolean;
  dedupe: boolean;
}

export const req: CommandModule = {
  examples: [
    { line: 'nost req -k note -a npub1… -l 20 wss://relay.example', about: "someone's newest notes" },
    {
      line: 'nost req -k 1 -t t=nostr --since 2h wss://a.example wss://b.example | jq -r .content',
      about: 'two relays as one stream',
    },
    {
      line: 'nost req --stream -k reaction -e nevent1… wss://relay.example',
      about: 'reactions as they come',
    },
    {
      line: 'nost req --new -k note -t t=nostr wss://a.example wss://b.example | ./bot.sh',
      about: 'only what is new, for days',
    },
    {
      line: 'nost req --all -a npub1… --report endings.jsonl wss://relay.example > mine.jsonl',
      about: 'everything, with proof that it is',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  declare,
  run,
};

function declare(command: Command): void {
  declareRelays(command);
  declareFilter(command);
  const group = 'Query';
  const add = (option: Option) => command.addOption(option.helpGroup(group));
  add(new Option('-f, --stream', 'go on after the stored events, and come back after a disconnect'));
  add(new Option('--new', 'only what comes from now on; implies --stream'));
  add(new Option('--all', "page past the relay's cap; --limit is then the size of a page"));
  add(
    new Option('-n, --max-events <n>', 'end after so many events').argParser(
      parsedBy('--max-events', wholeNumber(1)),
    ),
  );
  add(durationOption('--idle', 'end when no event came for so long'));
  add(
    new Option('--require <n|all>', 'how many relays must answer to the end (default: 1)').argParser(
      parsedBy('--require', parseRequire),
    ),
  );
  add(new Option('--fail-on-empty', 'exit 1 when nothing came'));
  add(new Option('--envelope', 'print {"relay","stored","received_at","event"} instead of the bare event'));
  add(
    new Option(
      '--format <template>',
      "print '%{id} %{date} %{content}' instead of JSON, each event on a line",
    )
      .argParser(parsedBy('--format', parseTemplate))
      .conflicts('envelope'),
  );
  add(new Option('--report <file>', 'write how each relay ended, one JSON line each'));
  add(new Option('--auth', 'authenticate to these relays when they ask for it (NIP-42)'));
  add(new Option('--no-verify', 'print events without checking ids and signatures'));
  add(new Option('--no-dedupe', 'print an event once for each relay that has it'));
  declareKey(command);
  declareNetwork(command);
}

async function run(context: Context, { args, options }: Invocation): Promise<void> {
  const flags: ReqFlags = options;
  if (flags.all && flags.new) {
    throw new UsageError('--all and --new cannot be combined', {
      hint: 'For all that is stored and then what comes: --all --stream.',
    });
  }
  const relays = await chooseRelays(args, context, flags);
  const key =
    flags.auth || namesKey(flags)
      ? await CommandKey.open(flags, context, filterClaimsStdin(flags))
      : undefined;
  const filters = await buildFilters(flags, context);
  await runQuery(context, flags, { relays, filters, key }, printTo(context, flags));
}

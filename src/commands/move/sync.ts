// `nost sync`: makes a relay or a file hold what another relay or file holds, sending what differs alone.
import type { Context } from '../../context.ts';
import { FILTER_FLAGS } from '../../flags/filter-flags.ts';
import { choice, type FlagsOf, flags, list, on, text, value } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { parseRequire, verbatim } from '../../flags/values.ts';
import { parseRate } from '../../protocol/rate.ts';
import { untilEnd } from '../../run/command-end.ts';
import { syncEvents } from '../../run/sync/sync-run.ts';
import { parseShard } from '../../sync/shard.ts';
import { command, type Invocation } from '../command.ts';

const { search: _, ...FILTERS } = FILTER_FLAGS;
const { relaysFile: __, ...NETWORK } = NETWORK_FLAGS;

const FLAGS = {
  ...FILTERS,
  limit: {
    ...FILTER_FLAGS.limit,
    description: 'the page size where events are paged; it limits nothing',
  },
  ...flags('Sync', {
    from: list('--from <url>', 'another relay or file to sync from (repeatable)', verbatim),
    both: on('--both', 'also send to FROM what only TO has'),
    method: choice(
      '--method <method>',
      'how to compare: by NIP-77, by the ids of all events, or not at all',
      ['auto', 'negentropy', 'ids', 'scan'],
      { default: 'auto' },
    ),
    dryRun: on('--dry-run', 'only count what differs; send nothing'),
    printMissing: on('--print-missing', 'print {"id","have","need"} for each event that one side lacks'),
    prove: on('--prove', 'compare again at the end: anything that still differs fails'),
    limitRate: value('--limit-rate <n/s>', 'send at most n events a second (10/s, 30/m, 5/h)', parseRate),
    shard: value(
      '--shard <i/n>',
      'only part i of n, by event id: 0/3, 1/3 and 2/3 are the whole',
      parseShard,
    ),
    state: text(
      '--state <file>',
      'record accepted events in this file; --method scan skips them in the next run',
    ),
    require: value(
      '--require <n|all>',
      'how many FROMs must be read to the end (default: all)',
      parseRequire,
    ),
    report: text('--report <file>', 'write what became of each side, one JSON line per side'),
    auth: on('--auth', 'authenticate to these relays when they ask (NIP-42)'),
  }),
  ...KEY_FLAGS,
  ...NETWORK,
};

type SyncFlags = FlagsOf<typeof FLAGS>;

export const sync = command({
  examples: [
    { line: 'nost sync wss://old.example wss://new.example', about: 'move everything to another relay' },
    { line: 'nost sync -a npub1… wss://relay.example ./backup.jsonl', about: 'back up; again each night' },
    { line: 'nost sync ./backup.jsonl wss://relay.example', about: 'bring the backup back' },
    { line: 'nost sync --both wss://a.example wss://b.example', about: 'each gets what only the other has' },
    {
      line: 'nost sync --dry-run --print-missing --since 1w wss://a.example wss://b.example',
      about: 'list what differs of a week',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  often: [
    'author',
    'kind',
    'since',
    'both',
    'dryRun',
    'printMissing',
    'method',
    'limitRate',
    'prove',
    'auth',
  ],
  args: [
    {
      spelling: '[side...]',
      description:
        'FROM and TO: a relay, a file of events (./events.jsonl, appended to), or - for stdin and stdout',
    },
  ],
  usage: '[flags] <from> <to>    (relays or files; -: stdin, stdout)',
  layout: 'rows',
  run,
});

async function run(context: Context, { args, flags }: Invocation<SyncFlags>): Promise<void> {
  await untilEnd(context.deadline, 'before everything was moved', end =>
    syncEvents(context, flags, args, end),
  );
}

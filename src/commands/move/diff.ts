// `nost diff`: which of several relays and files hold what the others lack, by ids alone.
import type { Context } from '../../context.ts';
import { FILTER_FLAGS } from '../../flags/filter-flags.ts';
import { choice, type FlagsOf, flags, on } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { untilEnd } from '../../run/command-end.ts';
import { diffSides } from '../../run/sync/diff-run.ts';
import { command, type Invocation } from '../command.ts';

const { search: _, ...FILTERS } = FILTER_FLAGS;
const { relaysFile: __, ...NETWORK } = NETWORK_FLAGS;

const FLAGS = {
  ...FILTERS,
  limit: {
    ...FILTER_FLAGS.limit,
    description: 'the page size where events are paged; it limits nothing',
  },
  ...flags('Diff', {
    ids: on('--ids', 'print {"id","on","missing"} for each event that a side lacks, instead of counts'),
    method: choice(
      '--method <method>',
      'how to learn the ids: by NIP-77, or by paging through all events',
      ['auto', 'negentropy', 'ids'],
      { default: 'auto' },
    ),
    auth: on('--auth', 'authenticate to these relays when they ask (NIP-42)'),
  }),
  ...KEY_FLAGS,
  ...NETWORK,
};

type DiffFlags = FlagsOf<typeof FLAGS>;

export const diff = command({
  examples: [
    {
      line: 'nost diff wss://a.example wss://b.example',
      about: 'what each has and lacks; exit 1 if they differ',
    },
    {
      line: 'nost diff --pretty -a npub1… wss://a.example wss://b.example ./backup.jsonl',
      about: 'a table for people',
    },
    {
      line: "nost diff --ids --since 1d wss://a.example wss://b.example | jq -r 'select(.missing[0]) | .id'",
      about: 'the ids of a day that one of them lacks',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  often: ['author', 'kind', 'id', 'tag', 'since', 'until', 'filter', 'ids', 'method', 'auth'],
  args: [
    {
      spelling: '[side...]',
      description: 'two or more: relays, files of events (./events.jsonl), or - for stdin',
    },
  ],
  usage: '[flags] <side> <side>…    (relays or files; -: stdin)',
  layout: 'rows',
  run,
});

async function run(context: Context, { args, flags }: Invocation<DiffFlags>): Promise<void> {
  await untilEnd(context.deadline, 'before every side was read', end => diffSides(context, flags, args, end));
}

// `nost mirror`: makes relays, files, or stdout, hold what other relays have and get, for ever.
import type { Context } from '../../context.ts';
import { FILTER_FLAGS } from '../../flags/filter-flags.ts';
import { commaList, type FlagsOf, flags, list, on, text, value } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { parsePerson } from '../../flags/people.ts';
import { size, verbatim } from '../../flags/values.ts';
import { mirrorEvents } from '../../run/mirror/mirror-run.ts';
import { programWords } from '../../signer/sources/command.ts';
import { command, type Invocation } from '../command.ts';

const { search: _, ...FILTERS } = FILTER_FLAGS;
const { relaysFile: __, ...NETWORK } = NETWORK_FLAGS;

/** Bytes: room for a large event, and some more. */
const LEAST_SPOOL = 1024 * 1024;

const FLAGS = {
  ...FILTERS,
  limit: {
    ...FILTER_FLAGS.limit,
    description: 'the page size where events are paged; it limits nothing',
  },
  ...flags('Mirror', {
    to: list(
      '--to <url>',
      'a relay, a file of events, or - for stdout to bring events to (repeatable)',
      verbatim,
    ),
    outbox: commaList(
      '--outbox <who>',
      'follow these people where they write (NIP-65); the relays are asked for that, and for who has no list (repeatable)',
      parsePerson,
    ),
    state: text('--state <file>', 'record in this file how far it is; the next run goes on from there'),
    status: text('--status <file>', 'write the state of each relay into this file as JSON, every 10 seconds'),
    spool: text('--spool <file>', 'keep on disk what waits for a relay that is down'),
    spoolMax: value('--spool-max <size>', 'how large that file may become', size(LEAST_SPOOL), {
      default: 1024 ** 3,
      shownDefault: '1G',
    }),
    exec: value('--exec <cmd>', 'mirror only what this program accepts (JSONL, as for strfry)', programWords),
    auth: on('--auth', 'authenticate to these relays when they ask (NIP-42)'),
  }),
  ...KEY_FLAGS,
  ...NETWORK,
};

type MirrorFlags = FlagsOf<typeof FLAGS>;

export const mirror = command({
  examples: [
    {
      line: 'nost mirror wss://a.example --to wss://b.example',
      about: 'bring what b lacks, then all that is new, for ever',
    },
    {
      line: 'nost mirror --state mirror.json --status status.json wss://a.example wss://b.example --to wss://c.example',
      about: 'two relays into one; go on after a kill',
    },
    {
      line: 'nost mirror -k 1 --state notes.json --to - wss://a.example | ./import',
      about: 'feed another program; after a restart the last events come again',
    },
    {
      line: 'nost mirror --outbox npub1…,npub1… wss://index.example --to wss://mine.example',
      about: 'keep what some people write, wherever they write it',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  often: ['to', 'author', 'kind', 'tag', 'since', 'state', 'status', 'spool', 'exec', 'auth'],
  args: [{ spelling: '[relay...]', description: 'the relays to follow' }],
  usage: '[flags] <relay>... --to <url>    (-: stdout; ./events.jsonl: a file)',
  layout: 'rows',
  run,
});

function run(context: Context, { args, flags }: Invocation<MirrorFlags>): Promise<void> {
  return mirrorEvents(context, flags, args);
}

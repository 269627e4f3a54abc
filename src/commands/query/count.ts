// `nost count`: how many events match, as each relay says (NIP-45), and of all together where the relays allow it.
import type { Context } from '../../context.ts';
import { FILTER_FLAGS } from '../../flags/filter-flags.ts';
import { type FlagsOf, flags, on, text, value } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS, RELAY_ARGUMENT } from '../../flags/network-flags.ts';
import { parseRequire } from '../../flags/values.ts';
import { untilEnd } from '../../run/command-end.ts';
import { countEvents } from '../../run/count-run.ts';
import { askedBy } from '../../run/question.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...FILTER_FLAGS,
  limit: { ...FILTER_FLAGS.limit, description: 'the page size of --exact; it limits no count' },
  ...flags('Count', {
    exact: on('--exact', 'read the events instead of asking for a number, each once over all relays'),
    require: value('--require <n|all>', 'how many relays must count (default: 1)', parseRequire),
    report: text('--report <file>', 'write how each relay ended, one JSON line per relay'),
    auth: on('--auth', 'authenticate to these relays when they ask (NIP-42)'),
  }),
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

type CountFlags = FlagsOf<typeof FLAGS>;

export const count = command({
  examples: [
    { line: 'nost count -k reaction -e nevent1… wss://relay.example', about: 'reactions to a note' },
    {
      line: 'nost count -k follows -p npub1… wss://a.example wss://b.example | jq .merged',
      about: 'followers over two relays, those of both counted once',
    },
    {
      line: 'nost count --exact -a npub1… wss://a.example wss://b.example',
      about: 'read and count, exactly',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  often: ['author', 'kind', 'tag', 'id', 'e', 'p', 'since', 'until', 'exact', 'require'],
  flags: FLAGS,
  args: [RELAY_ARGUMENT],
  usage: '[flags] [-] [relay...]    (-: filters on stdin, as --filter -)',
  layout: 'rows',
  run,
});

async function run(context: Context, { args, flags }: Invocation<CountFlags>): Promise<void> {
  await untilEnd(context.deadline, 'before every relay had counted', async end => {
    await countEvents(context, flags, await askedBy(context, args, flags, end));
  });
}

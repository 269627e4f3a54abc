// `nost zap list`: the zap receipts of an event or a person, each judged (NIP-57).
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { FILTER_FLAGS } from '../../flags/filter-flags.ts';
import { type FlagsOf, flags, list } from '../../flags/flag.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { normalizeRelayUrl } from '../../protocol/relay-url.ts';
import { refuseRelays } from '../../run/network/relay-words.ts';
import { parseWho, toldOfWho } from '../../run/zaps/who.ts';
import { listZaps } from '../../run/zaps/zap-list.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Zaps', {
    relay: list('--relay <url>', 'also look here (repeatable; default: NOST_RELAYS)', normalizeRelayUrl),
    since: FILTER_FLAGS.since,
    until: FILTER_FLAGS.until,
  }),
  ...NETWORK_FLAGS,
};

export const zapList = command({
  examples: [
    {
      line: 'nost zap list nevent1…',
      about: 'each receipt: whether it is valid, how much, from whom; then the sum',
    },
    {
      line: 'nost zap list npub1… --since 7d | tail -1 | jq .total_msat',
      about: 'what somebody got in a week',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'io', 'timeout'],
  flags: FLAGS,
  args: [
    {
      spelling: '<who>',
      description: 'npub, nprofile, hex, name@domain or an account of yours; or note, nevent, naddr',
    },
  ],
  layout: 'rows',
  run,
});

async function run(context: Context, { args, flags }: Invocation<FlagsOf<typeof FLAGS>>): Promise<void> {
  refuseRelays(args);
  const [who] = args;
  if (args.length !== 1 || who === undefined)
    throw new UsageError('name one event or person', {
      code: 'bad_arguments',
      hint: 'nost zap list nevent1…',
    });
  await listZaps(context, parseWho(who), flags).catch(error => {
    throw toldOfWho(who, error);
  });
}

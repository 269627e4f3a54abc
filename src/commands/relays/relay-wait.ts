// `nost relay-wait`: ends when each relay answers a REQ, for scripts that start one and then use it.
import type { Context } from '../../context.ts';
import { duration, type FlagsOf, flags, off } from '../../flags/flag.ts';
import { NETWORK_FLAGS, RELAY_ARGUMENT } from '../../flags/network-flags.ts';
import { waitForRelays } from '../../run/relay-checks/waiting.ts';
import { chooseRelays, connectionOptions } from '../../run/relays.ts';
import { command, type Invocation } from '../command.ts';

const { retry: _, timeout: __, ...NETWORK } = NETWORK_FLAGS;

const FLAGS = {
  ...flags('Flags', {
    timeout: duration('--timeout <duration>', 'how long to wait for all of them', {
      default: '30s',
      variable: 'NOST_TIMEOUT',
    }),
    retry: off('--no-retry', 'try each relay once'),
  }),
  ...NETWORK,
};

type RelayWaitFlags = FlagsOf<typeof FLAGS>;

export const relayWait = command({
  examples: [
    { line: 'nost relay-wait ws://localhost:7447 && npm test', about: 'in CI, after a relay was started' },
    {
      line: 'nost relay-wait --timeout 2m wss://a.example wss://b.example',
      about: 'until both answer, two minutes at most',
    },
    { line: 'nost relay-wait --no-retry wss://relay.example', about: 'whether it answers now' },
  ],
  exits: ['refused', 'partial', 'unreachable', 'io', 'timeout'],
  often: ['timeout', 'retry'],
  flags: FLAGS,
  args: [RELAY_ARGUMENT],
  layout: 'rows',
  run,
});

async function run(context: Context, { args, flags }: Invocation<RelayWaitFlags>): Promise<void> {
  const relays = await chooseRelays(args, context, flags);
  const connection = await connectionOptions(flags, context);
  await waitForRelays(relays, { retry: flags.retry, connection }, context);
}

// `nost relay-ping`: how long relays take to be reached, to answer, and to pass an event on.
import type { Context } from '../../context.ts';
import { duration, type FlagsOf, flags, on, value } from '../../flags/flag.ts';
import { PROBE_KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS, RELAY_ARGUMENT } from '../../flags/network-flags.ts';
import { wholeNumber } from '../../flags/values.ts';
import { pingRelays } from '../../run/relay-checks/pinging.ts';
import { openProbeKey } from '../../run/relay-checks/probe-key.ts';
import { chooseRelays, connectionOptions } from '../../run/relays.ts';
import { command, type Invocation } from '../command.ts';

const { retry: _, ...NETWORK } = NETWORK_FLAGS;

const FLAGS = {
  ...flags('Flags', {
    count: value('-c, --count <n>', 'pings to each relay; 0: until Ctrl-C', wholeNumber(0), { default: 4 }),
    interval: duration('--interval <duration>', 'from one ping to the next', { default: '1s' }),
    json: on('--json', 'print one JSON object per line (always on)'),
  }),
  ...PROBE_KEY_FLAGS,
  ...NETWORK,
};

type RelayPingFlags = FlagsOf<typeof FLAGS>;

export const relayPing = command({
  examples: [
    { line: 'nost relay-ping --pretty wss://a.example wss://b.example', about: 'a table and a histogram' },
    {
      line: 'nost relay-ping wss://relay.example | jq \'select(.type == "summary").ms.req.p50\'',
      about: 'the usual time from REQ to EOSE, in milliseconds',
    },
    {
      line: 'nost relay-ping -c 0 --throwaway wss://relay.example',
      about: 'until Ctrl-C, and publish an ephemeral event each time: OK and delivery',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  args: [RELAY_ARGUMENT],
  layout: 'pings',
  run,
});

const AUTH_HINT = 'A key for it: --as ACCOUNT, --sec-file FILE, or --throwaway for a new one.';

async function run(context: Context, { args, flags }: Invocation<RelayPingFlags>): Promise<void> {
  const relays = await chooseRelays(args, context, flags);
  const key = await openProbeKey(flags, context);
  try {
    const connection = await connectionOptions(flags, context, key?.authenticate);
    const now = () => Math.floor(context.now() / 1000);
    const { count, interval } = flags;
    const authHint = key ? undefined : AUTH_HINT;
    await pingRelays(
      relays,
      { count, interval, authHint, ping: { connection, signer: key?.signer, now } },
      context,
    );
  } finally {
    key?.close();
  }
}

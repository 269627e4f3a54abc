// `nost relay-check`: one verdict on the health of a relay, for people, scripts and monitoring systems.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { buildFilters, FILTER_FLAGS, filterClaimsStdin } from '../../flags/filter-flags.ts';
import { choice, duration, type FlagsOf, flags, value } from '../../flags/flag.ts';
import { PROBE_KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS, RELAY_ARGUMENT } from '../../flags/network-flags.ts';
import type { Filter } from '../../protocol/filter.ts';
import { parseDuration } from '../../protocol/time.ts';
import { inputOf } from '../../run/lookup/names.ts';
import { shownFilters } from '../../run/network/shown-filters.ts';
import { checkRelays } from '../../run/relay-checks/checking.ts';
import { openProbeKey } from '../../run/relay-checks/probe-key.ts';
import { CHECK_FORMATS } from '../../run/relay-checks/verdict-formats.ts';
import { chooseRelays, connectionOptions } from '../../run/relays.ts';
import { openVerifier } from '../../run/verification.ts';
import { command, type Invocation } from '../command.ts';

const { retry: _, ...NETWORK } = NETWORK_FLAGS;
const { limit: __, ...WHICH_EVENTS } = FILTER_FLAGS;

const DAY_MS = 86_400_000;

const FLAGS = {
  ...flags('Check', {
    warn: duration('--warn <duration>', 'warning when an answer takes longer', { default: '1s' }),
    crit: duration('--crit <duration>', 'critical when an answer takes longer', { default: '5s' }),
    certWarn: value('--cert-warn <duration>', 'warning when the certificate ends sooner', parseDuration, {
      default: 14 * DAY_MS,
      shownDefault: '14d',
    }),
    certCrit: value('--cert-crit <duration>', 'critical when it ends sooner', parseDuration, {
      default: 3 * DAY_MS,
      shownDefault: '3d',
    }),
    fresh: value('--fresh <duration>', 'critical when the newest event is older', parseDuration),
    format: choice('--format <format>', 'how the verdict is written', CHECK_FORMATS, { default: 'text' }),
  }),
  ...WHICH_EVENTS,
  ...PROBE_KEY_FLAGS,
  ...NETWORK,
};

type RelayCheckFlags = FlagsOf<typeof FLAGS>;

export const relayCheck = command({
  examples: [
    { line: 'nost relay-check wss://relay.example', about: 'answer, certificate and AUTH of a relay' },
    {
      line: 'nost relay-check --fresh 10m -k note wss://relay.example',
      about: 'and whether a note came in the last ten minutes',
    },
    {
      line: 'nost relay-check --format nagios --warn 500ms --crit 2s wss://relay.example',
      about: 'as a plugin: exit code 0, 1, 2 or 3',
    },
    {
      line: 'nost relay-check --format prometheus wss://a.example wss://b.example > relays.prom',
      about: 'for the textfile collector',
    },
  ],
  exits: ['refused', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  often: ['warn', 'crit', 'certWarn', 'certCrit', 'fresh', 'format', 'kind', 'author', 'as', 'throwaway'],
  flags: FLAGS,
  args: [RELAY_ARGUMENT],
  run,
});

const AUTH_HINT = 'A key for it: --as ACCOUNT, --sec-file FILE, or --throwaway for a new one.';

async function run(context: Context, { args, flags }: Invocation<RelayCheckFlags>): Promise<void> {
  const { warn, crit, certWarn, certCrit, fresh, format } = flags;
  if (warn > crit) throw reversed('--warn', '--crit', 'shorter');
  if (certWarn < certCrit) throw reversed('--cert-warn', '--cert-crit', 'longer');
  const relays = await chooseRelays(args, context, flags);
  const key = await openProbeKey(flags, context, filterClaimsStdin(flags));
  try {
    const filters = await filtersOf(context, flags);
    const verifier = filters && (await openVerifier(context));
    const { signal } = context.deadline;
    const connection = { ...(await connectionOptions(flags, context, key?.authenticate)), signal };
    const health = { connection, filters, verifier };
    const bounds = { warn, crit, certWarn, certCrit, fresh };
    await checkRelays(relays, { bounds, format, health, authHint: key ? undefined : AUTH_HINT }, context);
  } finally {
    key?.close();
  }
}

function reversed(warn: string, crit: string, how: string): UsageError {
  return new UsageError(`${warn} must be ${how} than ${crit}, or the same`, { code: 'bad_value' });
}

/** The newest event is looked for when a flag speaks of it. One of the future says nothing of how fresh a relay is. */
async function filtersOf(context: Context, flags: RelayCheckFlags): Promise<Filter[] | undefined> {
  const names = Object.keys(WHICH_EVENTS) as (keyof typeof WHICH_EVENTS)[];
  if (flags.fresh === undefined && names.every(name => flags[name] === undefined)) return undefined;
  const now = Math.floor(context.now() / 1000);
  const filters = shownFilters(await buildFilters(flags, inputOf(context, context.deadline.signal, flags)));
  return filters.map(filter => ({ ...filter, until: Math.min(filter.until ?? now, now), limit: 1 }));
}

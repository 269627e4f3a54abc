// `nost relay-info`: the NIP-11 document of each relay, as it is served, plus its URL.
import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import type { FailureKind } from '../../failure-codes.ts';
import { type FlagsOf, flags, on } from '../../flags/flag.ts';
import { NETWORK_FLAGS, RELAY_ARGUMENT } from '../../flags/network-flags.ts';
import { relayInformationFaults } from '../../protocol/nip11.ts';
import { Backoff } from '../../relay/link/backoff.ts';
import { fetchRelayDocument, HttpError, type HttpOptions } from '../../relay/wire/http.ts';
import { CommandEnd } from '../../run/command-end.ts';
import { chooseRelays, routeFor } from '../../run/relays.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Flags', {
    lint: on('--lint', 'print the faults of the document instead; exit 1 if there are any'),
    json: on('--json', 'print one JSON document per line (always on)'),
  }),
  ...NETWORK_FLAGS,
};

type RelayInfoFlags = FlagsOf<typeof FLAGS>;

export const relayInfo = command({
  examples: [
    { line: 'nost relay-info wss://relay.example | jq .limitation', about: 'the limits of a relay' },
    {
      line: 'nost relay-info --lint wss://relay.example',
      about: 'check the document for faults; exit 1 if there are any',
    },
  ],
  exits: ['refused', 'unreachable', 'timeout'],
  flags: FLAGS,
  args: [RELAY_ARGUMENT],
  layout: 'columns',
  run,
});

const FAILURE_OF: Record<HttpError['reason'], FailureKind> = {
  unreachable: 'unreachable',
  timeout: 'timeout',
  refused: 'refused',
  invalid: 'refused',
};

async function run(context: Context, { args, flags }: Invocation<RelayInfoFlags>): Promise<void> {
  const relays = await chooseRelays(args, context, flags);
  const { connectTimeout, relayTimeout } = flags;
  const route = await routeFor(flags, context);
  const limits = { route, connectTimeout, timeout: relayTimeout, signal: context.signal };
  const results = await Promise.all(
    relays.map(relay => show(relay, relays.length === 1, flags, limits, context)),
  );
  if (context.signal.aborted || context.stdout.readerGone.aborted) return;
  const failures = results.filter(result => result !== undefined);
  const [only] = failures;
  const code = flags.lint ? 'lint' : 'no_document';
  if (only?.error && relays.length === 1)
    throw new Failure(only.kind, `${relays[0]}: ${only.error.message}`, { code });
  const worst = worstKind(failures.map(({ kind }) => kind))!;
  if (flags.lint && failures.length > 0) throw new Failure(worst, 'not every document is in order', { code });
  if (failures.length === relays.length)
    throw new Failure(worst, 'no relay gave its NIP-11 document', { code });
}

/** What went wrong with a relay; without an error its document has faults. */
interface Fault {
  kind: FailureKind;
  error?: HttpError;
}

/** Prints one relay's line; returns what went wrong. */
async function show(
  relay: string,
  isSole: boolean,
  flags: RelayInfoFlags,
  limits: HttpOptions,
  context: Context,
): Promise<Fault | undefined> {
  try {
    const document = await fetchPatiently(relay, flags, limits, context);
    const faults = relayInformationFaults(document);
    const line = JSON.stringify(flags.lint ? { url: relay, faults } : { ...document, url: relay });
    const room = context.stdout.line(line);
    if (room) await new CommandEnd(context.deadline).cut(room);
    return flags.lint && faults.length > 0 ? { kind: 'refused' } : undefined;
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const entry = { type: 'end', relay, code: error.reason, message: error.message };
    if (!isSole || context.log.settings.format === 'json') context.log.warn(entry); // else the failure says it
    return { kind: FAILURE_OF[error.reason], error };
  }
}

/** Asks again after a failure that may pass, as often as --retry allows and while --timeout lasts. */
async function fetchPatiently(
  relay: string,
  { retry }: RelayInfoFlags,
  limits: HttpOptions,
  { log, signal, deadline }: Context,
): Promise<Record<string, unknown>> {
  const left = () => Math.max(Math.ceil(deadline.left), 1);
  const backoff = new Backoff();
  for (let attempt = 0; ; attempt++) {
    try {
      return await fetchRelayDocument(relay, { ...limits, timeout: Math.min(limits.timeout, left()) });
    } catch (error) {
      const pause = backoff.next();
      if (attempt === retry || !mayPass(error) || signal.aborted || pause >= left()) throw error;
      log.detail({ type: 'retry', relay, message: (error as Error).message });
      await wait(pause, undefined, { signal }).catch(() => {}); // the next attempt tells of an interruption
    }
  }
}

/** Too many requests, or a server or its proxy in trouble. */
const PASSING_STATUS = [429, 500, 502, 503, 504];

function mayPass(error: unknown): boolean {
  if (!(error instanceof HttpError)) return false;
  return error.reason === 'refused' ? PASSING_STATUS.includes(error.status!) : error.reason !== 'invalid';
}

// `nost relay-info`: the NIP-11 document of each relay, as it is served, plus its URL; or which of its claims are false.
import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import type { FailureKind } from '../../failure-codes.ts';
import { type FlagsOf, flags, on } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS, RELAY_ARGUMENT } from '../../flags/network-flags.ts';
import { Backoff } from '../../relay/link/clocks/backoff.ts';
import { fetchRelayDocument, HttpError, type HttpOptions } from '../../relay/wire/http.ts';
import { type CommandEnd, untilEnd } from '../../run/command-end.ts';
import type { Lint } from '../../run/conformance/lint-run.ts';
import { chooseRelays, routeFor } from '../../run/relays.ts';
import { namesKey } from '../../run/signing.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Flags', {
    lint: on('--lint', 'print instead what it claims and does not do; exit 1 for errors'),
    json: on('--json', 'print one JSON document per line (always on)'),
  }),
  ...KEY_FLAGS,
  ...flags('Key', {
    throwaway: on('--throwaway', 'let --lint publish, with keys made for it'),
  }),
  ...NETWORK_FLAGS,
};

type RelayInfoFlags = FlagsOf<typeof FLAGS>;

export const relayInfo = command({
  examples: [
    { line: 'nost relay-info wss://relay.example | jq .limitation', about: 'the limits of a relay' },
    { line: 'nost relay-info --pretty wss://a.example wss://b.example', about: 'relays side by side' },
    {
      line: 'nost relay-info --lint wss://relay.example',
      about: 'which of its claims are false, with the frames that show it; publishes nothing',
    },
    {
      line: "nost relay-info --lint --throwaway wss://relay.example | jq 'del(.evidence)'",
      about: 'the claims about events, too',
    },
  ],
  exits: ['refused', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  args: [RELAY_ARGUMENT],
  layoutFor: ({ lint }) => (lint ? 'findings' : 'columns'),
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
  refuseKeyWithoutLint(flags);
  const { connectTimeout, relayTimeout } = flags;
  const route = await routeFor(flags, context);
  const limits = { route, connectTimeout, timeout: relayTimeout, signal: context.signal };
  await untilEnd(context.deadline, 'before every relay had answered', async end => {
    const lint = flags.lint ? await openLint(context, flags, end) : undefined;
    try {
      const isSole = relays.length === 1;
      const shown = relays.map(relay => show({ relay, isSole, lint, limits, end }, flags, context));
      conclude(relays, await Promise.all(shown), flags, context, end);
    } finally {
      await lint?.close();
    }
  });
}

/** Loaded only for --lint. */
async function openLint(context: Context, flags: RelayInfoFlags, end: CommandEnd): Promise<Lint> {
  const { Lint } = await import('../../run/conformance/lint-run.ts');
  context.onEnd(context.keepMemoryLow()); // a relay may send large frames on many connections
  return new Lint(context, flags, end);
}

/** Nothing else here signs. */
function refuseKeyWithoutLint(flags: RelayInfoFlags): void {
  if (flags.lint || (!flags.throwaway && !namesKey(flags))) return;
  throw new UsageError('a key is of no use without --lint', {
    code: 'bad_value',
    hint: 'nost relay-info --lint publishes with it; the document itself needs no key.',
  });
}

function conclude(
  relays: readonly string[],
  results: readonly (Fault | undefined)[],
  flags: RelayInfoFlags,
  { signal, stdout }: Context,
  end: CommandEnd,
): void {
  if (signal.aborted || stdout.readerGone.aborted) return;
  end.check('before every relay had answered');
  const failures = results.filter(result => result !== undefined);
  const [only] = failures;
  const code = flags.lint ? 'lint' : 'no_document';
  if (only?.error && relays.length === 1)
    throw new Failure(only.kind, `${relays[0]}: ${only.error.message}`, { code });
  const worst = worstKind(failures.map(({ kind }) => kind))!;
  if (flags.lint && failures.length > 0) throw new Failure(worst, 'not every claim is true', { code });
  if (failures.length === relays.length)
    throw new Failure(worst, 'no relay gave its NIP-11 document', { code });
}

/** What went wrong with a relay; without an error it makes false claims. */
interface Fault {
  kind: FailureKind;
  error?: HttpError;
}

/** One relay, and what is asked of it. */
interface Asked {
  relay: string;
  /** It is the only one: its failure is the command's. */
  isSole: boolean;
  lint: Lint | undefined;
  limits: HttpOptions;
  end: CommandEnd;
}

/** Prints one relay's line, or lines; returns what went wrong. */
async function show(
  { relay, isSole, lint, limits, end }: Asked,
  flags: RelayInfoFlags,
  context: Context,
): Promise<Fault | undefined> {
  try {
    const document = await fetchPatiently(relay, flags, limits, context);
    if (lint) return (await lint.of(relay, document)) > 0 ? { kind: 'refused' } : undefined;
    const room = context.stdout.line(JSON.stringify({ ...document, url: relay }));
    if (room) await end.cut(room);
    return undefined;
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

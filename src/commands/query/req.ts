// `nost req`: asks relays and prints what they send as JSONL, and how each relay ended.
import type { Context } from '../../context.ts';
import { Failure, type FailureKind, UsageError } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import { buildFilters, FILTER_FLAGS, filterClaimsStdin } from '../../flags/filter-flags.ts';
import { duration, type FlagsOf, flags, off, on, text, value } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS, RELAY_ARGUMENT } from '../../flags/network-flags.ts';
import { parseRequire, requiredRelays, wholeNumber } from '../../flags/values.ts';
import { formatterFor } from '../../output/event-lines.ts';
import { parseTemplate, templateFormatter } from '../../output/template.ts';
import { endingFailure, type RelayEnding } from '../../relay/link/outcome.ts';
import { Query } from '../../relay/query/query.ts';
import { QueryProgress } from '../../run/query-progress.ts';
import { chooseRelays, connectionOptions } from '../../run/relays.ts';
import { openReport } from '../../run/report.ts';
import { CommandKey } from '../../run/signing.ts';
import { openVerifier } from '../../run/verification.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...FILTER_FLAGS,
  ...flags('Query', {
    stream: on(
      '-f, --stream',
      'keep the subscription open after the stored events; reconnect when disconnected',
    ),
    new: on('--new', 'only events from now on; implies --stream'),
    all: on('--all', "page through all stored events, past the relay's cap; --limit sets the page size"),
    maxEvents: value('-n, --max-events <n>', 'end after n events', wholeNumber(1)),
    idle: duration('--idle <duration>', 'end when no event arrives for this long'),
    require: value('--require <n|all>', 'how many relays must answer completely (default: 1)', parseRequire),
    failOnEmpty: on('--fail-on-empty', 'exit 1 if no event arrives'),
    envelope: on('--envelope', 'print {"relay","stored","received_at","event"} instead of the bare event'),
    format: value(
      '--format <template>',
      "print each event by this template instead of JSON: '%{id} %{date} %{content}'",
      parseTemplate,
      { conflicts: ['envelope'] },
    ),
    report: text('--report <file>', 'write how each relay ended, one JSON line per relay'),
    auth: on('--auth', 'authenticate to these relays when they ask (NIP-42)'),
    verify: off('--no-verify', 'do not check ids and signatures'),
    dedupe: off('--no-dedupe', 'print an event once for each relay that sends it'),
  }),
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

type ReqFlags = FlagsOf<typeof FLAGS>;

export const req = command({
  examples: [
    { line: 'nost req -k note -a npub1… -l 20 wss://relay.example', about: "someone's newest notes" },
    {
      line: 'nost req -k 1 -t t=nostr --since 2h wss://a.example wss://b.example | jq -r .content',
      about: 'two relays as one stream',
    },
    {
      line: 'nost req --stream -k reaction -e nevent1… wss://relay.example',
      about: 'reactions as they arrive',
    },
    {
      line: 'nost req --new -k note -t t=nostr wss://a.example wss://b.example | ./bot.sh',
      about: 'only new events, for days',
    },
    {
      line: 'nost req --all -a npub1… --report endings.jsonl wss://relay.example > mine.jsonl',
      about: 'all events of an author, and a report that nothing is missing',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  args: [RELAY_ARGUMENT],
  run,
});

async function run(context: Context, { args, flags }: Invocation<ReqFlags>): Promise<void> {
  if (flags.all && flags.new) {
    throw new UsageError('--all and --new cannot be combined', {
      hint: 'For all that is stored and then what comes: --all --stream.',
    });
  }
  const relays = await chooseRelays(args, context, flags);
  const required = requiredRelays(flags.require, relays.length);
  const key = new CommandKey(flags, context, filterClaimsStdin(flags));
  const filters = await buildFilters(flags, context);
  const report = flags.report === undefined ? undefined : await openReport(flags.report);
  const query = new Query({
    relays,
    filters,
    stream: flags.stream ?? flags.new ?? false,
    onlyNew: flags.new ?? false,
    retry: flags.retry,
    all: flags.all ?? false,
    dedupe: flags.dedupe,
    verifier: flags.verify ? await openVerifier(context) : undefined,
    maxEvents: flags.maxEvents ?? Number.POSITIVE_INFINITY,
    idle: flags.idle,
    connection: connectionOptions(flags, context, flags.auth ? key.authenticate : undefined),
    onReady: () => context.log.detail({ type: 'ready' }),
    onRetry: retryLog(context),
    onEnd: ending => {
      progress?.relayEnded();
      logEnding(ending, context);
      report?.write(ending);
    },
  });
  // On the same terminal the events themselves would run over it.
  const progress =
    flags.all && !context.stdout.isTerminal ? new QueryProgress(relays.length, context) : undefined;
  const printed = await print(query, flags, context, progress).finally(() => {
    progress?.end();
    return Promise.all([report?.close(), key.close()]);
  });
  if (!context.stdout.readerGone.aborted && !context.signal.aborted)
    conclude(query, printed, required, flags);
}

/** Prints every batch; returns how many events were printed. */
async function print(
  query: Query,
  { timeout, envelope, format: template }: ReqFlags,
  context: Context,
  progress: QueryProgress | undefined,
): Promise<number> {
  const stop = () => query.stop('interrupted');
  context.signal.addEventListener('abort', stop);
  context.stdout.readerGone.addEventListener('abort', stop);
  const timer = timeout === undefined ? undefined : setTimeout(() => query.stop('timeout'), timeout);
  const format = template
    ? templateFormatter(template)
    : formatterFor(envelope ? 'envelope' : 'jsonl', context.now);
  let printed = 0;
  try {
    for await (const batch of query.batches()) {
      if (context.signal.aborted) break;
      printed += batch.events.length;
      progress?.count(batch);
      const written = context.stdout.bytes(format(batch));
      if (written) await written;
    }
  } finally {
    clearTimeout(timer);
    context.signal.removeEventListener('abort', stop);
  }
  return printed;
}

/** -v tells of each attempt; one line is for everybody: a relay that is down may be why nothing comes. */
function retryLog({ log }: Context): (relay: string, reason: string, wait: number) => void {
  const known = new Set<string>();
  return (relay, reason, wait) => {
    const message = `${reason}; trying again in ${(wait / 1000).toFixed(1)} s`;
    const entry = { type: 'retry', relay, message, wait_ms: Math.round(wait) };
    if (known.has(relay)) log.detail(entry);
    else log.warn(entry);
    known.add(relay);
  };
}

/** A relay that failed, or sent what is not true, gets one line even when the exit is 0 (contract §2). */
function logEnding(ending: RelayEnding, { log }: Context): void {
  // A stream that the relay ends has failed, also when its stored events were complete.
  const failed = endingFailure(ending) !== undefined || ending.end === 'closed' || ending.end === 'refused';
  const told = ending.reason === '' ? ending.end : `${ending.end}: ${ending.reason}`;
  const dropped = ending.invalid === 0 ? '' : `; dropped as invalid: ${ending.invalid}`;
  const entry = { type: 'end', ...ending, message: told + dropped };
  if (failed || ending.invalid > 0) log.warn(entry);
  else log.detail(entry);
}

/** Throws the failure that the endings amount to, or returns when the query did what was asked. */
function conclude(query: Query, printed: number, required: number, flags: ReqFlags): void {
  const { endings } = query;
  const wanted = flags.maxEvents !== undefined && printed >= flags.maxEvents;
  const failures = endings.map(ending => failureOf(ending, query)).filter(kind => kind !== undefined);
  const good = endings.length - failures.length;
  if (!wanted && failures.includes('partial')) throw partial('not all events could be paged');
  if (!wanted && good === 0) throw nothing(endings, worstKind(failures)!);
  if (!wanted && good < required)
    throw partial(`${good} of ${endings.length} relays answered to the end, ${required} were required`);
  if (flags.failOnEmpty && printed === 0) throw new Failure('refused', 'no event came', { code: 'empty' });
}

/** A stream that had its EOSE did what was asked when a clock ends it, though the relay may be away then. */
function failureOf(ending: RelayEnding, query: Query): FailureKind | undefined {
  const endedByClock = ending.end === 'idle' || ending.end === 'timeout';
  return endedByClock && query.hasAnswered(ending.relay) ? undefined : endingFailure(ending);
}

function partial(message: string): Failure {
  return new Failure('partial', message, {
    code: 'partial',
    hint: 'stderr and --report tell how each relay ended.',
  });
}

const SENTENCES = {
  refused: 'no relay answered the query',
  auth: 'the relay wants authentication',
  unreachable: 'no relay could be reached',
  timeout: 'no relay answered in time',
} as const;

function nothing(endings: readonly RelayEnding[], kind: Failure['kind']): Failure {
  const first = endings.find(ending => endingFailure(ending) === kind);
  const hint =
    kind === 'auth' ? 'Allow it with --auth, and name a key: --sec-file key.txt' : first?.reason || undefined;
  const sentence = SENTENCES[kind as keyof typeof SENTENCES];
  return new Failure(kind, endings.length > 1 ? `${sentence} (${endings.length} asked)` : sentence, {
    code: first?.end ?? kind,
    hint,
  });
}

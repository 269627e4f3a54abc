// `nost req`: asks relays and prints what they send as JSONL, and how each relay ended.
import { type Command, Option } from 'commander';
import type { Context } from '../../context.ts';
import { Failure, type FailureKind, UsageError } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import {
  buildFilters,
  declareFilter,
  type FilterFlags,
  filterClaimsStdin,
} from '../../flags/filter-flags.ts';
import { declareNetwork, type NetworkFlags } from '../../flags/network-flags.ts';
import {
  declareKey,
  declareRelays,
  durationOption,
  type KeyFlags,
  parsedBy,
  parseRequire,
  requiredRelays,
  wholeNumber,
} from '../../flags/options.ts';
import { formatterFor } from '../../output/event-lines.ts';
import { parseTemplate, type Template, templateFormatter } from '../../output/template.ts';
import { endingFailure, type RelayEnding } from '../../relay/link/outcome.ts';
import { Query } from '../../relay/query/query.ts';
import { QueryProgress } from '../../run/query-progress.ts';
import { chooseRelays, connectionOptions } from '../../run/relays.ts';
import { openReport } from '../../run/report.ts';
import { CommandKey } from '../../run/signing.ts';
import { openVerifier } from '../../run/verification.ts';
import type { CommandModule, Invocation } from '../command.ts';

interface ReqFlags extends FilterFlags, NetworkFlags, KeyFlags {
  stream?: boolean;
  new?: boolean;
  all?: boolean;
  maxEvents?: number;
  idle?: number;
  envelope?: boolean;
  format?: Template;
  failOnEmpty?: boolean;
  require?: number | 'all';
  report?: string;
  auth?: boolean;
  verify: boolean;
  dedupe: boolean;
}

export const req: CommandModule = {
  examples: [
    { line: 'nost req -k note -a npub1… -l 20 wss://relay.example', about: "someone's newest notes" },
    {
      line: 'nost req -k 1 -t t=nostr --since 2h wss://a.example wss://b.example | jq -r .content',
      about: 'two relays as one stream',
    },
    {
      line: 'nost req --stream -k reaction -e nevent1… wss://relay.example',
      about: 'reactions as they come',
    },
    {
      line: 'nost req --new -k note -t t=nostr wss://a.example wss://b.example | ./bot.sh',
      about: 'only what is new, for days',
    },
    {
      line: 'nost req --all -a npub1… --report endings.jsonl wss://relay.example > mine.jsonl',
      about: 'everything, with proof that it is',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  declare,
  run,
};

function declare(command: Command): void {
  declareRelays(command);
  declareFilter(command);
  const group = 'Query';
  const add = (option: Option) => command.addOption(option.helpGroup(group));
  add(new Option('-f, --stream', 'go on after the stored events, and come back after a disconnect'));
  add(new Option('--new', 'only what comes from now on; implies --stream'));
  add(new Option('--all', "page past the relay's cap; --limit is then the size of a page"));
  add(
    new Option('-n, --max-events <n>', 'end after so many events').argParser(
      parsedBy('--max-events', wholeNumber(1)),
    ),
  );
  add(durationOption('--idle', 'end when no event came for so long'));
  add(
    new Option('--require <n|all>', 'how many relays must answer to the end (default: 1)').argParser(
      parsedBy('--require', parseRequire),
    ),
  );
  add(new Option('--fail-on-empty', 'exit 1 when nothing came'));
  add(new Option('--envelope', 'print {"relay","stored","received_at","event"} instead of the bare event'));
  add(
    new Option(
      '--format <template>',
      "print '%{id} %{date} %{content}' instead of JSON, each event on a line",
    )
      .argParser(parsedBy('--format', parseTemplate))
      .conflicts('envelope'),
  );
  add(new Option('--report <file>', 'write how each relay ended, one JSON line each'));
  add(new Option('--auth', 'authenticate to these relays when they ask for it (NIP-42)'));
  add(new Option('--no-verify', 'print events without checking ids and signatures'));
  add(new Option('--no-dedupe', 'print an event once for each relay that has it'));
  declareKey(command);
  declareNetwork(command);
}

async function run(context: Context, { args, options }: Invocation): Promise<void> {
  const flags: ReqFlags = options;
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

// Runs a query for a command: asks relays, hands what they send to a sink, tells how each relay ended, and throws the
// failure that these endings amount to.
//
// A walk through `nost req -k 1 wss://a`, for newcomers:
//  1. `bin/nost.js` loads the built program; `main.ts` turns whatever is thrown into an exit code; `program.ts` finds the
//     command, `command-line.ts` parses its flags; `commands/query/req.ts` builds the filters and calls `runQuery` here.
//  2. `relay/query/query.ts` pulls from all relays, deduplicates, cuts at `-n`. It is the only one who knows of several.
//  3. `relay/query/relay-query.ts` reads one relay to its ending: one answer, all pages, or a stream. It takes its
//     connections from `relay/link/relay-link.ts`, the one loop that connects again.
//  4. `relay/query/checked.ts` checks the events of one subscription (shape, id, signature by `verify/`, filters), and
//     `verify/read-ahead.ts` keeps several batches under verification at once, in order.
//  5. `relay/link/subscription.ts` is one REQ and the queue of what it brought; `relay/link/connection.ts` matches frames
//     to requests; `relay/wire/socket.ts` is the WebSocket, whose text frames `relay/wire/text-frames.ts` finds.
// Everything above the queue of a subscription is pulled. So a slow reader of stdout stops the pulling, the queue fills,
// and the socket is paused.
import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import { worstKind } from '../exit-codes.ts';
import type { CodeOf, FailureCode, FailureKind } from '../failure-codes.ts';
import type { NetworkFlags } from '../flags/network-flags.ts';
import { requiredRelays } from '../flags/values.ts';
import { type EventFormatter, formatterFor } from '../output/event-lines.ts';
import { type Template, templateFormatter } from '../output/template.ts';
import type { Filter } from '../protocol/filter.ts';
import { type End, endingFailure, type RelayEnding } from '../relay/link/outcome.ts';
import { Query, type QueryOptions } from '../relay/query/query.ts';
import type { Batch } from '../relay/query/relay-query.ts';
import { authAdvice, type Given } from './auth-advice.ts';
import type { CommandEnd } from './command-end.ts';
import { connectionOptions, patienceFor } from './relays.ts';
import { openReport } from './report.ts';
import type { CommandKey } from './signing.ts';
import { QueryProgress } from './terminal/query-progress.ts';
import { openVerifier } from './verification.ts';

/** The flags of a query; a command that lacks one leaves it out. */
export interface QueryFlags extends NetworkFlags, Partial<Given> {
  stream?: boolean | undefined;
  new?: boolean | undefined;
  all?: boolean | undefined;
  maxEvents?: number | undefined;
  idle?: number | undefined;
  failOnEmpty?: boolean | undefined;
  require?: number | 'all' | undefined;
  report?: string | undefined;
  verify?: boolean | undefined;
  dedupe?: boolean | undefined;
}

/** What a query asks, and whom. */
export interface Question {
  relays: readonly string[];
  filters: readonly Filter[];
  /** What each relay is asked, where not all are asked the same. */
  filtersOf?: ((relay: string) => readonly Filter[]) | undefined;
  /** The relays that the user named, where others are asked, too: see `connectionOptions`. */
  named?: ReadonlySet<string> | undefined;
  /** Whether relays that the user did not name are bounded in time where all pages are read, too; a stream never is. */
  isBounded?: boolean | undefined;
  /** Signs a relay's challenge; undefined without --auth. */
  key: Pick<CommandKey, 'authenticate' | 'close'> | undefined;
  /** Relays that are authenticated to, with or without --auth, before they are asked. */
  consented?: ReadonlySet<string> | undefined;
  /** Told when a relay asks who we are, and is not told. */
  onUntold?: ((relay: string) => void) | undefined;
  /** Whether nothing more is wanted, as the sink knows it. */
  isEnough?: (() => boolean) | undefined;
  /** Prints what the sink has kept, when everything has come. */
  printRest?: (() => Promise<void> | void) | undefined;
  /** What ends it from outside. */
  end: CommandEnd;
}

/** Takes the events of a batch; where it returns a promise, that resolves when it has room for more. */
export type EventSink = (batch: Batch) => Promise<void> | void;

/** Runs a query to its end; returns how each relay ended, and tells `onEnd` as it does. Throws the failure that the endings amount to. */
export async function runQuery(
  context: Context,
  flags: QueryFlags,
  { relays, filters, filtersOf, named, isBounded, key, consented, end, ...more }: Question,
  sink: EventSink,
  onEnd: (ending: RelayEnding) => void = () => {},
): Promise<readonly RelayEnding[]> {
  const required = requiredRelays(flags.require, relays.length);
  const report = flags.report === undefined ? undefined : await openReport(flags.report, end.signal);
  const authenticate = flags.auth || consented ? key?.authenticate : undefined;
  const isStream = flags.stream ?? flags.new ?? false;
  const query = new Query({
    relays,
    filters,
    filtersOf,
    stream: isStream,
    onlyNew: flags.new ?? false,
    introduces: consented !== undefined,
    all: flags.all ?? false,
    retry: flags.retry,
    dedupe: flags.dedupe ?? true,
    maxEvents: flags.maxEvents ?? Number.POSITIVE_INFINITY,
    idle: flags.idle,
    patience: patienceFor(flags, named, isBounded),
    verifier: flags.verify === false ? undefined : await openVerifier(context),
    connection: {
      ...(await connectionOptions(flags, context, authenticate, named, consented)),
      onUntold: more.onUntold,
    },
    onReady: () => context.log.detail({ type: 'ready' }),
    ...outageLog(context),
    onEnd: ending => {
      progress?.relayEnded();
      logEnding(ending, relays.length === 1, context);
      report?.write(ending);
      onEnd(ending);
    },
  });
  // On the same terminal the events themselves would run over it.
  const progress =
    flags.all && !context.stdout.isTerminal ? new QueryProgress(relays.length, context) : undefined;
  let taken = 0;
  let checkPrinted = () => {};
  try {
    taken = await drain(query, { end, isEnough: more.isEnough }, context, sink, progress);
    await more.printRest?.();
    checkPrinted = await end.flush(context.stdout);
  } finally {
    progress?.end();
    await Promise.all([report?.close(), key?.close()]);
  }
  checkPrinted();
  if (context.stdout.isPretty && !context.stdout.readerGone.aborted) await showEndings(query, context);
  const given = consented ? { auth: true, named: consented } : { named };
  if (!isOver(context)) await conclude(query, taken, { ...flags, ...given, required }, context);
  if (taken === 0 && !isOver(context)) context.keys.noteAtTerminal('no event matched');
  return query.endings;
}

/** Of a single relay that failed everything is said already. */
async function showEndings({ endings }: Query, context: Context): Promise<void> {
  if (endings.length === 1 && endingFailure(endings[0]!) !== undefined) return;
  const { endingsTable } = await import('./terminal/endings-table.ts');
  context.log.table(await endingsTable(endings, context));
}

/** A sink that prints events to stdout: as JSONL, in envelopes, or by a template. */
export function printTo(
  context: Context,
  { envelope, format }: { envelope?: boolean | undefined; format?: Template | undefined },
): EventSink {
  const lines: EventFormatter = format
    ? templateFormatter(format)
    : formatterFor(envelope ? 'envelope' : 'jsonl', context.now);
  const { stdout } = context;
  return batch => (format ? stdout.text(lines(batch)) : stdout.bytes(lines(batch)));
}

/** Nobody waits for the result any more: a signal came, or the reader of stdout has gone. */
function isOver({ stdout, signal }: Context): boolean {
  return stdout.readerGone.aborted || signal.aborted;
}

/** Hands every batch to the sink; returns how many events that were. */
async function drain(
  query: Query,
  { end, isEnough }: Pick<Question, 'end' | 'isEnough'>,
  context: Context,
  sink: EventSink,
  progress: QueryProgress | undefined,
): Promise<number> {
  const halt = () => query.stop(end.isExpired ? 'timeout' : 'interrupted');
  const stop = () => query.stop('interrupted');
  if (end.signal.aborted) halt();
  end.signal.addEventListener('abort', halt);
  context.stdout.readerGone.addEventListener('abort', stop);
  const usual = context.keepMemoryLow();
  let taken = 0;
  try {
    for await (const batch of query.batches()) {
      if (context.signal.aborted) break;
      taken += batch.events.length;
      progress?.count(batch);
      const room = sink(batch);
      if (room) await end.cut(room); // a promise for each batch would cost a turn
      if (isEnough?.()) query.stop('limit');
      const logRoom = context.room();
      if (logRoom) await logRoom;
    }
  } finally {
    usual();
    end.signal.removeEventListener('abort', halt);
  }
  return taken;
}

/** A relay that is away may be why nothing comes: its loss and its return are told. -v tells of each attempt between. */
function outageLog({ log }: Context): Required<Pick<QueryOptions, 'onRetry' | 'onReturn'>> {
  const away = new Set<string>();
  return {
    onRetry: (relay, reason, waitMs) => {
      const message = `${reason}; trying again in ${(waitMs / 1000).toFixed(1)} s`;
      const entry = { type: 'retry', relay, message, wait_ms: Math.round(waitMs) };
      if (away.has(relay)) log.detail(entry);
      else log.warn(entry);
      away.add(relay);
    },
    onReturn: relay => {
      if (away.delete(relay)) log.note({ type: 'reconnected', relay, message: 'connected again' });
    },
  };
}

/** A relay that failed, or sent what is not true, gets one line even when the exit is 0. */
export function logEnding(ending: RelayEnding, isSole: boolean, { log }: Context): void {
  // A stream that the relay ends has failed, also when its stored events were complete.
  const failed = endingFailure(ending) !== undefined || ending.end === 'closed' || ending.end === 'refused';
  const told = ending.reason === '' ? ending.end : `${ending.end}: ${ending.reason}`;
  const dropped = ending.invalid === 0 ? '' : `; dropped as invalid: ${ending.invalid}`;
  const entry = { type: 'end', ...ending, message: told + dropped };
  if (isSole && ending.end === 'unreachable' && log.settings.format === 'text') return; // the failure says it
  if (failed || ending.invalid > 0) log.warn(entry);
  else log.detail({ ...entry, message: `done: ${told}` });
}

/** Throws the failure that the endings amount to, or returns when the query did what was asked. */
async function conclude(
  query: Query,
  taken: number,
  flags: QueryFlags & Authenticated & { required: number },
  context: Context,
): Promise<void> {
  const { required } = flags;
  const { endings } = query;
  const wanted = flags.maxEvents !== undefined && taken >= flags.maxEvents;
  const failures = endings.map(ending => failureOf(ending, query)).filter(kind => kind !== undefined);
  const good = endings.length - failures.length;
  if (!wanted && failures.includes('partial')) throw partial('not all events could be paged', 'gap');
  if (!wanted && good === 0) throw await nothing(endings, worstKind(failures)!, flags, context);
  if (!wanted && good < required)
    throw partial(`${good} of ${endings.length} relays answered to the end, ${required} were required`);
  if (flags.failOnEmpty && taken === 0) throw new Failure('refused', 'no event came', { code: 'empty' });
}

/** A stream that had its EOSE did what was asked when a clock ends it, though the relay may be away then. */
function failureOf(ending: RelayEnding, query: Query): FailureKind | undefined {
  const endedByClock = ending.end === 'idle' || ending.end === 'timeout';
  return endedByClock && query.hasAnswered(ending.relay) ? undefined : endingFailure(ending);
}

/** Some relays did their part, but not enough. */
export function partial(message: string, code: CodeOf<'partial'> = 'partial'): Failure {
  return new Failure('partial', message, {
    code,
    hint: 'stderr and --report tell how each relay ended.',
  });
}

/** As much of an ending as decides on the failure. */
type Ending = Pick<RelayEnding, 'relay' | 'end' | 'complete' | 'reason'>;

const SENTENCES = {
  refused: 'no relay answered the query',
  auth: 'the relay wants authentication',
  unreachable: 'no relay could be reached',
  timeout: 'no relay answered in time',
  partial: 'no relay sent all that it has',
} as const;

/** The ending as a code, where it is a failure. */
function codeOf(end: End | undefined): FailureCode | undefined {
  return end === 'eose' || end === 'limit' || end === 'interrupted' ? undefined : end;
}

/** Whether a command may authenticate, and to whom; without `named` to every relay. */
export interface Authenticated extends Given {
  named?: ReadonlySet<string> | undefined;
}

/** No relay did its part. */
export async function nothing(
  endings: readonly Ending[],
  kind: Failure['kind'],
  flags: Authenticated,
  context: Context,
): Promise<Failure> {
  const [only] = endings;
  if (only?.end === 'unreachable' && endings.length === 1)
    return new Failure(kind, `${only.relay}: unreachable: ${only.reason}`, { code: 'unreachable' });
  const failed = endings.filter(ending => endingFailure(ending) === kind);
  const [first] = failed;
  const wasTried = flags.auth && failed.some(({ relay }) => flags.named?.has(relay) ?? true);
  const sentence =
    kind === 'auth' && wasTried
      ? 'the relay did not accept the authentication'
      : SENTENCES[kind as keyof typeof SENTENCES];
  return new Failure(kind, endings.length > 1 ? `${sentence} (${endings.length} asked)` : sentence, {
    code: codeOf(first?.end) ?? kind,
    hint: kind === 'auth' ? await authAdvice({ ...flags, wasTried }, context, false) : undefined, // the reasons are told of each relay
  });
}

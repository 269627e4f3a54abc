// Counts for a command: asks every relay for a number (NIP-45), or reads the events and counts them. Relays hold the same
// events, so numbers are never added: they are merged where the relays give registers to merge, else left apart.
import type { Context } from '../context.ts';
import { worstKind } from '../exit-codes.ts';
import { requiredRelays } from '../flags/values.ts';
import { IdTable } from '../protocol/id-table.ts';
import { decodeHll, estimateHll, hllOffsetFor, isPlausibleHll, mergeHll, newHll } from '../protocol/nip45.ts';
import { IdKey } from '../relay/link/id-key.ts';
import { endingFailure } from '../relay/link/outcome.ts';
import { countAt, type RelayCount } from '../relay/query/relay-count.ts';
import { nothing, partial, type QueryFlags, type Question, runQuery } from './query-run.ts';
import { connectionOptions } from './relays.ts';
import { openReport } from './report.ts';

export interface CountFlags extends QueryFlags {
  exact?: boolean | undefined;
}

/** Prints what each relay counts, then what they count together. Throws the failure that the endings amount to. */
export function countEvents(context: Context, flags: CountFlags, question: Question): Promise<void> {
  return flags.exact ? countExactly(context, flags, question) : askCounts(context, flags, question);
}

async function askCounts(context: Context, flags: CountFlags, question: Question): Promise<void> {
  const { relays, filters, key, end } = question;
  const required = requiredRelays(flags.require, relays.length);
  const report = flags.report === undefined ? undefined : await openReport(flags.report, end.signal);
  const authenticate = flags.auth ? key?.authenticate : undefined;
  const connection = { ...(await connectionOptions(flags, context, authenticate)), signal: end.signal };
  const onRetry = (relay: string, reason: string, waitMs: number) =>
    context.log.detail({ type: 'retry', relay, message: reason, wait_ms: Math.round(waitMs) });
  const ask = async (relay: string) => {
    const count = await countAt(relay, { filters, retry: flags.retry, connection, onRetry });
    tell(context, count, relays.length === 1);
    report?.write({ ...endingOf(count), events: 0, invalid: 0, duplicates: 0, ms: count.ms });
    return count;
  };
  let counts: RelayCount[];
  try {
    counts = await Promise.all(relays.map(ask));
  } finally {
    await Promise.all([report?.close(), key?.close()]);
  }
  await tellMerged(context, counts, hllOffsetFor(filters) !== undefined);
  (await end.flush(context.stdout))();
  if (context.signal.aborted) return;
  end.check('before every relay had counted');
  await conclude(counts.map(endingOf), required, flags, context);
}

/** One relay's number on stdout, or on stderr why there is none; the failure says so of a sole one that is unreachable. */
function tell({ stdout, log }: Context, { relay, result, end, reason }: RelayCount, isSole: boolean): void {
  if (result)
    void stdout.line(
      JSON.stringify({ relay, count: result.count, approximate: result.approximate ?? false }),
    );
  else if (end !== 'interrupted' && !(isSole && end === 'unreachable' && log.settings.format === 'text'))
    log.warn({ type: 'end', relay, end, reason, message: reason === '' ? end : `${end}: ${reason}` });
}

/** What the relays that gave registers count together. Registers stand for authors, each counted once (NIP-45). */
async function tellMerged(
  { stdout, log }: Context,
  counts: readonly RelayCount[],
  isEligible: boolean,
): Promise<void> {
  const counted = counts.filter(({ result }) => result !== undefined);
  if (counted.length < 2) return;
  const merged = newHll();
  const relays: string[] = [];
  for (const { relay, result } of counted) {
    const registers = isEligible && result!.hll !== undefined ? decodeHll(result!.hll) : undefined;
    if (registers === undefined) continue;
    if (!isPlausibleHll(registers, result!.count)) {
      const message = `its registers stand for ${Number(estimateHll(registers).toPrecision(2))} authors, but it counts ${result!.count} events: left out of the merge`;
      log.warn({ type: 'warning', relay, message });
      continue;
    }
    mergeHll(merged, registers);
    relays.push(relay);
  }
  if (relays.length < 2) {
    const message =
      'the relays may hold the same events, so their counts are not added up; --exact reads them and counts each once';
    return log.warn({ type: 'warning', message });
  }
  await stdout.line(JSON.stringify({ merged: estimateHll(merged), approximate: true, relays }));
}

/** Reads all events and counts each once, at each relay and over all. */
async function countExactly(context: Context, flags: CountFlags, question: Question): Promise<void> {
  const { stdout } = context;
  const ids = new IdTable(1024);
  const key = new IdKey();
  const found = new Map<string, number>();
  const whole = new Set<string>();
  await runQuery(
    context,
    { ...flags, all: true, dedupe: false },
    question,
    ({ relay, events }) => {
      for (const event of events) {
        event.writeId(key.words);
        ids.add(key);
      }
      found.set(relay, (found.get(relay) ?? 0) + events.length);
    },
    ({ relay, complete }) => {
      const count = found.get(relay);
      if (count === undefined && !complete) return; // stderr tells why: none is no number
      if (complete) whole.add(relay);
      void stdout.line(JSON.stringify({ relay, count: count ?? 0, approximate: false, complete }));
    },
  ).finally(async () => {
    const relays = question.relays.filter(relay => whole.has(relay) || found.has(relay));
    if (question.relays.length < 2 || relays.length === 0 || context.signal.aborted) return;
    const complete = whole.size === question.relays.length;
    await stdout.line(JSON.stringify({ merged: ids.size, approximate: false, complete, relays }));
  });
}

type CountEnding = Pick<RelayCount, 'relay' | 'end' | 'reason'> & { complete: boolean };

function endingOf({ relay, end, reason, result }: RelayCount): CountEnding {
  return { relay, end, reason, complete: result !== undefined };
}

async function conclude(
  endings: readonly CountEnding[],
  required: number,
  flags: CountFlags,
  context: Context,
): Promise<void> {
  const failures = endings.map(endingFailure).filter(kind => kind !== undefined);
  const good = endings.filter(({ complete }) => complete).length;
  if (good === 0) throw await nothing(endings, worstKind(failures) ?? 'timeout', flags, context);
  if (good < required)
    throw partial(`${good} of ${endings.length} relays counted, ${required} were required`);
}

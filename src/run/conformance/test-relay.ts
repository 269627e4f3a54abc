// One run of conformance cases against a relay: tried, told as they end, and what the run amounts to.
import type { Case } from '../../check/case.ts';
import type { Key } from '../../check/key.ts';
import { type Format, reporterFor } from '../../check/report/formats.ts';
import type { Reporter } from '../../check/report/reporter.ts';
import { type CheckOptions, runCases, whyGone } from '../../check/run-cases.ts';
import { Summary } from '../../check/summary.ts';
import { NO_CONNECTION } from '../../check/verdict.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import { sanitizeText } from '../../output/sanitize.ts';
import { styleFor, wantsColoredData } from '../../output/style.ts';
import type { RelayInformation } from '../../protocol/nip11.ts';
import { fetchRelayInformation, HttpError } from '../../relay/wire/http.ts';
import { ConnectError } from '../../relay/wire/socket.ts';
import type { CommandEnd } from '../command-end.ts';
import { connectionOptions } from '../relays.ts';
import { fastSignature } from './fast-signature.ts';
import { fitting } from './terminal-lines.ts';

export interface TestFlags extends NetworkFlags {
  format: Format;
  /** How long the relay may be silent, in milliseconds. */
  caseTimeout: number;
  nip?: number[] | undefined;
  only?: string[] | undefined;
}

export interface TestRun {
  relay: string;
  cases: readonly Case[];
  /** The user's own key; undefined: throwaway keys. */
  author: Key | undefined;
  /** Cases that may fail, for they did so before. */
  known: ReadonlySet<string>;
  end: CommandEnd;
}

/** Cases at a time. */
const WIDTH = 8;

/** The time of a whole run: what has not begun by then is skipped, what has begun takes three silences at most. */
const RUN_MS = 28_000;

/** Tries the cases, prints how each ends. Throws the failure that the run amounts to. */
export async function testRelay(context: Context, flags: TestFlags, run: TestRun): Promise<void> {
  const reporter = await openReporter(context, flags.format);
  const print = printer(context, flags.format, run.end);
  const summary = new Summary();
  const begin = performance.now();
  const hideProgress = context.log.showProgress(() => progressOf(run, summary));
  let gone: string | undefined;
  try {
    const options = await checkOptions(context, flags, run);
    let unreached = 0;
    for await (const ended of runCases(options)) {
      const result = { ...ended, isKnown: run.known.has(ended.case.name) };
      if (summary.total === 0) await print(reporter.begin(run.relay, run.cases.length));
      summary.add(result, result.isKnown);
      if (result.message.startsWith(NO_CONNECTION)) unreached++;
      await print(reporter.result(result));
    }
    if (unreached > 0) gone = await whyGone(options);
  } catch (error) {
    if (!(error instanceof ConnectError) || run.end.signal.aborted) throw error;
    throw new Failure('unreachable', `${run.relay}: ${error.message}`);
  } finally {
    hideProgress();
  }
  if (context.signal.aborted) return;
  run.end.check('before every case had ended');
  summary.ms = Math.round(performance.now() - begin);
  await print(reporter.end(summary));
  (await run.end.flush(context.stdout))();
  if (gone !== undefined)
    context.log.warn({ type: 'failure', relay: run.relay, message: `it went away during the test: ${gone}` });
  conclude(summary, gone !== undefined);
}

/** How far the run is, and what is waited for. */
function progressOf({ relay, cases }: TestRun, { total, failed }: Summary): string {
  const parts = [`${total} of ${cases.length} cases`];
  if (failed.length > 0) parts.push(`${failed.length} failed`);
  return `${relay}: ${parts.join(', ')}, waiting for ${cases[total]?.name ?? 'the end'}`;
}

function conclude({ failed, isMostlySkipped, skipped, total }: Summary, isGone: boolean): void {
  if (failed.length > 0) {
    const what = failed.length === 1 ? 'a required case' : `${failed.length} required cases`;
    throw new Failure('refused', `${what} failed: ${failed.join(', ')}`, { code: 'case_failed' });
  }
  if (isGone)
    throw new Failure('unreachable', `${skipped} of ${total} cases were skipped: the relay went away`);
  if (!isMostlySkipped) return;
  throw new Failure('partial', `${skipped} of ${total} cases were skipped: little is proved`, {
    code: 'cases_skipped',
    hint: 'A key that may write here lets more of them be tried: --as ACCOUNT.',
  });
}

async function checkOptions(context: Context, flags: TestFlags, run: TestRun): Promise<CheckOptions> {
  const { caseTimeout } = flags;
  const socket = { ...(await connectionOptions(flags, context)), signal: run.end.signal };
  const longest = 3 * caseTimeout + 1000;
  const begin = performance.now();
  const document = await documentOf(run.relay, { ...socket, route: socket.route, timeout: caseTimeout });
  return {
    url: run.relay,
    socket,
    patience: caseTimeout,
    document,
    author: run.author,
    now: Math.floor(context.now() / 1000),
    clock: context.now,
    signId: await fastSignature(),
    cases: run.cases,
    asked: flags.only ? run.cases.map(({ nip }) => nip) : (flags.nip ?? []),
    width: WIDTH,
    limitMs: Math.max(RUN_MS - longest - (performance.now() - begin), longest),
  };
}

/** What the relay says of itself; undefined when it says nothing that can be read. */
async function documentOf(
  relay: string,
  options: Parameters<typeof fetchRelayInformation>[1],
): Promise<RelayInformation | undefined> {
  try {
    return await fetchRelayInformation(relay, options);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return undefined;
  }
}

async function openReporter(context: Context, format: Format): Promise<Reporter> {
  const { log, stdout, env } = context;
  const isColored = format === 'text' && wantsColoredData(log.settings.color, env, stdout.isTerminal);
  const safe = stdout.isTerminal ? sanitizeText : (text: string) => text.replaceAll(/[\r\n]/g, ' ');
  return reporterFor(format, { ...(await styleFor(isColored)), safe, fit: await fitting(context) });
}

/** Writes lines to stdout, no faster than they are read. */
function printer(
  { stdout, log }: Context,
  format: Format,
  end: CommandEnd,
): (lines: string[]) => Promise<void> {
  return async lines => {
    if (lines.length === 0) return;
    if (stdout.isTerminal) log.eraseProgress();
    const text = `${lines.join('\n')}\n`;
    const room =
      format === 'json'
        ? stdout.lines(lines)
        : format === 'text'
          ? stdout.raw(text)
          : stdout.text([Buffer.from(text)]);
    if (room) await end.cut(room);
  };
}

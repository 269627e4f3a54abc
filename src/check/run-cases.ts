// Tries cases on a relay, some at a time, and gives their results in the order of the list. Bounded in time whatever the
// relay does.
import { AtMost } from '../at-most.ts';
import { asksToSlowDown } from '../relay/link/outcome.ts';
import { ConnectError } from '../relay/wire/socket.ts';
import { type Case, type CaseResult, claims, type Outcome } from './case.ts';
import { Transcript } from './transcript.ts';
import { type Run, Trial } from './trial.ts';
import { NO_CONNECTION, NoAnswer, Refusal, Skip, Wrong } from './verdict.ts';
import { within } from './within.ts';

export interface CheckOptions extends Run {
  readonly cases: readonly Case[];
  /** NIPs whose cases are tried whether the relay claims them or not. */
  readonly asked: readonly number[];
  /** Cases at a time. */
  readonly width: number;
  /** Milliseconds for all of them; what has not begun by then is skipped. */
  readonly limitMs: number;
}

/** A case may take so many times as long as the relay may be silent. */
const SILENCES = 3;

/** How long the taking back of a case's events may take. */
const TAKE_BACK_MS = 1000;

/**
 * Tries the cases and yields their results in their order; ends early when the run's signal aborts. What the relay does
 * is in the results. Rejects with `ConnectError` when the relay cannot be reached at all.
 */
export async function* runCases(options: CheckOptions): AsyncGenerator<CaseResult, void> {
  const ends = performance.now() + options.limitMs;
  const isMute = await answersNothing(options);
  const atMost = new AtMost(options.width);
  const start = (tried: Case, isUnfit?: Promise<string | undefined>) =>
    atMost.run(async () => {
      const why = reasonToSkip(tried, isMute, ends, options) ?? (await isUnfit);
      return why === undefined ? tryCase(tried, options) : endedAs(tried, 'skip', why);
    });
  // The basic cases find their places first, so that no other keeps them from what it waits for.
  const basics = new Map(options.cases.filter(({ isBasic }) => isBasic).map(basic => [basic, start(basic)]));
  const isUnfit = Promise.all(basics.values()).then(unfitness);
  const results = options.cases.map(tried => basics.get(tried) ?? start(tried, isUnfit));
  const { signal } = options.socket;
  const stopped = aborted(signal);
  for (const result of results) {
    const ended = await Promise.race([result, stopped]);
    if (ended === undefined || signal.aborted) return;
    yield ended;
  }
}

/** Why no other case is worth a try: nothing can be found out of a relay that answers no REQ or no EVENT. */
function unfitness(basics: readonly CaseResult[]): string | undefined {
  const failed = basics.find(({ outcome }) => outcome === 'fail');
  return failed && `not tried: the relay fails the case ${failed.case.name}`;
}

/** Whether the relay says nothing at all to a REQ. Rejects with `ConnectError`. */
async function answersNothing(run: Run): Promise<boolean> {
  const trial = new Trial(run, new Transcript());
  try {
    const dialogue = await trial.connect();
    dialogue.send('REQ', dialogue.newSubId(), { authors: [trial.author.pubkey], limit: 1 });
    await dialogue.next('answer', parts => parts);
    return false;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return error.notice === undefined;
  } finally {
    await trial.end(0);
  }
}

/** Why a relay that was there cannot be reached any more; undefined when it can, or answers at least with HTTP. */
export async function whyGone(run: Run): Promise<string | undefined> {
  try {
    await answersNothing(run);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    return /\bHTTP \d/.test(error.message) ? undefined : error.message;
  }
}

function reasonToSkip(
  { name, nip, isBasic, onlyIfClaimed, onlyIfAsked }: Case,
  isMute: boolean,
  ends: number,
  { asked, document }: CheckOptions,
): string | undefined {
  if (isMute && !isBasic) return 'the relay does not answer at all';
  if (performance.now() > ends) return 'not tried: the relay answers too slowly';
  if (onlyIfClaimed && !claims(document, nip) && !asked.includes(nip))
    return `the relay does not claim NIP-${nip} (try it with --nip ${nip})`;
  if (onlyIfAsked && !asked.includes(nip))
    return `it has brought some relays down (try it with --only ${name})`;
  return undefined;
}

async function tryCase(tried: Case, run: CheckOptions): Promise<CaseResult> {
  const transcript = new Transcript();
  const trial = new Trial(run, transcript);
  const begin = performance.now();
  const [outcome, message] = await within(run.patience * SILENCES, tried.run(trial)).then(
    (): [Outcome, string] => ['pass', ''],
    (error: unknown) => judge(error, tried, run),
  );
  const ms = Math.round(performance.now() - begin);
  const frames = transcript.lines;
  await trial.end(TAKE_BACK_MS);
  return { case: tried, outcome, message, ms, frames };
}

/** What an error of a case says of the relay. Throws what is our own mistake. */
function judge(error: unknown, { nip }: Case, { document, asked }: CheckOptions): [Outcome, string] {
  if (error instanceof Skip || error instanceof Refusal) return ['skip', error.message];
  if (error instanceof Wrong) return ['fail', error.message];
  if (error instanceof ConnectError) return ['skip', `${NO_CONNECTION}: ${error.message}`];
  if (!(error instanceof NoAnswer)) throw error;
  if (error.notice !== undefined && asksToSlowDown(error.notice)) return ['skip', error.message];
  const isOptional = nip !== 1 && !claims(document, nip) && !asked.includes(nip);
  return isOptional
    ? ['skip', `it does not seem to know NIP-${nip}: ${error.message}`]
    : ['fail', error.message];
}

function endedAs(tried: Case, outcome: Outcome, message: string): Promise<CaseResult> {
  return Promise.resolve({ case: tried, outcome, message, ms: 0, frames: [] });
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise(resolve => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

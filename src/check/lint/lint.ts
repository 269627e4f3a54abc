// Holds what a relay says of itself against what it does. Each claim is tried by itself; what was sent and received is
// its evidence.
import { AtMost } from '../../at-most.ts';
import { relayInformationFaults } from '../../protocol/nip11.ts';
import { HttpError } from '../../relay/wire/http.ts';
import { isOwnLack } from '../../relay/wire/network-error.ts';
import { ConnectError } from '../../relay/wire/socket.ts';
import { type Case, type CaseResult, claims } from '../case.ts';
import { type CheckOptions, runCases } from '../run-cases.ts';
import { Transcript } from '../transcript.ts';
import { type Run, Trial } from '../trial.ts';
import { NoAnswer, Refusal, Skip } from '../verdict.ts';
import { within } from '../within.ts';
import { type Claim, error, type Finding, info, type Verdict } from './claim.ts';
import { HTTP_CLAIMS } from './http-claims.ts';
import { LIMIT_CLAIMS } from './limit-claims.ts';
import { NIP_CLAIMS } from './nip-claims.ts';
import { WRITE_CLAIMS } from './write-claims.ts';

export interface LintOptions extends Run {
  readonly document: NonNullable<Run['document']>;
  /** The document as it was served. */
  readonly served: unknown;
  /** Whether events may be published: with the user's key, or keys made for it. */
  readonly publishes: boolean;
  /** Of these, the cases of the claimed NIPs are tried where events may be published. */
  readonly cases: readonly Case[];
}

/** Claims that are tried at a time. */
const WIDTH = 6;

/** The time for all of it. */
const LINT_MS = 28_000;

/** Of that, what the claims may take; what has not ended by then is told so. */
const CLAIMS_MS = 12_000;

/** A claim may take so many times as long as the relay may be silent; as a case may. */
const SILENCES = 3;

/** How long the taking back of events may take. */
const TAKE_BACK_MS = 1000;

/** What is not as the document says, errors first. Rejects when the run's signal aborts. */
export async function lintRelay(options: LintOptions): Promise<Finding[]> {
  const { document, publishes, socket } = options;
  const begin = performance.now();
  const faults = relayInformationFaults(options.served).map(toFinding);
  const atMost = new AtMost(WIDTH);
  const made = ALL.filter(claim => (publishes || !claim.publishes) && claim.isMade(document));
  const found = await Promise.all(
    made.map(claim => atMost.run(() => holdClaim(claim, options, begin + CLAIMS_MS))),
  );
  const failed = publishes ? await failedNips(options, begin + LINT_MS) : [];
  socket.signal.throwIfAborted();
  const all = [...faults, ...found.filter(finding => finding !== undefined), ...failed];
  return all.sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
}

const ALL: readonly Claim[] = [...HTTP_CLAIMS, ...LIMIT_CLAIMS, ...NIP_CLAIMS, ...WRITE_CLAIMS];

const ORDER: readonly Finding['level'][] = ['error', 'warning', 'info'];

/** A field of the wrong type. */
function toFinding(fault: string): Finding {
  const [field = ''] = fault.split(' ', 1);
  return { level: 'error', field, message: fault, evidence: [] };
}

/** Holds a claim, until `ends` at most. */
async function holdClaim(claim: Claim, run: LintOptions, ends: number): Promise<Finding | undefined> {
  const left = Math.round(Math.min(run.patience * SILENCES, ends - performance.now()));
  if (left <= 0) return { ...TOO_SLOW, field: claim.field, evidence: [] };
  const transcript = new Transcript();
  const trial = new Trial(run, transcript);
  const verdict = await within(left, claim.hold(trial, run.document)).catch(judge);
  const evidence = transcript.lines;
  await trial.end(TAKE_BACK_MS);
  return verdict && { ...verdict, field: claim.field, evidence };
}

const TOO_SLOW = info('not tried: the relay answers too slowly');

/** What an error of a claim says of the relay. Throws what is our own mistake. */
function judge(failure: unknown): Verdict {
  if (failure instanceof NoAnswer) return error(failure.message);
  if (failure instanceof HttpError || failure instanceof ConnectError)
    return isOwnLack(failure.message) ? info(`not tried: ${failure.message}`) : error(failure.message);
  if (failure instanceof Skip || failure instanceof Refusal) return info(`not tried: ${failure.message}`);
  throw failure;
}

/** NIP-01 is no claim, and of NIP-11 each claim is held by itself. */
function isHeldHere(nip: number, { document }: Run): boolean {
  return nip !== 1 && nip !== 11 && claims(document, nip);
}

/** The conformance cases of the claimed NIPs that fail. */
async function failedNips(run: LintOptions, ends: number): Promise<Finding[]> {
  const longest = run.patience * SILENCES + TAKE_BACK_MS;
  const options: CheckOptions = {
    ...run,
    cases: run.cases.filter(({ nip, level }) => level === 'required' && isHeldHere(nip, run)),
    asked: [],
    width: WIDTH,
    limitMs: Math.max(ends - performance.now() - longest, 0),
  };
  const findings: Finding[] = [];
  try {
    for await (const result of runCases(options))
      if (result.outcome === 'fail') findings.push(ofCase(result));
  } catch (failure) {
    if (!(failure instanceof ConnectError)) throw failure;
    const message = `not tried: the relay is gone (${failure.message})`;
    findings.push({ ...error(message), field: 'supported_nips', evidence: [] });
  }
  return findings;
}

function ofCase({ case: { nip, title }, message, frames }: CaseResult): Finding {
  const what = `NIP-${nip} is claimed, but this is not so: it ${title} (${message})`;
  return { ...error(what), field: `supported_nips.${nip}`, evidence: frames };
}

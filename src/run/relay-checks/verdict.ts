// The verdict on a relay's health: what was measured against the bounds the user set. Pure.
import type { FailureKind } from '../../failure-codes.ts';
import { endingFailure } from '../../relay/link/outcome.ts';
import type { Health } from './health.ts';
import { rounded } from './samples.ts';

/** From good to bad, but for `unknown`: something could not be looked at. */
export type Status = 'ok' | 'warning' | 'critical' | 'unknown';

/** Milliseconds; a value beyond a bound is `warning` or `critical`. */
export interface Bounds {
  warn: number;
  crit: number;
  certWarn: number;
  certCrit: number;
  /** The age of the newest event; undefined: any will do. */
  fresh: number | undefined;
}

/** One thing that was looked at. */
export interface Finding {
  check: 'answer' | 'round_trip' | 'certificate' | 'newest_event' | 'auth';
  status: Status;
  message: string;
}

export interface Verdict {
  relay: string;
  status: Status;
  findings: readonly Finding[];
  health: Health;
  /** Days that are left of the certificate; undefined without TLS. */
  certificateDays: number | undefined;
  /** Seconds since the newest event; undefined when it was not looked for, or there is none. */
  age: number | undefined;
  /** What it stands for as a failure; undefined when it is none. */
  kind: FailureKind | undefined;
}

const DAY_S = 86_400;

/** The order in which statuses decide. */
const WORST: readonly Status[] = ['critical', 'unknown', 'warning', 'ok'];

/** The worst of some; `ok` of none. */
export function worstStatus(statuses: readonly Status[]): Status {
  return WORST.find(status => statuses.includes(status)) ?? 'ok';
}

/** Judges a relay at a time in unix seconds. */
export function judge(health: Health, bounds: Bounds, now: number): Verdict {
  const { relay, certificateEnds, newest } = health;
  const days = certificateEnds === undefined ? undefined : Math.floor((certificateEnds - now) / DAY_S);
  const age = typeof newest === 'number' ? Math.max(now - newest, 0) : undefined;
  const findings = [
    ...answerFinding(health, bounds),
    ...certificateFinding(days, bounds),
    ...freshnessFinding(health, age, bounds),
    ...authFinding(health),
  ];
  const status = worstStatus(findings.map(finding => finding.status));
  return { relay, status, findings, health, certificateDays: days, age, kind: kindOf(status, health) };
}

function answerFinding({ roundTrip, problem }: Health, { warn, crit }: Bounds): Finding[] {
  if (problem) {
    const message = problem.reason === '' ? problem.end : `${problem.end}: ${problem.reason}`;
    return [{ check: 'answer', status: 'critical', message }];
  }
  if (roundTrip === undefined) return [];
  const message = `round trip ${rounded(roundTrip)} ms`;
  return [{ check: 'round_trip', status: above(roundTrip, warn, crit), message }];
}

function above(value: number, warn: number, crit: number): Status {
  if (value > crit) return 'critical';
  return value > warn ? 'warning' : 'ok';
}

function certificateFinding(days: number | undefined, { certWarn, certCrit }: Bounds): Finding[] {
  if (days === undefined) return [];
  const left = days * DAY_S * 1000;
  const status = left < certCrit ? 'critical' : left < certWarn ? 'warning' : 'ok';
  return [{ check: 'certificate', status, message: `certificate ends in ${days} days` }];
}

function freshnessFinding({ newest, auth }: Health, age: number | undefined, { fresh }: Bounds): Finding[] {
  const check = 'newest_event';
  if (age !== undefined) {
    const isOld = fresh !== undefined && age * 1000 > fresh;
    return [{ check, status: isOld ? 'critical' : 'ok', message: `newest event ${inUnits(age)} old` }];
  }
  if (newest === null)
    return [{ check, status: fresh === undefined ? 'ok' : 'critical', message: 'no event was found' }];
  if (fresh === undefined || auth !== 'required') return [];
  return [{ check, status: 'unknown', message: 'its events are for those who authenticate' }];
}

function authFinding({ auth }: Health): Finding[] {
  if (auth === undefined || auth === 'none') return [];
  const status = auth === 'refused' ? 'critical' : 'ok';
  const messages = { required: 'wants AUTH', accepted: 'AUTH accepted', refused: 'AUTH refused' };
  return [{ check: 'auth', status, message: messages[auth] }];
}

/** The largest unit that says enough. */
function inUnits(seconds: number): string {
  for (const [unit, size] of [
    ['d', DAY_S],
    ['h', 3600],
    ['min', 60],
  ] as const)
    if (seconds >= 2 * size) return `${Math.floor(seconds / size)} ${unit}`;
  return `${seconds} s`;
}

function kindOf(status: Status, { problem, auth }: Health): FailureKind | undefined {
  if (status === 'unknown') return 'auth';
  if (status !== 'critical') return undefined;
  if (problem) return endingFailure({ ...problem, complete: false }) ?? 'timeout';
  return auth === 'refused' ? 'auth' : 'refused';
}

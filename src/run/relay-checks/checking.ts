// Examines relays side by side, prints the verdicts, and throws the failure that they amount to.
import type { Context } from '../../context.ts';
import { Failure, MonitorVerdict } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import { CommandEnd } from '../command-end.ts';
import { examine, type HealthSettings } from './health.ts';
import { type Bounds, judge, type Verdict, worstStatus } from './verdict.ts';
import { type CheckFormat, linesOf } from './verdict-formats.ts';

export interface CheckRun {
  bounds: Bounds;
  format: CheckFormat;
  health: HealthSettings;
  /** What to do about a relay that wants AUTH. */
  authHint: string | undefined;
}

/** What the exit code says to a monitoring system. */
const MONITOR_STATUS = { warning: 1, critical: 2, unknown: 3 } as const;

/** Throws `Failure` unless every relay is well, or in no more than a warning state. */
export async function checkRelays(
  relays: readonly string[],
  { bounds, format, health, authHint }: CheckRun,
  context: Context,
): Promise<void> {
  const { stdout, signal, deadline, now } = context;
  const all = await Promise.all(relays.map(relay => examine(relay, health)));
  if (signal.aborted) return;
  const verdicts = all.map(one => judge(one, bounds, Math.floor(now() / 1000)));
  const room = stdout.lines(linesOf(verdicts, format, bounds));
  if (room) await new CommandEnd(deadline).cut(room);
  const status = worstStatus(verdicts.map(verdict => verdict.status));
  if (status === 'ok' || (status === 'warning' && format !== 'nagios')) return;
  const [kind, message] = [kindOf(verdicts), sentenceOf(verdicts)];
  if (format === 'nagios') throw new MonitorVerdict(MONITOR_STATUS[status], kind, message);
  throw new Failure(kind, message, { code: 'unhealthy', hint: kind === 'auth' ? authHint : undefined });
}

/** Why relays are not well; where others are, one that does not answer is a critical state and no more. */
function kindOf(verdicts: readonly Verdict[]): 'refused' | 'auth' | 'unreachable' | 'timeout' {
  const kinds = verdicts.map(({ kind }) => kind).filter(kind => kind !== undefined);
  const kind = (worstKind(kinds) ?? 'refused') as ReturnType<typeof kindOf>;
  const isAnswered = kinds.length < verdicts.length;
  return isAnswered && (kind === 'unreachable' || kind === 'timeout') ? 'refused' : kind;
}

function sentenceOf(verdicts: readonly Verdict[]): string {
  const bad = verdicts.filter(({ status }) => status !== 'ok');
  const [{ relay, status, findings }] = bad as [Verdict];
  const reasons = findings.filter(finding => finding.status !== 'ok').map(({ message }) => message);
  const first = `${relay}: ${status}: ${reasons.join(', ')}`;
  return bad.length === 1 ? first : `${bad.length} of ${verdicts.length} relays are not ok: ${first}`;
}

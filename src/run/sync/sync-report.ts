// What became of the sides of a sync: the line for each, and the failure that they amount to.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import type { CodeOf, FailureKind } from '../../failure-codes.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import { type EndReason, endingFailure, type PublishOutcome } from '../../relay/link/outcome.ts';
import type { Side } from '../../sync/side.ts';
import type { SideFailed } from '../../sync/side-failed.ts';
import { authAdvice } from '../auth-advice.ts';
import type { CommandEnd } from '../command-end.ts';
import type { BadLines } from '../events/event-input.ts';
import { openReport, type Report } from '../report.ts';
import type { CommandKey } from '../signing.ts';
import { NotAccepted } from './not-accepted.ts';

export interface ReportFlags extends KeyFlags {
  both?: boolean | undefined;
  dryRun?: boolean | undefined;
  auth?: boolean | undefined;
  report?: string | undefined;
  /** How many FROMs must be read to the end. */
  required: number;
}

export class SyncReport {
  /** What was wrong with the lines of files. */
  badLines: readonly BadLines[] = [];
  readonly #context: Context;
  readonly #flags: ReportFlags;
  readonly #file: Report | undefined;
  readonly #start = performance.now();
  #to: Side | undefined;
  #from: readonly Side[] = [];
  readonly #done = new Set<Side>();
  readonly #problems = new Map<string, EndReason>();
  /** What still differed at the end, by side. */
  readonly #differ = new Map<Side, number>();
  readonly #lost: NotAccepted;

  private constructor(context: Context, flags: ReportFlags, file: Report | undefined) {
    this.#context = context;
    this.#flags = flags;
    this.#file = file;
    this.#lost = new NotAccepted(context.log);
  }

  /** Opens the file of --report, if there is one. Throws `UsageError` and `IoError`. */
  static async open(context: Context, flags: ReportFlags, { signal }: CommandEnd): Promise<SyncReport> {
    const { report } = flags;
    return new SyncReport(
      context,
      flags,
      report === undefined ? undefined : await openReport(report, signal),
    );
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  begin(to: Side, from: readonly Side[]): void {
    this.#to = to;
    this.#from = from;
  }

  outcome(outcome: PublishOutcome): void {
    this.#lost.add(outcome);
  }

  done(side: Side): void {
    this.#done.add(side);
  }

  failed({ side, ended }: SideFailed, from: Side): void {
    this.#done.delete(from);
    this.#problems.set(side, ended);
  }

  hasFailed({ name }: Side): boolean {
    return this.#problems.has(name);
  }

  differ(side: Side, count: number): void {
    this.#differ.set(side, count);
  }

  /** Tells of each side. */
  tell(): void {
    if (!this.#to) return;
    const { log } = this.#context;
    this.#lost.tellRest();
    const ms = Math.round(performance.now() - this.#start);
    for (const side of [...this.#from, this.#to]) {
      const { superseded, skipped, ...counts } = side.counts;
      const line = { relay: side.name, method: side.method ?? null, ...counts, ms };
      const more = { ...(skipped > 0 && { skipped }), ...(superseded > 0 && { superseded }) };
      const { end, reason } = this.#endOf(side);
      this.#file?.write({ ...line, ...more, end, complete: end === 'eose', reason });
      const entry = { type: 'sync', ...line, ...more, message: sentenceOf(side, ms) };
      if (end === 'eose' || counts.had + counts.needed > 0) log.note(entry);
      else log.detail(entry); // nothing was found out about it
      const message = reason === '' ? end : `${end}: ${reason}`;
      if (end !== 'eose' && end !== 'interrupted' && !this.#isSole(side))
        log.warn({ type: 'end', relay: side.name, end, reason, message });
    }
  }

  #endOf(side: Side): EndReason {
    const problem = this.#problems.get(side.name);
    if (problem) return problem;
    if (side.gaps.length > 0) return { end: 'gap', reason: side.gaps.join('; ') };
    const isOver = side === this.#to ? this.#done.size > 0 : this.#done.has(side);
    return isOver ? { end: 'eose', reason: '' } : { end: 'interrupted', reason: '' };
  }

  /** The failure itself says why, where this is the only thing that failed, and nothing else was read. */
  #isSole({ name }: Side): boolean {
    if (this.#context.log.settings.format === 'json' || this.#done.size > 0 || this.#accepted > 0)
      return false;
    const problem = this.#problems.size === 1 && this.#problems.get(name);
    return problem ? kindOf(problem).length > 0 : false;
  }

  /** Throws the failure that all this amounts to. */
  async conclude(key: CommandKey | undefined): Promise<void> {
    const failure = await this.#failure(key);
    const bad = this.badLines.find(({ failure }) => failure !== undefined);
    if (bad) throw bad.over(failure ?? bad.failure);
    if (failure) throw failure;
  }

  async #failure(key: CommandKey | undefined): Promise<Failure | undefined> {
    const missing = this.#flags.dryRun ? 0 : this.#missing;
    const differing = [...this.#differ.values()].reduce((a, b) => a + b, 0);
    const gaps = [this.#to!, ...this.#from].some(side => side.gaps.length > 0);
    const isEnough = this.#done.size >= this.#flags.required && !this.hasFailed(this.#to!);
    if (isEnough && missing === 0 && differing === 0 && !gaps) {
      this.#tellProof();
      return undefined;
    }
    const isPartial = this.#accepted > 0 || this.#done.size > 0;
    const kinds = [...this.#lost.kinds, ...[...this.#problems.values()].flatMap(kindOf)];
    if (this.#accepted === 0 && kinds.length > 0 && (this.#done.size === 0 || this.#lost.kinds.size > 0))
      return this.#nothing(worstKind(kinds)!, key);
    if (!isPartial && kinds.length > 0) return this.#nothing(worstKind(kinds)!, key);
    return this.#partial(missing, differing, gaps);
  }

  #tellProof(): void {
    if (this.#differ.size === 0) return;
    const message = `compared again: ${this.#flags.both ? 'nothing differs' : 'TO lacks nothing'}`;
    this.#context.log.note({ type: 'proved', message });
  }

  #partial(missing: number, differing: number, gaps: boolean): Failure {
    const hidden = [this.#to!, ...this.#from].reduce((all, { counts }) => all + counts.hidden, 0);
    const parts = [
      ...(missing > 0 ? [`${missing} ${missing === 1 ? 'event is' : 'events are'} missing at the end`] : []),
      ...(hidden > 0 && missing > 0 ? [`${Math.min(hidden, missing)} of them listed but not given`] : []),
      ...(differing > 0
        ? [`${differing} ${differing === 1 ? 'event still differs' : 'events still differ'}`]
        : []),
      ...(gaps ? ['not all events could be paged'] : []),
    ];
    const failed = `${this.#done.size} of ${this.#from.length} sides were read to the end`;
    const code: CodeOf<'partial'> = gaps && missing === 0 && differing === 0 ? 'gap' : 'partial';
    const isFast = this.#lost.wasTooFast;
    const hint = isFast ? TOO_FAST : 'stderr and --report tell of each side.';
    return new Failure('partial', parts.length > 0 ? parts.join(', ') : failed, { code, hint });
  }

  async #nothing(kind: FailureKind, key: CommandKey | undefined): Promise<Failure> {
    const [first] = [...this.#problems].filter(([, ended]) => kindOf(ended).includes(kind));
    const message = first ? `${first[0]}: ${wordsOf(first[1])}` : SENTENCES[kind as keyof typeof SENTENCES];
    const given = { ...this.#flags, wasTried: this.#flags.auth };
    const hint = kind === 'auth' ? await authAdvice(given, this.#context, key?.isInUse ?? false) : undefined;
    return new Failure(kind, message ?? 'nothing was moved', { hint });
  }

  get #accepted(): number {
    return this.#targets.reduce((all, { counts }) => all + counts.accepted, 0);
  }

  get #targets(): readonly Side[] {
    return this.#flags.both ? [this.#to!, ...this.#from] : [this.#to!];
  }

  /** What the sides that are written to lack, though they should not. */
  get #missing(): number {
    return this.#targets.reduce((all, { counts }) => {
      const { needed, accepted, skipped, superseded } = counts;
      return all + Math.max(0, needed - accepted - skipped - superseded);
    }, 0);
  }
}

const TOO_FAST =
  'A relay takes events at a slower rate: --limit-rate 10/s sends so many, --retry 5 tries those again that it left.';

const SENTENCES = {
  refused: 'no event was accepted',
  auth: 'authentication is wanted',
  unreachable: 'the relay disconnected before it answered',
  timeout: 'no answer came in time',
} as const;

function kindOf({ end }: EndReason): FailureKind[] {
  const kind = endingFailure({ end, complete: false });
  return kind === undefined ? [] : [kind];
}

function wordsOf({ end, reason }: EndReason): string {
  return reason === '' ? end : `${end}: ${reason}`;
}

/** What people are told of a side. */
function sentenceOf({ name, method, counts }: Side, ms: number): string {
  const { had, needed, sent, accepted, refused, hidden, skipped } = counts;
  const parts = [
    `had ${had}`,
    `needed ${needed}`,
    ...(sent > 0 ? [`sent ${sent}`, `accepted ${accepted}`] : []),
    ...(refused > 0 ? [`refused ${refused}`] : []),
    ...(hidden > 0 ? [`hidden ${hidden}`] : []),
    ...(skipped > 0 ? [`skipped ${skipped}`] : []),
  ];
  const way = method === undefined || name === '-' ? '' : ` (${method}, ${ms} ms)`;
  return `${parts.join(', ')}${way}`;
}

// Pings relays side by side, prints each ping and what they come to, and throws the failure that they amount to.
import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import type { FailureKind } from '../../failure-codes.ts';
import { type EndReason, endingFailure } from '../../relay/link/outcome.ts';
import { CommandEnd } from '../command-end.ts';
import { type Ping, type PingSettings, type PingTimes, pingOnce } from './ping-probe.ts';
import { type Figures, rounded, Samples } from './samples.ts';

/** The order in which times are told. */
const MEASURES = [
  'dns',
  'tcp',
  'tls',
  'proxy',
  'upgrade',
  'connect',
  'req',
  'publish',
  'delivery',
] as const satisfies readonly (keyof PingTimes)[];

export interface PingRun {
  /** Pings to each relay; 0: until a signal, or --timeout. */
  count: number;
  /** Milliseconds from one to the next. */
  interval: number;
  ping: PingSettings;
  /** Why a relay that wants AUTH does not get it. */
  authHint: string | undefined;
}

/** What the pings of one relay come to. */
class Pings {
  readonly relay: string;
  sent = 0;
  answered = 0;
  readonly kinds = new Set<FailureKind>();
  /** The last thing that went wrong. */
  problem: EndReason | undefined;
  readonly #samples = new Map<keyof PingTimes, Samples>();

  constructor(relay: string) {
    this.relay = relay;
  }

  add({ times, problem }: Ping): void {
    this.sent++;
    if (problem) {
      this.problem = problem;
      this.kinds.add(endingFailure({ ...problem, complete: false }) ?? 'timeout');
    } else this.answered++;
    for (const measure of MEASURES) {
      const ms = times[measure];
      if (ms === undefined) continue;
      const samples = this.#samples.get(measure) ?? new Samples();
      this.#samples.set(measure, samples);
      samples.add(ms);
    }
  }

  summary(): object {
    const ms: Partial<Record<keyof PingTimes, Figures>> = {};
    for (const measure of MEASURES) {
      const figures = this.#samples.get(measure)?.figures();
      if (figures) ms[measure] = figures;
    }
    const { relay, sent, answered } = this;
    const loss = sent === 0 ? 0 : rounded(1 - answered / sent);
    return { type: 'summary', relay, sent, answered, loss, ms };
  }
}

/** Pings all relays, then prints a summary of each, also when a signal or --timeout has ended it. */
export async function pingRelays(relays: readonly string[], run: PingRun, context: Context): Promise<void> {
  const { stdout, signal, deadline } = context;
  const end = new CommandEnd(deadline);
  const over = AbortSignal.any([deadline.signal, stdout.readerGone]);
  const all = relays.map(relay => new Pings(relay));
  await Promise.all(all.map(pings => pingRelay(pings, run, over, end, context)));
  if (stdout.readerGone.aborted) return;
  const room = stdout.lines(all.map(pings => JSON.stringify(pings.summary())));
  if (room && !signal.aborted) await end.cut(room);
  if (signal.aborted) return;
  conclude(all, run, end);
}

async function pingRelay(
  pings: Pings,
  { count, interval, ping: settings }: PingRun,
  over: AbortSignal,
  end: CommandEnd,
  { stdout, deadline }: Context,
): Promise<void> {
  const { relay } = pings;
  const connection = { ...settings.connection, signal: over };
  for (let seq = 1; !over.aborted; seq++) {
    const started = performance.now();
    const ping = await pingOnce(relay, { ...settings, connection });
    // What was cut short is not lost, unless it is all there is.
    if (over.aborted && ping.problem && !(deadline.hasPassed && seq === 1)) break;
    pings.add(ping);
    const room = stdout.line(JSON.stringify({ type: 'ping', relay, seq, ...told(ping) }));
    if (room) await end.cut(room);
    if (seq === count) break;
    const pause = Math.max(interval - (performance.now() - started), 0);
    await wait(pause, undefined, { signal: over }).catch(() => {});
  }
}

function told({ times, problem }: Ping): object {
  const ms: PingTimes = {};
  for (const measure of MEASURES) if (times[measure] !== undefined) ms[measure] = rounded(times[measure]);
  return { ok: !problem, ...problem, ms };
}

function conclude(all: readonly Pings[], { count, authHint }: PingRun, end: CommandEnd): void {
  const lost = all.reduce((sum, { sent, answered }) => sum + sent - answered, 0);
  const answered = all.reduce((sum, pings) => sum + pings.answered, 0);
  if (count > 0 && (answered > 0 || lost === 0)) end.check('before the last ping');
  if (lost === 0) return;
  const kinds = all.flatMap(({ kinds }) => [...kinds]);
  const kind = answered > 0 ? 'partial' : worstKind(kinds)!;
  const [first] = all.filter(({ problem }) => problem);
  const { end: what, reason } = first!.problem!;
  const why = `${first!.relay}: ${reason === '' ? what : `${what}: ${reason}`}`;
  const message =
    all.length === 1 && answered === 0 ? why : `${lost} of ${lost + answered} pings were lost: ${why}`;
  throw new Failure(kind, message, { hint: kinds.includes('auth') ? authHint : undefined });
}

// Runs a sync for a command: opens the sides, moves what differs from each FROM to TO, tells what became of each side, and
// throws the failure that this amounts to. What is moved, and how that is found out, is in sync/syncing.ts.
import { setMaxListeners } from 'node:events';
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { type FilterFlags, filterClaimsStdin } from '../../flags/filter-flags.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import { requiredRelays } from '../../flags/values.ts';
import type { Filter } from '../../protocol/filter.ts';
import { quote } from '../../protocol/quote.ts';
import type { Rate } from '../../protocol/rate.ts';
import { oncePerTurn } from '../../relay/publish/once-per-turn.ts';
import { Pace } from '../../sync/pace.ts';
import type { Shard } from '../../sync/shard.ts';
import type { Side } from '../../sync/side.ts';
import { SideFailed } from '../../sync/side-failed.ts';
import { Syncing } from '../../sync/syncing.ts';
import type { CommandEnd } from '../command-end.ts';
import { PublishState } from '../publish-state.ts';
import { CommandKey, namesKey } from '../signing.ts';
import { comparableFilters } from './comparable-filters.ts';
import { FileSide } from './file-side.ts';
import { openSides } from './open-sides.ts';
import { checkApart, type Place, type Places, placesOf } from './places.ts';
import { SyncProgress } from './sync-progress.ts';
import { SyncReport } from './sync-report.ts';
import { TargetFiles } from './target-files.ts';

export interface SyncFlags extends Omit<FilterFlags, 'search'>, KeyFlags, Omit<NetworkFlags, 'relaysFile'> {
  from?: readonly string[] | undefined;
  both?: boolean | undefined;
  method: 'auto' | 'negentropy' | 'ids' | 'scan';
  dryRun?: boolean | undefined;
  printMissing?: boolean | undefined;
  prove?: boolean | undefined;
  limitRate?: Rate | undefined;
  shard?: Shard | undefined;
  state?: string | undefined;
  require?: number | 'all' | undefined;
  report?: string | undefined;
  auth?: boolean | undefined;
}

/** Moves events between the sides that the words name. Throws the failure that the outcomes amount to. */
export async function syncEvents(
  context: Context,
  flags: SyncFlags,
  args: readonly string[],
  end: CommandEnd,
): Promise<void> {
  const places = await placesOf(args, flags.from ?? [], context);
  checkFlags(places, flags);
  if (flags.report !== undefined) await checkApart('--report', flags.report, places);
  const targets = await TargetFiles.open(flags.dryRun ? [] : targetsOf(places, flags), context);
  try {
    await syncPlaces({ context, flags, places, targets, end });
  } finally {
    await targets.close();
  }
}

async function syncPlaces(given: Given): Promise<void> {
  const { context, flags, places, end } = given;
  const required = requiredRelays(flags.require ?? 'all', places.from.length);
  const readsStdin = filterClaimsStdin(flags) || places.from.some(({ name }) => name === '-');
  const key =
    flags.auth || namesKey(flags) ? await CommandKey.open(flags, context, readsStdin, end.signal) : undefined;
  const report = await SyncReport.open(context, { ...flags, required }, end);
  try {
    const state = await openState(given);
    const comparable = await comparableFilters(flags, context, end.signal);
    await new SyncRun({ ...given, ...comparable, key, report, state }).run();
  } finally {
    await Promise.all([report.close(), key?.close()]);
  }
  (await end.flush(context.stdout))();
  if (context.signal.aborted || (context.stdout.readerGone.aborted && isForReader({ places, flags }))) return;
  end.check('before everything was moved');
  await report.conclude(key);
}

async function openState({ flags, places, end }: Given): Promise<PublishState | undefined> {
  if (flags.state === undefined) return undefined;
  const targets = targetsOf(places, flags).flatMap(({ isRelay, name }) => (isRelay ? [name] : []));
  return PublishState.open(flags.state, targets, end.signal);
}

function checkFlags({ from, to }: Places, flags: SyncFlags): void {
  const fault = (message: string) => new UsageError(message, { code: 'bad_value' });
  const stream = [...from, to].find(({ isStream }) => isStream);
  if (from.some(({ name }) => name === '-') && filterClaimsStdin(flags))
    throw new UsageError('FROM and a filter are both to be read from stdin', { code: 'two_stdins' });
  if (flags.both && stream)
    throw fault(`--both needs two sides that can be read and written, and ${nameOf(stream)} cannot`);
  if (flags.prove && stream)
    throw fault(`--prove needs two sides that can be read again, and ${nameOf(stream)} cannot`);
  if (flags.prove && flags.dryRun) throw fault('--prove and --dry-run cannot be combined');
  if (flags.printMissing && to.name === '-') throw fault('--print-missing and TO would mix on stdout');
  if (flags.method === 'scan' && (flags.dryRun || flags.printMissing))
    throw fault('--method scan compares nothing, so it knows of nothing that is missing');
  if (flags.method === 'negentropy' && ![...from, to].some(({ isRelay }) => isRelay))
    throw fault('--method negentropy is for relays');
  if (flags.state !== undefined && !targetsOf({ from, to }, flags).some(({ isRelay }) => isRelay))
    throw fault('--state is about relays that accept events; TO is none');
}

const nameOf = ({ name }: Place): string => (name === '-' ? 'a pipe' : quote(name));

/** The places that are written to. */
function targetsOf({ from, to }: Places, { both }: SyncFlags): Place[] {
  return both ? [to, ...from] : [to];
}

/** Whether all is over when the reader of stdout has gone. */
function isForReader({ places, flags }: Pick<Parts, 'places' | 'flags'>): boolean {
  return places.to.name === '-' || (flags.dryRun ?? false);
}

/** What the command line says. */
interface Given {
  context: Context;
  flags: SyncFlags;
  places: Places;
  targets: TargetFiles;
  end: CommandEnd;
}

interface Parts extends Given {
  filters: readonly Filter[];
  pageSize: number | undefined;
  key: CommandKey | undefined;
  report: SyncReport;
  state: PublishState | undefined;
}

class SyncRun {
  readonly #parts: Parts;
  readonly #sides: Side[] = [];
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #state: PublishState | undefined;
  /** In parts that each relay bears. */
  #filters: readonly Filter[] = [];
  #onExcuse: (id: string) => void = () => {};
  /** Why a file cannot be written. */
  #fault: unknown;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { end, context, state } = parts;
    this.#state = state;
    const ends = [end.signal, this.#stop.signal, ...(isForReader(parts) ? [context.stdout.readerGone] : [])];
    this.#signal = AbortSignal.any(ends);
    setMaxListeners(0, this.#signal);
  }

  /** Runs to the end, and closes everything. */
  async run(): Promise<void> {
    try {
      await this.#run();
    } finally {
      await this.#close();
    }
  }

  async #run(): Promise<void> {
    const { context, flags, report } = this.#parts;
    const [to, ...from] = await this.#openSides();
    const { shard, limitRate, method } = flags;
    const syncing = new Syncing({
      filters: this.#filters,
      both: flags.both ?? false,
      dryRun: flags.dryRun ?? false,
      scan: method === 'scan',
      skipsEmpty: (method === 'auto' || method === 'scan') && !flags.dryRun && !flags.printMissing,
      shard,
      pace: limitRate && new Pace(limitRate, this.#signal),
      now: context.now,
      keepMemoryLow: () => context.keepMemoryLow(),
      onMissing: flags.printMissing ? (id, has, lacks) => this.#print(id, has, lacks) : undefined,
    });
    this.#onExcuse = id => syncing.excuse(id);
    const progress = new SyncProgress(this.#sides, () => syncing.isCounted);
    const endProgress = context.log.showProgress(() => progress.describe());
    this.#signal.addEventListener('abort', () => void this.#close().catch(error => this.#failed(error)));
    report.begin(to!, from);
    try {
      for (const side of from) if (!(await this.#try(side, () => syncing.run(side, to!)))) break;
      if (flags.prove) await this.#prove(syncing, to!, from);
    } finally {
      endProgress();
      report.tell();
    }
    if (this.#fault !== undefined) throw this.#fault;
    report.badLines = this.#sides.flatMap(side => (side instanceof FileSide ? [side.badLines] : []));
  }

  async #close(): Promise<void> {
    this.#flushState();
    await Promise.all(this.#sides.map(side => side.close(this.#parts.end.reason)));
    const state = this.#state;
    this.#state = undefined;
    await state?.close();
  }

  async #prove(syncing: Syncing, to: Side, from: readonly Side[]): Promise<void> {
    const { report } = this.#parts;
    for (const side of from)
      if (!report.hasFailed(side) && !report.hasFailed(to))
        await this.#try(side, async () => report.differ(side, await syncing.differences(side, to)));
  }

  /** Does a part of the work; a side that fails is noted. False when nothing more can be done. */
  async #try(side: Side, work: () => Promise<void>): Promise<boolean> {
    const { report } = this.#parts;
    if (this.#signal.aborted) return false;
    try {
      await work();
      report.done(side);
      return true;
    } catch (error) {
      if (this.#signal.aborted && (error instanceof SideFailed || error === this.#signal.reason))
        return false;
      if (!(error instanceof SideFailed)) throw error;
      report.failed(error, side);
      return error.side === side.name;
    }
  }

  /** TO, and each FROM. */
  async #openSides(): Promise<Side[]> {
    const { context, places, flags, targets, filters, pageSize, key, report, end } = this.#parts;
    const state = this.#state;
    const writeState = oncePerTurn(() => this.#flushState());
    const opened = await openSides([places.to, ...places.from], {
      ...{ context, flags, filters, pageSize, key, end, signal: this.#signal },
      isTarget: place => place === places.to || (flags.both ?? false),
      targets,
      // what was compared and is missing is missing, whatever was accepted once
      isAccepted: flags.method === 'scan' && state ? (to, id) => state.has(to, id) : undefined,
      onOutcome: (outcome, instead) => {
        if (!instead) report.outcome(outcome);
        if (instead === 'newer') this.#onExcuse(outcome.id);
        if (!outcome.ok || outcome.attempts === 0 || !state) return;
        state.add(outcome.relay, outcome.id);
        writeState();
      },
    });
    this.#filters = opened.filters;
    this.#sides.push(...opened.sides);
    return opened.sides;
  }

  #flushState(): void {
    try {
      this.#state?.flush();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** A file cannot be written: all ends. */
  #failed(error: unknown): void {
    this.#fault ??= error;
    this.#stop.abort(error);
  }

  #print(id: string, has: Side, lacks: Side): Promise<void> | void {
    const { context, end } = this.#parts;
    return end.untilRoom(context.stdout.line(JSON.stringify({ id, have: has.name, need: lacks.name })));
  }
}

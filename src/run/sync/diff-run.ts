// Compares sides for a command: learns the ids of each, prints who holds what, and throws where they differ.
import { setMaxListeners } from 'node:events';
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import { type FilterFlags, filterClaimsStdin } from '../../flags/filter-flags.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import type { Filter } from '../../protocol/filter.ts';
import { type EndReason, endingFailure } from '../../relay/link/outcome.ts';
import { tellIds } from '../../sync/compare.ts';
import { Holdings, MOST_SIDES } from '../../sync/holdings.ts';
import type { Side } from '../../sync/side.ts';
import { SideFailed } from '../../sync/side-failed.ts';
import { authAdvice } from '../auth-advice.ts';
import type { CommandEnd } from '../command-end.ts';
import { CommandKey, namesKey } from '../signing.ts';
import { comparableFilters } from './comparable-filters.ts';
import { FileSide } from './file-side.ts';
import { openSides, type SideFlags } from './open-sides.ts';
import { placesToCompare } from './places.ts';

export interface DiffFlags extends Omit<FilterFlags, 'search'>, KeyFlags, SideFlags {
  ids?: boolean | undefined;
}

/** Compares the sides that the words name. Throws a failure where they differ, or where one could not be read. */
export async function diffSides(
  context: Context,
  flags: DiffFlags,
  args: readonly string[],
  end: CommandEnd,
): Promise<void> {
  const places = await placesToCompare(args, MOST_SIDES, context);
  const readsStdin = places.some(({ name }) => name === '-');
  if (readsStdin && filterClaimsStdin(flags))
    throw new UsageError('a side and a filter are both to be read from stdin', { code: 'two_stdins' });
  const claimed = readsStdin || filterClaimsStdin(flags);
  const key =
    flags.auth || namesKey(flags) ? await CommandKey.open(flags, context, claimed, end.signal) : undefined;
  const { filters: asked, pageSize } = await comparableFilters(flags, context, end.signal);
  const signal = AbortSignal.any([end.signal, context.stdout.readerGone]);
  setMaxListeners(0, signal);
  const settings = { context, flags, filters: asked, pageSize, key, signal, end, isTarget: () => false };
  const { sides, filters } = await openSides(places, settings);
  const close = () => Promise.all(sides.map(side => side.close(end.reason)));
  signal.addEventListener('abort', () => void close());
  const comparison = new Comparison(context, sides, filters, end);
  const usual = context.keepMemoryLow();
  const endProgress = context.log.showProgress(() => comparison.progress);
  try {
    await comparison.read();
    endProgress();
    if (!signal.aborted) await comparison.print(flags.ids ?? false);
  } finally {
    endProgress();
    usual();
    await Promise.all([close(), key?.close()]);
  }
  (await end.flush(context.stdout))();
  if (context.signal.aborted || context.stdout.readerGone.aborted) return;
  end.check('before every side was read');
  const failure = await comparison.failure(() =>
    authAdvice({ ...flags, wasTried: flags.auth }, context, key?.isInUse ?? false),
  );
  const bad = sides.flatMap(side =>
    side instanceof FileSide && side.badLines.failure ? [side.badLines] : [],
  );
  if (bad[0]) throw bad[0].over(failure ?? bad[0].failure);
  if (failure) throw failure;
}

class Comparison {
  readonly #context: Context;
  readonly #sides: readonly Side[];
  readonly #filters: readonly Filter[];
  readonly #holdings = new Holdings();
  readonly #problems = new Map<Side, EndReason>();
  readonly #end: CommandEnd;
  #done = 0;

  constructor(context: Context, sides: readonly Side[], filters: readonly Filter[], end: CommandEnd) {
    this.#end = end;
    this.#context = context;
    this.#sides = sides;
    this.#filters = filters;
  }

  /** Learns the ids of all sides at once. */
  async read(): Promise<void> {
    await Promise.all(this.#sides.map((side, place) => this.#readOne(side, place)));
  }

  /** A line for people, while the ids are learnt. */
  get progress(): string {
    return `diff: ${this.#holdings.size} ids, ${this.#done} of ${this.#sides.length} sides read`;
  }

  async #readOne(side: Side, place: number): Promise<void> {
    try {
      for (const filter of this.#filters) await tellIds(side, filter, ids => this.#holdings.add(place, ids));
      side.method ??= side.isRelay ? 'ids' : 'file';
      this.#done++;
      if (side.gaps.length > 0) this.#fail(side, { end: 'gap', reason: side.gaps.join('; ') });
    } catch (error) {
      if (!(error instanceof SideFailed)) throw error;
      this.#fail(side, error.ended);
    }
  }

  #fail(side: Side, ended: EndReason): void {
    this.#problems.set(side, ended);
    const { end, reason } = ended;
    if (end === 'interrupted') return;
    const message = reason === '' ? end : `${end}: ${reason}`;
    this.#context.log.warn({ type: 'end', relay: side.name, end, reason, message });
  }

  /** The places of the sides that were read as a whole. */
  get #read(): number[] {
    return this.#sides.flatMap((side, place) => (this.#problems.has(side) ? [] : [place]));
  }

  async print(ids: boolean): Promise<void> {
    const { stdout } = this.#context;
    const read = this.#read;
    if (read.length < 2) return;
    if (ids) {
      const named = (places: readonly number[]) => places.map(place => this.#sides[place]!.name);
      for (const { id, holds } of this.#holdings.differing(read)) {
        const missing = named(read.filter(place => !holds(place)));
        const room = stdout.line(JSON.stringify({ id, on: named(read.filter(holds)), missing }));
        if (room) await this.#end.cut(room);
        if (this.#end.signal.aborted) return;
      }
      return;
    }
    await stdout.lines(read.map(place => JSON.stringify(this.#lineOf(place, read)))); // at once: a table has one head
  }

  /** In a table each side has a number, and a column of its own: how many events it lacks that stand in the row. */
  #lineOf(place: number, read: readonly number[]): object {
    const { name: relay, method } = this.#sides[place]!;
    const { events, onlyHere } = this.#holdings.countsOf(place, read);
    const missing = this.#holdings.sizeAt(read) - events;
    const counts = { relay, method, events, only_here: onlyHere, missing_here: missing };
    const lackingAt = (other: number) => this.#holdings.countLacking(place, other);
    if (this.#context.stdout.isPretty) {
      const cells = read.map(other => [`not ${other + 1}`, other === place ? '' : lackingAt(other)]);
      return { side: place + 1, relay, events, only: onlyHere, missing, ...Object.fromEntries(cells) };
    }
    const others = read.filter(other => other !== place);
    return {
      ...counts,
      not_on: Object.fromEntries(others.map(other => [this.#sides[other]!.name, lackingAt(other)])),
    };
  }

  /** What this amounts to: the sides differ, or too few of them could be read. `advice` is asked for where a key is wanted. */
  async failure(advice: () => Promise<string | undefined>): Promise<Failure | undefined> {
    const read = this.#read;
    const kinds = [...this.#problems.values()].map(ended => endingFailure({ ...ended, complete: false }));
    const kind = worstKind(kinds.filter(kind => kind !== undefined));
    if (kind && read.length < 2 && kind !== 'partial')
      return new Failure(kind, 'fewer than two sides could be read', {
        hint: kind === 'auth' ? await advice() : undefined,
      });
    if (kind)
      return new Failure('partial', `${read.length} of ${this.#sides.length} sides were read as a whole`);
    const differing = this.#holdings.countDiffering(read);
    if (differing === 0) return undefined;
    const message = `${differing} of ${this.#holdings.sizeAt(read)} events are not on every side`;
    return new Failure('refused', message, { code: 'differs' });
  }
}

// Makes targets hold what sources have, for ever. Each source is followed live; once that stands, what each target lacks of
// it is found by comparing, beside what comes; and again after every outage of either. So nothing falls between, whatever
// `created_at` says.
import { setTimeout as wait } from 'node:timers/promises';
import type { Filter } from '../../protocol/filter.ts';
import { kindClass } from '../../protocol/kind.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { EndReason } from '../../relay/link/outcome.ts';
import { SideFailed } from '../side-failed.ts';
import { isForRelays } from '../syncing.ts';
import { Comparisons } from './comparisons.ts';
import { Gate, type Judge, type Origin } from './gate.ts';
import { Pair } from './pair.ts';
import { Source, type SourceOptions } from './source.ts';
import type { Compared, Target, TargetHooks } from './target.ts';

/** What each relay is asked for, by its normalised URL. */
export type Followed = ReadonlyMap<string, readonly Filter[]>;

/** How the following of a source ended. */
export interface SourceEnding extends EndReason {
  relay: string;
}

export interface MirrorOptions {
  sources: Followed;
  source: Omit<SourceOptions, 'filters'>;
  /** Makes the targets, which tell these hooks. */
  targets: (hooks: TargetHooks) => readonly Target[];
  /** A side to compare a source by. */
  compared: Compared;
  /** Decides which events go on. */
  judge?: Judge | undefined;
  /** From when on events of a source may be missing at a target, as an earlier run left it: in seconds. */
  sinceOf?: ((source: string, target: string) => number | undefined) | undefined;
  /** The pauses between two comparisons of a pair. */
  pauses?: { first: number; most: number } | undefined;
  hooks: MirrorHooks;
}

/** What is told of a mirror. */
export interface MirrorHooks extends TargetHooks {
  /** Events of a source, as they come. */
  onEvents?: (events: readonly StreamEvent[]) => void;
  onLive: (source: Source) => void;
  onLost: (source: Source, reason: string, waitMs: number) => void;
  /** It refuses for good. */
  onEnded: (source: Source, ending: EndReason) => void;
  /** It does not negotiate: told each time it was asked. */
  onRefusal: (relay: string, reason: string) => void;
  /** A comparison failed, and is tried again. */
  onFailed: (pair: Pair, error: SideFailed) => void;
  /** Nothing of the source is known to be missing at the target. */
  onWhole: (pair: Pair) => void;
}

/** Where a relay was neither lost nor back, it is compared so often, in milliseconds. */
const EVERY_MS = 60 * 60_000;

/** Milliseconds between two looks at what is still to be sent at the end. */
const LOOK_MS = 10;

export class Mirror {
  sources: readonly Source[] = [];
  readonly targets: readonly Target[];
  pairs: readonly Pair[] = [];
  readonly gate: Gate;
  readonly #options: MirrorOptions;
  readonly #comparisons: Comparisons;
  /** Kinds of ephemeral events that are asked for by number: these are passed on as they come. */
  readonly #ephemeral: ReadonlySet<number>;
  /** How the sources that are followed end. */
  readonly #following = new Set<Promise<void>>();
  readonly #endings: SourceEnding[] = [];
  #isRunning = false;
  #error: unknown;
  #closing: Promise<void> | undefined;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.gate = new Gate(options.judge);
    this.#comparisons = new Comparisons(options.compared, this.gate, options.hooks.onRefusal);
    const kinds = [...options.sources.values()].flat().flatMap(({ kinds = [] }) => kinds);
    this.#ephemeral = new Set(kinds.filter(kind => kindClass(kind) === 'ephemeral'));
    this.targets = options.targets(this.#targetHooks());
    this.follow(options.sources);
  }

  /** Follows these from now on, and no others; what is followed already, for the same filters, goes on as it is. */
  follow(followed: Followed): void {
    const kept = this.sources.filter(({ relay, filters }) => isSame(filters, followed.get(relay)));
    for (const source of this.sources) if (!kept.includes(source)) source.leave();
    const known = new Set(kept.map(({ relay }) => relay));
    const fresh = [...followed].filter(([relay]) => !known.has(relay));
    const added = fresh.map(([relay, filters]) => this.#source(relay, filters));
    this.sources = [...kept, ...added];
    const pairs = added.flatMap(source =>
      this.targets.filter(({ name }) => name !== source.relay).map(target => this.#pair(source, target)),
    );
    this.pairs = [...this.pairs.filter(({ source }) => !source.isLeft), ...pairs];
    if (this.#isRunning) for (const source of added) this.#begin(source);
  }

  /** Follows the sources until the signal aborts or each has refused for good; then their endings are returned. */
  async run(): Promise<readonly SourceEnding[]> {
    const timer = setInterval(() => this.#compareAll(), EVERY_MS);
    this.#isRunning = true;
    for (const source of this.sources) this.#begin(source);
    try {
      while (this.#following.size > 0) await Promise.all(this.#following);
      if (this.#error !== undefined && !this.#signal.aborted) throw this.#error;
      return this.#endings;
    } finally {
      this.#isRunning = false;
      clearInterval(timer);
    }
  }

  /** Sends what waits, as far as that is done within so many milliseconds, and closes everything. */
  close(reason: string, flushMs: number): Promise<void> {
    this.#closing ??= this.#close(reason, flushMs);
    return this.#closing;
  }

  async #close(reason: string, flushMs: number): Promise<void> {
    const until = performance.now() + flushMs;
    const isBusy = ({ state, queued }: Target) => state !== 'down' && queued > 0;
    while (this.targets.some(isBusy) && performance.now() < until) await wait(LOOK_MS);
    await Promise.all(this.targets.map(target => target.close(reason)));
    await Promise.all(this.pairs.map(pair => pair.settled()));
  }

  /** From when on events of a source may be missing at some target, in seconds. */
  sinceOf(source: Source): number | undefined {
    const all = this.pairs.filter(pair => pair.source === source).map(({ since }) => since);
    return all.reduce((least, since) =>
      least === undefined || since === undefined ? undefined : Math.min(least, since),
    );
  }

  /** Whether each target has what the source had when it was last compared. */
  isWhole(source: Source): boolean {
    return this.pairs.every(pair => pair.source !== source || pair.isWhole);
  }

  #begin(source: Source): void {
    const following: Promise<void> = this.#untilEnded(source).finally(() =>
      this.#following.delete(following),
    );
    this.#following.add(following);
  }

  async #untilEnded(source: Source): Promise<void> {
    const ending = await source.follow();
    if (source.isLeft) return;
    this.#endings.push({ relay: source.relay, ...ending });
    if (!this.#signal.aborted) this.#options.hooks.onEnded(source, ending);
  }

  get #signal(): AbortSignal {
    return this.#options.source.connection.signal;
  }

  #source(relay: string, filters: readonly Filter[]): Source {
    const { hooks, source: options } = this.#options;
    return new Source(
      relay,
      { ...options, filters },
      {
        onEvents: (from, events, isLate) => this.#arrived(from, events, isLate),
        onLive: from => {
          this.#comparisons.forget(relay);
          hooks.onLive(from);
          for (const pair of this.pairs) if (pair.source === from) pair.request();
        },
        onLost: (from, reason, waitMs) => {
          for (const pair of this.pairs) if (pair.source === from) pair.lose();
          hooks.onLost(from, reason, waitMs);
        },
        onFault: error => this.#fail(error),
      },
    );
  }

  #targetHooks(): TargetHooks {
    const { hooks } = this.#options;
    const again = (target: Target) => {
      for (const pair of this.pairs) if (pair.target === target) pair.request();
    };
    return {
      onDown: hooks.onDown,
      onReturn: target => {
        this.#comparisons.forget(target.name);
        hooks.onReturn(target);
        again(target);
      },
      onBehind: target => {
        for (const pair of this.pairs) if (pair.target === target) pair.lose();
        hooks.onBehind(target);
      },
      onRefused: hooks.onRefused,
      onFault: error => this.#fail(error),
    };
  }

  #pair(source: Source, target: Target): Pair {
    const { sinceOf, pauses, hooks } = this.#options;
    return new Pair(source, target, {
      compare: (pair, since) => this.#comparisons.compare(pair, since),
      since: sinceOf?.(source.relay, target.name),
      oldestHeld: () => this.gate.oldestUndecided,
      signal: this.#signal,
      pauses,
      onFailed: hooks.onFailed,
      onWhole: hooks.onWhole,
      onFault: error => this.#fail(error),
    });
  }

  /** What comes live is handed over at once; what came while it was away waits for room where a target is up. */
  async #arrived(source: Source, events: readonly StreamEvent[], isLate: boolean): Promise<void> {
    this.#options.hooks.onEvents?.(events);
    for (const target of this.targets)
      if (target.name === source.relay) for (const event of events) target.holds(event);
    const fresh = events.filter(event => this.targets.some(target => target.wants(event)));
    if (fresh.length === 0) return;
    const admitted = await this.#admitted(fresh, { relay: source.relay, isLive: !isLate });
    for (const event of admitted) {
      for (const target of this.targets) {
        if (!target.wants(event)) continue;
        if (target.isRelay && !this.#isForRelays(event)) {
          target.counts.skipped++;
          continue;
        }
        if (isLate) await roomAt(target);
        target.take(event);
      }
    }
  }

  /** At the end those that nobody decided on are none. */
  async #admitted(events: readonly StreamEvent[], origin: Origin): Promise<readonly StreamEvent[]> {
    try {
      return await this.gate.admit(events, origin);
    } catch (error) {
      if (!this.#signal.aborted) throw error;
      return [];
    }
  }

  #isForRelays(event: StreamEvent): boolean {
    return this.#ephemeral.has(event.kind) || isForRelays(event, Math.floor(Date.now() / 1000));
  }

  #compareAll(): void {
    this.#comparisons.forget();
    for (const pair of this.pairs) pair.request();
  }

  #fail(error: unknown): void {
    this.#error ??= error;
    this.#options.hooks.onFault(error);
  }
}

function isSame(filters: readonly Filter[], others: readonly Filter[] | undefined): boolean {
  return JSON.stringify(filters) === JSON.stringify(others);
}

async function roomAt(target: Target): Promise<void> {
  try {
    await target.room();
  } catch (error) {
    if (!(error instanceof SideFailed)) throw error; // it is down: the event goes into its queue, if there is room
  }
}

// Makes targets hold what sources have, for ever. Each source is followed live; once that stands, what each target lacks of
// it is found by comparing, beside what comes; and again after every outage of either. So nothing falls between, whatever
// `created_at` says.
import { setTimeout as wait } from 'node:timers/promises';
import { AtMost } from '../../at-most.ts';
import type { Filter } from '../../protocol/filter.ts';
import { kindClass } from '../../protocol/kind.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { EndReason } from '../../relay/link/outcome.ts';
import type { Side } from '../side.ts';
import { SideFailed } from '../side-failed.ts';
import { isForRelays, Syncing } from '../syncing.ts';
import { Gate, type Judge, type Origin } from './gate.ts';
import { later, narrowed } from './narrowed.ts';
import { Pair } from './pair.ts';
import { Source, type SourceOptions } from './source.ts';
import type { Compared, Target, TargetHooks } from './target.ts';
import { TargetSide } from './target-side.ts';

export interface MirrorOptions {
  /** Normalised URLs. */
  sources: readonly string[];
  filters: readonly Filter[];
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

/** Comparisons at once: each takes two connections, and memory for what differs. */
const AT_ONCE = 4;

/** Where a relay was neither lost nor back, it is compared so often, in milliseconds. */
const EVERY_MS = 60 * 60_000;

/** Milliseconds between two looks at what is still to be sent at the end. */
const LOOK_MS = 10;

export class Mirror {
  readonly sources: readonly Source[];
  readonly targets: readonly Target[];
  readonly pairs: readonly Pair[];
  readonly gate: Gate;
  readonly #options: MirrorOptions;
  readonly #turns = new AtMost(AT_ONCE);
  /** Kinds of ephemeral events that are asked for by number: these are passed on as they come. */
  readonly #ephemeral: ReadonlySet<number>;
  /** Relays that refused to negotiate since they were last back: a kill at the wrong moment looks like that, too. */
  readonly #refused = new Set<string>();
  #error: unknown;
  #closing: Promise<void> | undefined;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.gate = new Gate(options.judge);
    const kinds = options.filters.flatMap(({ kinds = [] }) => kinds);
    this.#ephemeral = new Set(kinds.filter(kind => kindClass(kind) === 'ephemeral'));
    this.targets = options.targets(this.#targetHooks());
    this.sources = options.sources.map(relay => this.#source(relay));
    this.pairs = this.sources.flatMap(source =>
      this.targets.filter(({ name }) => name !== source.relay).map(target => this.#pair(source, target)),
    );
  }

  /** Follows the sources until the signal aborts or each has refused for good; then their endings are returned. */
  async run(): Promise<readonly EndReason[]> {
    const { signal } = this.#options.source.connection;
    const timer = setInterval(() => this.#compareAll(), EVERY_MS);
    try {
      const endings = await Promise.all(this.sources.map(source => this.#follow(source)));
      if (this.#error !== undefined && !signal.aborted) throw this.#error;
      return endings;
    } finally {
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

  async #follow(source: Source): Promise<EndReason> {
    const ending = await source.follow();
    if (!this.#signal.aborted) this.#options.hooks.onEnded(source, ending);
    return ending;
  }

  get #signal(): AbortSignal {
    return this.#options.source.connection.signal;
  }

  #source(relay: string): Source {
    const { hooks, source: options, filters } = this.#options;
    return new Source(
      relay,
      { ...options, filters },
      {
        onEvents: (from, events, isLate) => this.#arrived(from, events, isLate),
        onLive: from => {
          this.#refused.delete(relay);
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
        this.#refused.delete(target.name);
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
      compare: (pair, since) => this.#turns.run(() => this.#compare(pair, since)),
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

  /** The whole is compared where that is cheap: both negotiate. Else only what is later than `since`. */
  async #compare(pair: Pair, since: number | undefined): Promise<void> {
    const filters = later(this.#options.filters, pair.target.floor ?? 0);
    const isDear = this.#refused.has(pair.source.relay) || this.#refused.has(pair.target.name);
    try {
      if (since === undefined) await this.#sync(pair, filters, false);
      else if (isDear) await this.#sync(pair, narrowed(filters, since), false);
      else await this.#sync(pair, filters, true);
    } catch (error) {
      if (!(error instanceof TooDear)) throw error;
      await this.#sync(pair, narrowed(filters, since!), false);
    }
  }

  /** Throws `SideFailed`; with `onlyIfCheap` also `TooDear`, when one of the two does not negotiate. */
  async #sync({ source, target }: Pair, filters: readonly Filter[], onlyIfCheap: boolean): Promise<void> {
    const how = (relay: string) => ({
      negotiates: !this.#refused.has(relay),
      onRefused: (refusing: string, reason: string) => {
        this.#refused.add(refusing);
        this.#options.hooks.onRefusal(refusing, reason);
        if (onlyIfCheap) throw new TooDear();
      },
    });
    const [from, side] = await Promise.all([
      this.#options.compared(source.relay, how(source.relay)),
      target.compared(how(target.name)),
    ]);
    const to = new TargetSide(target, side, event => {
      source.note(event);
      return this.gate.isOpen || this.gate.admits(event, { relay: source.relay, isLive: false });
    });
    const once = { both: false, dryRun: false, scan: false, skipsEmpty: true };
    try {
      const parts = await partsFor([from, side], filters);
      await new Syncing({ filters: parts, ...once, now: Date.now }).run(from, to);
    } finally {
      await Promise.all([from.close('compared'), to.close('compared')]);
    }
  }

  #compareAll(): void {
    this.#refused.clear();
    for (const pair of this.pairs) pair.request();
  }

  #fail(error: unknown): void {
    this.#error ??= error;
    this.#options.hooks.onFault(error);
  }
}

/** The filters in parts that each of the sides bears. */
async function partsFor(sides: readonly Side[], filters: readonly Filter[]): Promise<readonly Filter[]> {
  let parts = filters;
  for (const side of sides) parts = (await side.partsOf?.(parts)) ?? parts;
  return parts;
}

/** The whole cannot be compared for little. */
class TooDear extends Error {}

async function roomAt(target: Target): Promise<void> {
  try {
    await target.room();
  } catch (error) {
    if (!(error instanceof SideFailed)) throw error; // it is down: the event goes into its queue, if there is room
  }
}

// Brings a target what it lacks of a source: the two are compared, the whole where that is cheap.
import { AtMost } from '../../at-most.ts';
import type { Filter } from '../../protocol/filter.ts';
import type { Side } from '../side.ts';
import { Syncing } from '../syncing.ts';
import type { Gate } from './gate.ts';
import { later, narrowed } from './narrowed.ts';
import type { Pair } from './pair.ts';
import type { Compared } from './target.ts';
import { TargetSide } from './target-side.ts';

/** Comparisons at once: each takes two connections, and memory for what differs. */
const AT_ONCE = 4;

export class Comparisons {
  readonly #compared: Compared;
  readonly #gate: Gate;
  readonly #onRefusal: (relay: string, reason: string) => void;
  readonly #turns = new AtMost(AT_ONCE);
  /** Relays that refused to negotiate since they were last back: a kill at the wrong moment looks like that, too. */
  readonly #refused = new Set<string>();

  constructor(compared: Compared, gate: Gate, onRefusal: (relay: string, reason: string) => void) {
    this.#compared = compared;
    this.#gate = gate;
    this.#onRefusal = onRefusal;
  }

  /** A relay, or each, may negotiate again. */
  forget(relay?: string): void {
    if (relay === undefined) this.#refused.clear();
    else this.#refused.delete(relay);
  }

  /** The whole is compared where that is cheap: both negotiate. Else only what is later than `since`. */
  compare(pair: Pair, since: number | undefined): Promise<void> {
    return this.#turns.run(() => this.#compare(pair, since));
  }

  async #compare(pair: Pair, since: number | undefined): Promise<void> {
    const filters = later(pair.source.filters, pair.target.floor ?? 0);
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
        this.#onRefusal(refusing, reason);
        if (onlyIfCheap) throw new TooDear();
      },
    });
    const [from, side] = await Promise.all([
      this.#compared(source.relay, how(source.relay)),
      target.compared(how(target.name)),
    ]);
    const to = new TargetSide(target, side, event => {
      source.note(event);
      return this.#gate.isOpen || this.#gate.admits(event, { relay: source.relay, isLive: false });
    });
    const once = { both: false, dryRun: false, scan: false, skipsEmpty: true };
    try {
      const parts = await partsFor([from, side], filters);
      await new Syncing({ filters: parts, ...once, now: Date.now }).run(from, to);
    } finally {
      source.counts.invalid += from.invalid ?? 0;
      await Promise.all([from.close('compared'), to.close('compared')]);
    }
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

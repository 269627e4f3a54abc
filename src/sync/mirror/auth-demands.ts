// Tells targets that take nothing without authentication (NIP-42) from those that want it for some kinds of events alone.
import type { Pair } from './pair.ts';
import type { Target } from './target.ts';

/** Kinds of one target that are remembered: two say that it is not about one. */
const MOST_KINDS = 2;

export class AuthDemands {
  readonly #kinds = new Map<Target, Set<number>>();

  /** It refused an event of this kind for want of authentication. */
  note(target: Target, kind: number): void {
    const kinds = this.#kinds.get(target) ?? new Set();
    this.#kinds.set(target, kinds);
    if (kinds.size < MOST_KINDS) kinds.add(kind);
  }

  /** Whether it refused an event for that. */
  has(target: Target): boolean {
    return this.#kinds.has(target);
  }

  /** Whether it refused all that its sources hold, and other kinds are not to be expected. */
  isForAll(target: Target, pairs: readonly Pair[]): boolean {
    const { size } = this.#kinds.get(target) ?? new Set();
    if (size === 0 || target.queued > 0 || !hasTakenNone(target)) return false;
    const own = pairs.filter(pair => pair.target === target);
    return own.every(({ isWhole }) => isWhole) && (size === MOST_KINDS || kindsOf(own) === 1);
  }
}

export function hasTakenNone({ counts: { accepted, duplicates, superseded } }: Target): boolean {
  return accepted + duplicates + superseded === 0;
}

/** How many kinds are asked for. */
function kindsOf(pairs: readonly Pair[]): number {
  const filters = pairs.flatMap(({ source }) => source.filters);
  if (filters.some(({ kinds }) => kinds === undefined)) return Number.POSITIVE_INFINITY;
  return new Set(filters.flatMap(({ kinds = [] }) => kinds)).size;
}

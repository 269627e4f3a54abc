// What people at a terminal are shown while a sync is under way.
import type { Side } from '../../sync/side.ts';

/** Milliseconds after which a rate says something. */
const RATED_MS = 1000;

export class SyncProgress {
  readonly #sides: readonly Side[];
  /** Whether all that is to be sent was counted before. */
  readonly #isCounted: () => boolean;
  readonly #now: () => number;
  /** When something had been sent for the first time, and how much that was. */
  #first: { at: number; sent: number } | undefined;

  /** Milliseconds. */
  constructor(sides: readonly Side[], isCounted: () => boolean, now = () => performance.now()) {
    this.#sides = sides;
    this.#isCounted = isCounted;
    this.#now = now;
  }

  describe(): string {
    const [sent, needed, refused] = [this.#sum('sent'), this.#sum('needed'), this.#sum('refused')];
    const parts = [this.#stage(sent, needed), ...this.#rate(sent)];
    if (refused > 0) parts.push(`${refused} refused`);
    return `sync: ${parts.join(', ')}`;
  }

  #stage(sent: number, needed: number): string {
    if (this.#isCounted() && needed > 0) return `${sent} of ${needed} sent`;
    if (sent > 0) return `${sent} sent`;
    return needed > 0 ? `comparing, ${needed} missing so far` : 'comparing';
  }

  #rate(sent: number): string[] {
    if (sent === 0) return [];
    const now = this.#now();
    this.#first ??= { at: now, sent };
    const ms = now - this.#first.at;
    return ms < RATED_MS ? [] : [`${Math.round((1000 * (sent - this.#first.sent)) / ms)}/s`];
  }

  #sum(name: 'sent' | 'needed' | 'refused'): number {
    return this.#sides.reduce((all, { counts }) => all + counts[name], 0);
  }
}

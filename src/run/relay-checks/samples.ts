// Times that were measured, and what they come to. The memory is bounded: of an endless row the newest are kept for the
// percentiles.

/** The figures of one thing that was measured, in milliseconds. */
export interface Figures {
  min: number;
  avg: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Samples that the percentiles are of. */
const MOST = 100_000;

export class Samples {
  readonly #newest: number[] = [];
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  add(ms: number): void {
    this.#newest[this.#count % MOST] = ms;
    this.#count++;
    this.#sum += ms;
    this.#min = Math.min(this.#min, ms);
    this.#max = Math.max(this.#max, ms);
  }

  /** Undefined when nothing was measured. */
  figures(): Figures | undefined {
    if (this.#count === 0) return undefined;
    const sorted = Float64Array.from(this.#newest).sort();
    return {
      min: rounded(this.#min),
      avg: rounded(this.#sum / this.#count),
      p50: rounded(percentile(sorted, 50)),
      p95: rounded(percentile(sorted, 95)),
      p99: rounded(percentile(sorted, 99)),
      max: rounded(this.#max),
    };
  }
}

/** By the nearest rank: the smallest value that so many of 100 do not exceed. The values are sorted, and there is one. */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length), 1) - 1]!;
}

/** Milliseconds to the microsecond. */
export function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

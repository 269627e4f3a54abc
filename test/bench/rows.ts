// The rows of the table: what was measured, round by round, and how it is printed.
import { median } from './process.ts';

/** Measurements by the name of their row; each round adds one to each. */
export class Rows {
  readonly #values = new Map<string, number[]>();
  readonly #peaks = new Map<string, number>();

  add(name: string, value: number, peakMb = 0): void {
    this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
    this.#peaks.set(name, Math.max(this.#peaks.get(name) ?? 0, peakMb));
  }

  median(name: string): number {
    return median(this.#values.get(name) ?? [Number.NaN]);
  }

  /** The median of one row's share of another in each round: a machine that changes its speed changes both. */
  ratio(name: string, other: string): number {
    const others = this.#values.get(other) ?? [];
    return median((this.#values.get(name) ?? [Number.NaN]).map((value, round) => value / others[round]!));
  }

  peak(name: string): number {
    return this.#peaks.get(name) ?? 0;
  }
}

/** All that one run of the bench measures. */
export const rows = new Rows();

export function title(text: string): void {
  console.log(`\n${text}`);
}

/** Prints a value of a row, with the peak of its memory. */
export function line(name: string, value: number, unit: string, ...notes: string[]): void {
  const peak = rows.peak(name) > 0 ? `${rows.peak(name).toFixed(0)} MB` : '';
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  const number = value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits });
  console.log(
    `  ${name.padEnd(38)} ${number.padStart(10)} ${unit.padEnd(9)} ${peak.padStart(7)}  ${notes.join(' · ')}`,
  );
}

/** Prints the median rate of a row. */
export function rate(name: string, ...notes: string[]): void {
  line(name, rows.median(name), 'events/s', ...notes);
}

/** How a ratio stands to what was promised. */
export function ratio(text: string, value: number, wanted: number, isAtMost = false): string {
  const holds = isAtMost ? value <= wanted : value >= wanted;
  return `${text} ${value.toFixed(2)} (${isAtMost ? '≤' : '≥'} ${wanted}: ${holds ? 'yes' : 'NO'})`;
}

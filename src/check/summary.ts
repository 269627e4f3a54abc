// What came of a whole run, in numbers and names.
import type { CaseResult } from './case.ts';

export class Summary {
  passed = 0;
  skipped = 0;
  /** Informational cases that do not hold. */
  noted = 0;
  /** Required cases that failed, and that a baseline does not excuse. */
  readonly failed: string[] = [];
  /** Required cases that failed, as they did in the baseline. */
  readonly known: string[] = [];
  /** Milliseconds of the whole run. */
  ms = 0;

  add({ case: { name, level }, outcome }: CaseResult, isKnown: boolean): void {
    if (outcome === 'pass') this.passed++;
    else if (outcome === 'skip') this.skipped++;
    else if (level === 'informational') this.noted++;
    else (isKnown ? this.known : this.failed).push(name);
  }

  get total(): number {
    return this.passed + this.skipped + this.noted + this.failed.length + this.known.length;
  }

  /** Whether so little was tried that nothing is proved. */
  get isMostlySkipped(): boolean {
    return this.skipped * 2 > this.total;
  }
}

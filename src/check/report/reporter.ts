// What is told of a run, in one of several formats: the cases as they end, in their order, and the sum at the end.
import type { CaseResult } from '../case.ts';
import type { Summary } from '../summary.ts';

/** Writes a run as text; each call returns lines without their line breaks. */
export interface Reporter {
  begin(relay: string, cases: number): string[];
  result(result: CaseResult): string[];
  end(summary: Summary): string[];
}

/** How a text looks where there are colours, and where lines end; and what strangers wrote, made safe for one line. */
export interface Paint {
  safe(text: string): string;
  /** The lines of a text that has so many columns less than the terminal; a single one where there is no terminal. */
  fit(text: string, columnsBefore: number): string[];
  error(text: string): string;
  strong(text: string): string;
  dim(text: string): string;
  accent(text: string): string;
}

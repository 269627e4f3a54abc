// A run for people: a line for each case, the evidence under each required one that failed, the sum at the end.
import { type CaseResult, isFailure } from '../case.ts';
import type { Summary } from '../summary.ts';
import type { Paint, Reporter } from './reporter.ts';

/** The last frames of a failure tell most; --format json has them all. */
const SHOWN_FRAMES = 12;

const SHOWN_CHARACTERS = 240;

export class TextReporter implements Reporter {
  readonly #paint: Paint;

  constructor(paint: Paint) {
    this.#paint = paint;
  }

  begin(relay: string, cases: number): string[] {
    return [this.#paint.strong(`${relay}: ${count(cases, 'case')}`)];
  }

  result(result: CaseResult): string[] {
    const { nip, name, title } = result.case;
    const line = `${this.#word(result)}  ${`NIP-${String(nip).padStart(2, '0')}`}  ${name.padEnd(28)} ${title}`;
    if (result.outcome === 'pass') return [line];
    const why = this.#under(this.#paint.safe(result.message));
    return isFailure(result) ? [line, why, ...this.#evidence(result)] : [line, why];
  }

  end(summary: Summary): string[] {
    const { passed, failed, known, noted, skipped, ms } = summary;
    const parts = [
      `${passed} passed`,
      ...(failed.length > 0
        ? [this.#paint.error(`${failed.length} failed: ${failed.join(' ')}`)]
        : ['0 failed']),
      ...(known.length > 0 ? [`${known.length} failed as in the baseline`] : []),
      ...(noted > 0 ? [`${noted} informational do not hold`] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ];
    return [`${parts.join(' · ')} · ${(ms / 1000).toFixed(1)} s`];
  }

  #word({ outcome, case: { level } }: CaseResult): string {
    if (outcome === 'pass') return this.#paint.accent('ok  ');
    if (outcome === 'skip') return this.#paint.dim('skip');
    return level === 'required' ? this.#paint.error('FAIL') : this.#paint.strong('info');
  }

  #evidence({ case: { words }, frames }: CaseResult): string[] {
    const shown = frames.slice(-SHOWN_FRAMES);
    const left = frames.length - shown.length;
    const lines = [`the NIP: ${words}`, ...(left > 0 ? [`… ${count(left, 'frame')} before`] : []), ...shown];
    return lines.map(line => this.#under(this.#paint.dim(shorten(this.#paint.safe(line)))));
  }

  #under(text: string): string {
    return `      ${text}`;
  }
}

function shorten(line: string): string {
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS)}…`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

// A run for people: a line for each case, the evidence under each required one that failed, the sum at the end.
import { briefFrame } from '../../protocol/quote.ts';
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
    const lines = this.#beside(`${this.#word(result)}  ${caseColumns(nip, name)}`, title);
    if (result.outcome === 'pass') return lines;
    const why = this.#under(this.#paint.safe(result.message));
    return isFailure(result) ? [...lines, ...why, ...this.#evidence(result)] : [...lines, ...why];
  }

  end({ passed, failed, known, noted, skipped, ms }: Summary): string[] {
    const failures = `${failed.length} failed`;
    const parts = [
      `${passed} passed`,
      failed.length > 0 ? this.#paint.error(failures) : failures,
      ...(known.length > 0 ? [`${known.length} failed as in the baseline`] : []),
      ...(noted > 0 ? [`${noted} info`] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ];
    const legend = [...(noted > 0 ? [INFO] : []), ...(skipped > 0 ? [SKIP] : [])];
    return [
      `${parts.join(' · ')} · ${(ms / 1000).toFixed(1)} s`,
      ...legend.flatMap(text => this.#under(text).map(line => this.#paint.dim(line))),
    ];
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
    return lines.flatMap(line =>
      this.#under(shorten(this.#paint.safe(briefFrame(line)))).map(each => this.#paint.dim(each)),
    );
  }

  /** A text in the last column, which it does not leave. */
  #beside(columns: string, text: string): string[] {
    const [first = '', ...rest] = this.#paint.fit(text, TITLE_COLUMN);
    return [`${columns} ${first}`, ...rest.map(line => ' '.repeat(TITLE_COLUMN) + line)];
  }

  /** A text below a case; its further lines stand further in. */
  #under(text: string): string[] {
    const [first = '', ...rest] = this.#paint.fit(text, 8);
    return [`      ${first}`, ...rest.map(line => `        ${line}`)];
  }
}

const INFO = 'info: nothing that a NIP requires, and not so here; the run does not fail for it';
const SKIP = 'skip: could not be tried, for the reason below it';

/** Which case it is, in columns. */
function caseColumns(nip: number, name: string): string {
  return `NIP-${String(nip).padStart(2, '0')}  ${name.padEnd(28)}`;
}

/** Where the titles begin. */
const TITLE_COLUMN = 'FAIL  '.length + caseColumns(0, '').length + 1;

function shorten(line: string): string {
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS)}…`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

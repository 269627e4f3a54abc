// One JSON object for each case, and one for the sum: for jq, and for --baseline.
import type { CaseResult } from '../case.ts';
import type { Summary } from '../summary.ts';
import type { Reporter } from './reporter.ts';

export class JsonReporter implements Reporter {
  begin(): string[] {
    return [];
  }

  result({ case: { name, nip, level, title, words }, outcome, message, ms, frames }: CaseResult): string[] {
    const required = level === 'required';
    const evidence = outcome === 'fail' ? { frames } : {};
    const why = message === '' ? {} : { message };
    return [JSON.stringify({ case: name, nip, required, outcome, title, words, ...why, ms, ...evidence })];
  }

  end({ total, passed, failed, known, noted, skipped, ms }: Summary): string[] {
    return [JSON.stringify({ type: 'summary', total, passed, failed, known, noted, skipped, ms })];
  }
}

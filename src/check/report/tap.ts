// A run as TAP 14 (https://testanything.org/tap-version-14-specification.html). What is informational, or failed
// before, is a TODO: it may fail.
import { type CaseResult, excuseOf, isFailure } from '../case.ts';
import type { Reporter } from './reporter.ts';

export class TapReporter implements Reporter {
  #number = 0;

  begin(relay: string, cases: number): string[] {
    return ['TAP version 14', `# ${relay}`, `1..${cases}`];
  }

  result(result: CaseResult): string[] {
    const { case: tried, outcome, message } = result;
    const { nip, name, title } = tried;
    const ok = outcome === 'fail' ? 'not ok' : 'ok';
    const line = `${ok} ${++this.#number} - ${escaped(`nip${nip}/${name}: ${title}`)}`;
    if (outcome === 'skip') return [`${line} # SKIP ${onOneLine(message)}`];
    if (outcome === 'pass') return [line];
    return [isFailure(result) ? line : `${line} # TODO ${excuseOf(result)}`, ...diagnostics(result)];
  }

  end(): string[] {
    return [];
  }
}

function diagnostics({ case: { words }, message, frames, ms }: CaseResult): string[] {
  const list = frames.map(frame => `    - ${JSON.stringify(frame)}`);
  return [
    '  ---',
    `  message: ${JSON.stringify(message)}`,
    `  words: ${JSON.stringify(words)}`,
    `  duration_ms: ${ms}`,
    ...(list.length > 0 ? ['  frames:', ...list] : []),
    '  ...',
  ];
}

/** `#` would begin a directive. */
function escaped(text: string): string {
  return onOneLine(text).replace(/[\\#]/g, '\\$&');
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

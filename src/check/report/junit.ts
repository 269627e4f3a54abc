// A run as JUnit XML, as CI systems read it: one suite for each NIP. Written at the end, for a suite begins with its sums.
import { type CaseResult, excuseOf, isFailure } from '../case.ts';
import type { Summary } from '../summary.ts';
import type { Reporter } from './reporter.ts';

export class JunitReporter implements Reporter {
  #relay = '';
  readonly #suites = new Map<number, CaseResult[]>();

  begin(relay: string): string[] {
    this.#relay = relay;
    return [];
  }

  result(result: CaseResult): string[] {
    const { nip } = result.case;
    const suite = this.#suites.get(nip) ?? [];
    this.#suites.set(nip, [...suite, result]);
    return [];
  }

  end({ ms }: Summary): string[] {
    const results = [...this.#suites.values()].flat();
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="${xml(`nost relay-test ${this.#relay}`)}" ${sums(results)} time="${seconds(ms)}">`,
      ...[...this.#suites].flatMap(([nip, suite]) => suiteLines(nip, suite)),
      '</testsuites>',
    ];
  }
}

function suiteLines(nip: number, suite: readonly CaseResult[]): string[] {
  const ms = suite.reduce((sum, result) => sum + result.ms, 0);
  return [
    `  <testsuite name="NIP-${nip}" ${sums(suite)} time="${seconds(ms)}">`,
    ...suite.flatMap(caseLines),
    '  </testsuite>',
  ];
}

function sums(results: readonly CaseResult[]): string {
  const failures = results.filter(isFailure).length;
  const skipped = results.filter(({ outcome }) => outcome !== 'pass').length - failures;
  return `tests="${results.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
}

function caseLines(result: CaseResult): string[] {
  const { case: tried, outcome, message, ms, frames } = result;
  const { nip, name, title, words } = tried;
  const open = `    <testcase classname="nip${nip}" name="${xml(`${name}: ${title}`)}" time="${seconds(ms)}"`;
  if (outcome === 'pass') return [`${open}/>`];
  if (!isFailure(result)) {
    const why = outcome === 'skip' ? message : `${excuseOf(result)}: ${message}`;
    return [`${open}>`, `      <skipped message="${xml(why)}"/>`, '    </testcase>'];
  }
  const evidence = [`the NIP: ${words}`, ...frames].map(xml).join('\n');
  return [
    `${open}>`,
    `      <failure type="required" message="${xml(message)}">${evidence}</failure>`,
    '    </testcase>',
  ];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** XML 1.0 has no way to write most control characters and lone surrogates: they become U+FFFD. */
function xml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"\n\r\t]/g, character => ENTITIES[character]!);
}

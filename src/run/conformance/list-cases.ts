// `relay-test --list`: which cases there are, for people in columns, or as JSON.
import type { Case } from '../../check/case.ts';
import type { Format } from '../../check/report/formats.ts';
import type { Context } from '../../context.ts';
import { fitting } from './terminal-lines.ts';

/** Prints the cases; tries none. */
export async function listCases(cases: readonly Case[], format: Format, context: Context): Promise<void> {
  const { stdout } = context;
  if (format === 'json') {
    const lines = cases.map(({ name, nip, level, title, words }) =>
      JSON.stringify({ case: name, nip, required: level === 'required', title, words }),
    );
    return stdout.lines(lines);
  }
  const fit = await fitting(context);
  const lines = cases.flatMap(one => {
    const before = columnsOf(one);
    const [first = '', ...rest] = fit(one.title, before.length);
    return [before + first, ...rest.map(line => ' '.repeat(before.length) + line)];
  });
  await stdout.raw(`${lines.join('\n')}\n`);
}

function columnsOf({ nip, level, name }: Case): string {
  const word = level === 'required' ? 'required' : 'info';
  return `NIP-${String(nip).padStart(2, '0')}  ${word.padEnd(8)}  ${name.padEnd(28)} `;
}

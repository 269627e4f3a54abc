// Reports of conformance for people: where lines end on a terminal.
import type { Context } from '../../context.ts';

/** A column of text that is narrower can hardly be read. */
const LEAST_COLUMNS = 20;

/** What breaks a text that has so many columns less than the terminal; where stdout is none, a line is as long as it is. */
export async function fitting({
  stdout,
  columns,
}: Pick<Context, 'stdout' | 'columns'>): Promise<(text: string, columnsBefore: number) => string[]> {
  if (!stdout.isTerminal) return text => [text];
  const { wrap, BLANKS_AND_COMMAS } = await import('../../output/pretty/measure.ts');
  return (text, before) => wrap(text, Math.max(columns.stdout - before, LEAST_COLUMNS), BLANKS_AND_COMMAS);
}

// An earlier run, as `--format json` wrote it: what failed then may fail again.

/** Thrown when a text is no such report; the message names the line. */
export class InvalidBaseline extends Error {
  override name = 'InvalidBaseline';
}

/**
 * The names of the cases that failed.
 * @example
 * failedBefore('{"case":"eose","outcome":"fail"}\n') // → Set { 'eose' }
 */
export function failedBefore(text: string): Set<string> {
  const failed = new Set<string>();
  let cases = 0;
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const entry = parseLine(line, i + 1);
    if (entry.name === undefined) continue; // the summary
    cases++;
    if (entry.outcome === 'fail') failed.add(entry.name);
  }
  if (cases === 0) throw new InvalidBaseline('it holds no result of a case');
  return failed;
}

function parseLine(line: string, number: number): { name: string | undefined; outcome: unknown } {
  const entry = parseObject(line);
  if (!entry) throw new InvalidBaseline(`line ${number} is no result of --format json`);
  const { case: name, outcome, type } = entry;
  if (type === 'summary') return { name: undefined, outcome };
  if (typeof name !== 'string' || typeof outcome !== 'string')
    throw new InvalidBaseline(`line ${number} has no "case" and "outcome"`);
  return { name, outcome };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

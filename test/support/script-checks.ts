// What a script says about output: texts, lines, patterns, JSON fields. Each check returns nothing when it holds,
// else a sentence that says what was wanted and what was there.
import { expand, parsePattern, type Variables } from './script-syntax.ts';

/** Lines of output; the line break at the end makes no further line. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  return text.replace(/\n$/, '').split('\n');
}

/** `> …` lines: the whole output, line by line; a line `...` stands for any number of lines. */
export function checkTranscript(output: string, wanted: string, variables: Variables): string | undefined {
  const expected = linesOf(expand(wanted, variables));
  const actual = linesOf(output);
  if (matches(expected, actual)) return undefined;
  let first = 0;
  while (first < expected.length && expected[first] !== '...' && expected[first] === actual[first]) first++;
  return `line ${first + 1} of the output should be\n  ${expected[first] ?? '(no more lines)'}\nbut is\n  ${actual[first] ?? '(missing)'}`;
}

function matches(expected: string[], actual: string[]): boolean {
  if (expected.length === 0) return actual.length === 0;
  const [first, ...rest] = expected;
  if (first !== '...') return actual.length > 0 && actual[0] === first && matches(rest, actual.slice(1));
  return Array.from({ length: actual.length + 1 }, (_, skip) => skip).some(skip =>
    matches(rest, actual.slice(skip)),
  );
}

/** `stdout …`: `empty`, `/pattern/`, or a text it contains. */
export function checkText(output: string, wanted: string, variables: Variables): string | undefined {
  if (wanted === 'empty') return output === '' ? undefined : 'it should be empty';
  const pattern = parsePattern(wanted, variables);
  if (pattern) return pattern.test(output) ? undefined : `it should match ${pattern}`;
  const text = expand(wanted, variables);
  return output.includes(text) ? undefined : `it should contain ${text}`;
}

/** JSON documents: the whole text, or one a line. */
function documentsOf(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return linesOf(text).map(line => JSON.parse(line));
  }
}

/**
 * The values a path leads to: `.a.b[0]` in each document, `[2].a` in the third only, `[-1].a` in the last.
 * A path that leads nowhere gives undefined.
 */
export function valuesAt(text: string, path: string): unknown[] {
  const keys = [...path.matchAll(/\.([\w-]+)|\[(-?\d+)\]/gy)].map(([, key, index]) => key ?? Number(index));
  const complete = path === '.' || path.replaceAll(/\.([\w-]+)|\[(-?\d+)\]/g, '') === '';
  if (!complete) throw new Error(`a path looks like .a.b[0] or [0].a, not ${path}`);
  const documents = documentsOf(text);
  if (typeof keys[0] !== 'number') return documents.map(document => follow(document, keys));
  return [follow(documents.at(keys[0]), keys.slice(1))];
}

function follow(value: unknown, keys: (string | number)[]): unknown {
  let here = value;
  for (const key of keys) {
    if (typeof here !== 'object' || here === null) return undefined;
    here =
      typeof key === 'number' && Array.isArray(here) ? here.at(key) : (here as Record<string, unknown>)[key];
  }
  return here;
}

/** `PATH OP VALUE`: it must hold in every document, and there must be one. */
export function checkJson(text: string, claim: string, variables: Variables): string | undefined {
  const match = /^(\S+)\s+(==|!=|>=|<=|~|exists)(?:\s+(.*))?$/s.exec(claim);
  if (!match) return `a claim is PATH ==|!=|>=|<=|~|exists VALUE, not ${claim}`;
  const [, path, operator, wanted = ''] = match as unknown as [string, string, string, string?];
  let values: unknown[];
  try {
    values = valuesAt(text, path);
  } catch (error) {
    return `it is not JSON: ${(error as Error).message}`;
  }
  if (values.length === 0) return 'there is no JSON at all';
  const wrong = values.findIndex(value => !holds(value, operator, wanted, variables));
  return wrong < 0
    ? undefined
    : `${path} should be ${operator} ${wanted}, but is ${JSON.stringify(values[wrong])}`;
}

function holds(value: unknown, operator: string, wanted: string, variables: Variables): boolean {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case '~':
      return value !== undefined && (parsePattern(wanted, variables)?.test(text) ?? false);
    case '>=':
      return typeof value === 'number' && value >= Number(expand(wanted, variables));
    case '<=':
      return typeof value === 'number' && value <= Number(expand(wanted, variables));
    default:
      return sameValue(value, expand(wanted, variables)) === (operator === '==');
  }
}

/** A string equals its bare text, or its JSON; anything else is compared as JSON. */
function sameValue(value: unknown, wanted: string): boolean {
  if (value === undefined) return false;
  if (value === wanted) return true;
  try {
    return JSON.stringify(value) === JSON.stringify(JSON.parse(wanted));
  } catch {
    return false;
  }
}

// What `decode` reads: words between blanks, and JSON of events in every form that other commands take them in.
import type { Readable } from 'node:stream';
import { readJsonValues } from '../../input/json-values.ts';
import type { Line } from '../../input/lines.ts';
import { jsonFault } from '../../protocol/quote.ts';
import { nameFailures } from '../events/event-input.ts';

/** One thing to explain, or why a line holds none. */
export type Input =
  | { line: number; word: string }
  | { line: number; value: object }
  | { line: number; problem: string };

/** Reads everything in a byte stream; yields one array for each chunk of it. */
export async function* readInput(source: Readable): AsyncGenerator<Input[]> {
  for await (const items of nameFailures(readJsonValues(source, plainLines), 'stdin')) {
    const inputs: Input[] = [];
    for (const item of items) {
      if ('problem' in item) inputs.push(item);
      else collect(item.line, item.value, inputs);
    }
    yield inputs;
  }
}

/** What a word of the command line is: JSON may hold several events. */
export function inputOf(argument: string): Input[] {
  const inputs: Input[] = [];
  try {
    if (/^\s*[[{]/.test(argument)) collect(1, JSON.parse(argument), inputs);
    else inputs.push({ line: 1, word: argument.trim() });
  } catch (error) {
    inputs.push({ line: 1, problem: jsonFault(error) });
  }
  return inputs;
}

const BLANK = 0x20;
const ASCII = 0x7f;
const BEGINS_JSON = [...'{["'].map(mark => mark.charCodeAt(0));

/** Lines that are no JSON, as they are: most are a code. */
export function plainLines(lines: readonly Line[]): readonly (string | undefined)[] {
  return lines.map(line => (line.problem === undefined ? plainText(line) : undefined));
}

function plainText({ bytes, text }: Line): string | undefined {
  const first = bytes[0] ?? BLANK;
  if (first > BLANK && first <= ASCII && !BEGINS_JSON.includes(first)) return text;
  return /^\s*[{["]/.test(text) ? undefined : text;
}

/** Nothing of it is quoted: there may be secrets in it. */
function collect(line: number, value: unknown, inputs: Input[]): void {
  if (typeof value === 'string') {
    for (const word of value.split(/\s+/)) if (word !== '') inputs.push({ line, word });
  } else if (typeof value !== 'object' || value === null) {
    inputs.push({ line, problem: 'neither a code nor an event' });
  } else if (!Array.isArray(value)) {
    inputs.push({ line, value });
  } else if (value[0] === 'EVENT') {
    collect(line, value.length === 2 ? value[1] : value[2], inputs);
  } else {
    for (const element of value) {
      if (Array.isArray(element)) inputs.push({ line, problem: 'a list within a list is no event' });
      else collect(line, element, inputs);
    }
  }
}

// The members of a JSON object as the texts they were written in: what nobody understands is kept as it is, numbers too
// long for JavaScript and lone surrogates included.

/** The text is no JSON object; the message says why. */
export class NoJsonObject extends Error {
  override name = 'NoJsonObject';
}

/** Levels of an object: deeper ones exhaust the stack of whoever shows them. */
const DEEPEST = 100;

/**
 * The members by name, in their order, each value as JSON without white space. Of two with one name the last counts.
 * Throws `NoJsonObject`.
 * @example
 * [...jsonMembers('{"a": 12345678901234567890, "b": [1, " x"]}')] // → [['a', '12345678901234567890'], ['b', '[1," x"]']]
 * [...jsonMembers('{"a":1,"b":2,"a":3}')] // → [['a', '3'], ['b', '2']]
 * jsonMembers('[]') // throws it is no JSON object
 * jsonMembers('{"a":') // throws not JSON
 */
export function jsonMembers(text: string): Map<string, string> {
  checkObject(text);
  const members = new Map<string, string>();
  let name = '';
  let value: string[] = [];
  let depth = 0;
  for (const token of tokensOf(text)) {
    if (token === '}' || token === ']') depth--;
    if (depth === 1 && token === ':') {
      name = JSON.parse(value.join('')) as string;
      value = [];
    } else if (depth === 0 || (depth === 1 && token === ',')) {
      if (value.length > 0) members.set(name, value.join(''));
      value = [];
    } else value.push(token);
    if ((token === '{' || token === '[') && ++depth > DEEPEST)
      throw new NoJsonObject(`it is nested deeper than ${DEEPEST} levels`);
  }
  return members;
}

/** Strings, the signs of JSON, and between them numbers and words; no white space. No pattern does it: it would be recursive. */
function* tokensOf(text: string): Generator<string> {
  let at = 0;
  while (at < text.length) {
    const end = text[at] === '"' ? stringEnd(text, at) : wordEnd(text, at);
    if (!/\s/.test(text[at]!)) yield text.slice(at, end);
    at = end;
  }
}

function stringEnd(text: string, at: number): number {
  let end = at + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end + 1;
}

const APART = /[\s"{}[\],:]/;

function wordEnd(text: string, at: number): number {
  let end = at + 1;
  if (!APART.test(text[at]!)) while (!APART.test(text[end]!)) end++;
  return end;
}

function checkObject(text: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new NoJsonObject(`not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new NoJsonObject('it is no JSON object');
}

/**
 * The object of these members: the other way of `jsonMembers`.
 * @example
 * jsonObject(new Map([['a', '1'], ['b', '"x"']])) // → '{"a":1,"b":"x"}'
 */
export function jsonObject(members: ReadonlyMap<string, string>): string {
  return `{${[...members].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

// Seeded damage for fuzzing: fast enough for a million inputs.

/** A generator of whole numbers below 2^32 (mulberry32): the same seed, the same inputs. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

const PIECES = [
  '"',
  '\\',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  'null',
  '-1',
  '1e999',
  '\u0000',
  '\ud800',
  '\\u0000',
  '\\ud800',
  '"id"',
  '[[',
  '\n',
  '\ufeff',
  '99999999999999999999',
];

/** `text` cut, doubled, or changed at up to four places. */
export function mutate(text: string, next: () => number): string {
  let result = text;
  for (let i = next() % 4; i >= 0; i--) {
    const at = next() % (result.length + 1);
    const piece = PIECES[next() % PIECES.length]!;
    switch (next() % 5) {
      case 0:
        result = result.slice(0, at);
        break;
      case 1:
        result = result.slice(0, at) + piece + result.slice(at);
        break;
      case 2:
        result = result.slice(0, at) + piece + result.slice(at + 1 + (next() % 8));
        break;
      case 3:
        result = result.slice(0, at) + String.fromCharCode(next() % 0x250) + result.slice(at + 1);
        break;
      default:
        result = result.slice(at) + result.slice(0, at);
    }
  }
  return result;
}

const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  65_536,
  2 ** 53,
  1e300,
  '',
  'x',
  '\u0000',
  '\ud800',
  '\ufeff',
  '__proto__',
  'a'.repeat(64),
  'a'.repeat(5000),
  [],
  [[]],
  [null],
  ['', ['x']],
  {},
  { toString: 1 },
  { length: -1 },
];

/** A JSON value with one of its values, at any depth, replaced, removed, doubled or damaged; or put under another key. */
export function mutateValue(value: unknown, next: () => number): unknown {
  const isDeeper = typeof value === 'object' && value !== null && next() % 5 > 0;
  if (!isDeeper)
    return typeof value === 'string' && next() % 2 === 0 ? mutate(value, next) : ODD[next() % ODD.length];
  const entries = Object.entries(value);
  const at = next() % Math.max(1, entries.length);
  const [key = 'x', inner] = entries[at] ?? [];
  const how = next() % 8;
  if (how === 0) entries.splice(at, 1);
  else if (how === 1) entries.push([mutate(key, next), inner]);
  else if (how === 2) entries.push(...entries);
  else entries.splice(at, 1, [key, mutateValue(inner, next)]);
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}

// Runs a decoder over damaged texts: nothing but an answer or one of its errors may come out.
import assert from 'node:assert/strict';
import type { Decoder } from './decoder.ts';
import { mutate, mutateValue, numbers } from './mutations.ts';

/** The longest message that a person should see. */
const LONGEST_MESSAGE = 2000;

/** Gives a decoder `runs` damaged texts; returns how many it still took. A failure holds the text. */
export function fuzz(decoder: Decoder, runs: number, seed: number): number {
  const { seeds, isJson = false, damage, decode, expected } = decoder;
  const next = numbers(seed);
  const values = isJson ? seeds.map(text => JSON.parse(text)) : [];
  const damaged = (text: string, value: unknown) => {
    if (isJson && next() % 3 > 0) return JSON.stringify(mutateValue(value, next));
    return damage && next() % 2 === 0 ? damage(text, next) : mutate(text, next);
  };
  let taken = 0;
  for (let i = 0; i < runs; i++) {
    const at = i % seeds.length;
    const text = damaged(seeds[at]!, values[at]);
    try {
      decode(text);
      taken++;
    } catch (error) {
      if (!expected.some(type => error instanceof type))
        throw new Error(`input ${i}: ${JSON.stringify(text)}`, { cause: error });
      const { length } = (error as Error).message;
      assert.ok(length <= LONGEST_MESSAGE, `input ${i}: a message of ${length} characters`);
    }
  }
  assert.ok(
    taken > runs / 1000,
    `only ${taken} of ${runs} were taken: the damage is too great to test anything`,
  );
  return taken;
}

/** What makes a careless parser slow: each alone, and behind a good beginning. */
const FILLERS = [
  ...[
    'a',
    '0',
    '1',
    'z',
    'f',
    ' ',
    '\t',
    '\n',
    '.',
    '-',
    '_',
    '@',
    ':',
    '/',
    '%',
    '&',
    '=',
    '?',
    '#',
    ',',
    '"',
    '\\',
  ],
  ...[
    '[',
    '{',
    '{"a":',
    '[[],',
    '1,',
    '1d',
    'kind=1&',
    '%{',
    '\\n',
    'nostr:',
    'npub1',
    'wss://',
    'a.',
    'a@',
    'a b ',
    '\u0000',
  ],
  ...['\u{1f600}', '\ud800', '\u0130', '%41', '..', 'a:', '0:', 'abandon '],
];

/** Long texts of about that many characters; behind some of them stands what cannot be right. */
export function longTexts({ seeds, isJson = false }: Decoder, length: number): string[] {
  const texts = FILLERS.flatMap(filler => {
    const much = filler.repeat(Math.ceil(length / filler.length));
    const seed = seeds[0]!;
    const half = seed.slice(0, seed.length / 2);
    return [much, `${half}${much}${seed.slice(seed.length / 2)}`, `${half}${much} \n!`, `${much}@${much}`];
  });
  const values = isJson ? seeds.flatMap(text => grown(JSON.parse(text), length)) : [];
  return [...texts, ...values.map(value => JSON.stringify(value))];
}

/** Each text in a value made long, each list and object made to hold much, one after the other. */
function grown(value: unknown, length: number): unknown[] {
  if (typeof value === 'string')
    return ['a', 'a.', '0', ' x', 'a@', 'kind=1&'].map(
      filler => value.slice(0, 40) + filler.repeat(length / filler.length),
    );
  if (typeof value !== 'object' || value === null) return [];
  const entries = Object.entries(value);
  const isList = Array.isArray(value);
  const of = (pairs: readonly (readonly [string, unknown])[]) =>
    isList ? pairs.map(([, each]) => each) : Object.fromEntries(pairs);
  const inner = entries.flatMap(([key, each], i) =>
    grown(each, length).map(long => of(entries.with(i, [key, long]))),
  );
  const [first] = entries;
  if (first === undefined) return inner;
  const count = Math.ceil(length / (JSON.stringify(first[1]).length + 8));
  const many = Array.from({ length: count }, (_, i) => [`${first[0]}${i}`, first[1]] as const);
  const different =
    typeof first[1] === 'string' ? many.map(([key, each]) => [key, `${each}${key}`] as const) : many;
  return [...inner, of([...entries, ...many]), of([...entries, ...different])];
}

/** Milliseconds of the processor that a decoder takes for a text. */
export function costOf({ decode, expected }: Decoder, text: string): number {
  const start = process.cpuUsage();
  try {
    decode(text);
  } catch (error) {
    if (!expected.some(type => error instanceof type)) throw error;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

// A flag whose value may be left out takes it by `=` alone: in `--trace wss://relay` the relay is a relay. Commander
// would take the word that follows, so such a flag gets an empty value first.
import { type Flag, namesOf, type Takes } from './flag.ts';

/** Of a flag, what its value is told by. */
type Spelt = Pick<Flag, 'spelling' | 'takes'>;

/** These take the next word of the line. */
const WITH_VALUE: readonly (Takes | undefined)[] = ['value', 'values'];

/**
 * The same words, with `=` after each flag that stands without its optional value. Words that are the value of
 * another flag, and those after `--`, stay.
 */
export function bindOptionalValues(words: readonly string[], flags: readonly Spelt[]): string[] {
  const takes = new Map(flags.flatMap(flag => namesOf(flag).map(name => [name, flag.takes])));
  const bound: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--') return [...bound, ...words.slice(at)];
    bound.push(takes.get(word) === 'optional' ? `${word}=` : word);
    if (takesNext(word, takes) && at + 1 < words.length) bound.push(words[++at]!);
  }
  return bound;
}

/** Whether the word is a flag whose value is the next word. */
export function takesNext(word: string, takes: ReadonlyMap<string, Takes>): boolean {
  if (takes.has(word)) return WITH_VALUE.includes(takes.get(word));
  if (!/^-[^-]./.test(word)) return false;
  // Short flags in one word: one that takes a value takes the rest of the word, or the next when there is no rest.
  for (let at = 1; at < word.length; at++) {
    const short = takes.get(`-${word[at]}`);
    if (WITH_VALUE.includes(short)) return at === word.length - 1;
    if (!short) return false;
  }
  return false;
}

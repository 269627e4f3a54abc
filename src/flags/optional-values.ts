// A flag whose value may be left out takes it by `=` alone: in `--trace wss://relay` the relay is a relay. Commander
// would take the word that follows, so such a flag gets an empty value first.
import type { Option } from 'commander';

/**
 * The same words, with `=` after each flag that stands without its optional value. Words that are the value of
 * another flag, and those after `--`, stay.
 */
export function bindOptionalValues(words: readonly string[], options: readonly Option[]): string[] {
  const bound: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--') return [...bound, ...words.slice(at)];
    const option = optionOf(word, options);
    const mayStandAlone = option?.optional && !option.required; // commander takes any bracket for an optional value
    bound.push(mayStandAlone ? `${word}=` : word);
    if (takesNext(word, option, options) && at + 1 < words.length) bound.push(words[++at]!);
  }
  return bound;
}

function takesNext(word: string, option: Option | undefined, options: readonly Option[]): boolean {
  if (option) return option.required;
  if (!/^-[^-]./.test(word)) return false;
  // Short flags in one word: one that takes a value takes the rest of the word, or the next when there is no rest.
  for (let at = 1; at < word.length; at++) {
    const short = optionOf(`-${word[at]}`, options);
    if (short?.required) return at === word.length - 1;
    if (!short) return false;
  }
  return false;
}

function optionOf(word: string, options: readonly Option[]): Option | undefined {
  return options.find(({ short, long }) => word === short || word === long);
}

// Flags before the command, `nost -q req …`: those that every command has.
import { COMMON_FLAGS, HELP_FLAG } from './common-flags.ts';
import { type Flag, namesOf } from './flag.ts';
import { takesNext } from './optional-values.ts';

/** How many words, from the first on, are common flags and their values. */
export function leadingFlags(words: readonly string[]): number {
  const flags = Object.values<Flag>({ ...COMMON_FLAGS, ...HELP_FLAG });
  const takes = new Map(flags.flatMap(flag => namesOf(flag).map(name => [name, flag.takes])));
  let at = 0;
  while (at < words.length && isAmong(takes, words[at]!)) at += takesNext(words[at]!, takes) ? 2 : 1;
  return Math.min(at, words.length);
}

/** `-qv` is two flags, `--color=never` is one. */
function isAmong(names: ReadonlyMap<string, unknown>, word: string): boolean {
  if (word.startsWith('--')) return names.has(word.split('=')[0]!);
  return /^-\w+$/.test(word) && [...word.slice(1)].every(letter => names.has(`-${letter}`));
}

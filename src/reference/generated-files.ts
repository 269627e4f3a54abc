// Every generated file of the repository and what it should hold: written by `npm run generate`, proved fresh by a
// test.
import type { CommandNode } from './command-tree.ts';
import { COMPLETION_FILES, completionScript, type Shell } from './completions.ts';
import { commandTable, exitCodeTable, replaceSection } from './readme-tables.ts';

/** Path in the repository → its text, made from the commands and from what the file holds now. */
export type Generator = (commands: readonly CommandNode[], current: string) => string;

export const GENERATED_FILES: Readonly<Record<string, Generator>> = {
  ...Object.fromEntries(
    (Object.entries(COMPLETION_FILES) as [Shell, string][]).map(([shell, file]): [string, Generator] => [
      `completions/${file}`,
      commands => completionScript(shell, commands),
    ]),
  ),
  'README.md': (commands, current) =>
    replaceSection(
      replaceSection(current, 'commands', commandTable(commands)),
      'exit-codes',
      exitCodeTable(),
    ),
};

// The command tree as data: what completions, man pages and the README's table are made of.
import { COMMON_FLAGS, HELP_FLAG } from '../flags/common-flags.ts';
import { type Flag, namesOf, placeholderOf } from '../flags/flag.ts';
import type { CommandDefinition, CommandSummary } from './definition.ts';

/** One flag as people type it. */
export interface FlagNode {
  /** `-k` and `--kind`, as many as it has. */
  names: string[];
  description: string;
  /** What stands in the brackets of a flag that takes the next word as its value: `kind`, `file`, `duration`. */
  value: string | undefined;
  choices: readonly string[];
}

export interface CommandNode {
  name: string;
  group: string;
  summary: string;
  flags: FlagNode[];
  /** Its positional arguments, in their order. */
  args: readonly ArgumentNode[];
}

export interface ArgumentNode {
  /** What it is: `relay`, `file`, `code`; undefined for a bare `-`. */
  name: string | undefined;
  choices: readonly string[];
}

/** Every flag of a command, in the order of its help. */
export function flagsOf({ flags }: Pick<CommandDefinition, 'flags'>): Flag[] {
  return [flags, COMMON_FLAGS, HELP_FLAG].flatMap(table => Object.values<Flag>(table));
}

/** Describes one command. */
export function describeCommand(
  { name, group, summary }: CommandSummary,
  definition: CommandDefinition,
): CommandNode {
  return {
    name,
    group,
    summary,
    flags: flagsOf(definition).map(describeFlag),
    args: (definition.args ?? []).map(({ spelling, choices, suggestions }) => ({
      name: /\w+/.exec(spelling)?.[0],
      choices: choices ?? suggestions ?? [],
    })),
  };
}

/** One flag as people type it. */
export function describeFlag(flag: Flag): FlagNode {
  const { description } = flag;
  const choices = flag.choices ?? flag.suggestions ?? [];
  return { names: namesOf(flag), description, value: placeholderOf(flag), choices };
}

// The command tree as data: what completions, man pages and the README's table are made of.
import type { Command, Option } from 'commander';
import type { CommandSummary } from './definition.ts';

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
  /** What its positional arguments are: `relay`, `file`, `code`. */
  argument: string | undefined;
  argumentChoices: readonly string[];
}

/** Describes one command. */
export function describeCommand({ name, group, summary }: CommandSummary, command: Command): CommandNode {
  const [argument] = command.registeredArguments;
  const flags = command.createHelp().visibleOptions(command).map(flagOf);
  return {
    name,
    group,
    summary,
    flags,
    argument: argument?.name(),
    argumentChoices: argument?.argChoices ?? [],
  };
}

function flagOf(option: Option): FlagNode {
  const names = [option.short, option.long].filter(name => name !== undefined);
  const value = /<([^>]+)>/.exec(option.flags)?.[1];
  return { names, description: option.description, value, choices: option.argChoices ?? [] };
}

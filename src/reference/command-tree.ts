// The command tree as data: what completions, man pages and the README's table are made of.
import type { Command, Option } from 'commander';
import { declareCommand } from '../commands/declare.ts';
import { COMMANDS } from '../commands/index.ts';

/** One flag as people type it. */
export interface FlagNode {
  /** `-k` and `--kind`, as many as it has. */
  names: string[];
  description: string;
  /** What stands in the brackets of a flag that takes a value: `kind`, `file`, `duration`. */
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

/** Loads every command and describes it. */
export async function commandTree(): Promise<CommandNode[]> {
  return Promise.all(
    COMMANDS.map(async entry => {
      const command = declareCommand(entry, await entry.load());
      const [argument] = command.registeredArguments;
      return {
        name: entry.name,
        group: entry.group,
        summary: entry.summary,
        flags: flagsOf(command),
        argument: argument?.name(),
        argumentChoices: argument?.argChoices ?? [],
      };
    }),
  );
}

function flagsOf(command: Command): FlagNode[] {
  return command.createHelp().visibleOptions(command).map(flagOf);
}

function flagOf(option: Option): FlagNode {
  const names = [option.short, option.long].filter(name => name !== undefined);
  const value = /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1];
  return { names, description: option.description, value, choices: option.argChoices ?? [] };
}

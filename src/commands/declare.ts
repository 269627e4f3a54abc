// A command with all its flags, as the runner, the help and the completions see it.
import { Command } from 'commander';
import { declareCommon } from '../flags/options.ts';
import type { CommandModule } from './command.ts';
import type { CommandEntry } from './index.ts';

export function declareCommand(entry: CommandEntry, module: CommandModule): Command {
  const command = new Command(`nost ${entry.name}`)
    .description(entry.summary)
    .exitOverride()
    .action(() => {});
  module.declare(command);
  declareCommon(command);
  return command;
}

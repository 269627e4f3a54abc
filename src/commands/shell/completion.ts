// `nost completion SHELL`: prints the shell's completion script.
import { Argument, type Command } from 'commander';
import type { Context } from '../../context.ts';
import { COMPLETION_FILES, completionScript, type Shell } from '../../reference/completions.ts';
import type { CommandModule, Invocation } from '../command.ts';

export const completion: CommandModule = {
  examples: [
    { line: 'source <(nost completion bash)', about: 'in this shell' },
    {
      line: 'nost completion bash > ~/.local/share/bash-completion/completions/nost',
      about: 'in every bash',
    },
  ],
  exits: [],
  declare,
  run,
};

function declare(command: Command): void {
  command.addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(COMPLETION_FILES)));
}

async function run(context: Context, { args: [shell], describeAll }: Invocation): Promise<void> {
  await context.stdout.raw(await completionScript(shell as Shell, await describeAll()));
}

// `nost completion SHELL`: prints the shell's completion script.
import type { Context } from '../../context.ts';
import { COMPLETION_FILES, completionScript, type Shell } from '../../reference/completions.ts';
import { command, type Invocation } from '../command.ts';

export const completion = command({
  examples: [
    { line: 'source <(nost completion bash)', about: 'in this shell' },
    {
      line: 'nost completion bash > ~/.local/share/bash-completion/completions/nost',
      about: 'in every bash',
    },
    { line: 'nost completion zsh > $fpath[1]/_nost', about: 'in every zsh' },
    { line: 'nost completion fish > ~/.config/fish/completions/nost.fish', about: 'in every fish' },
    { line: 'nost completion powershell | Out-String | Invoke-Expression', about: 'in this PowerShell' },
  ],
  exits: [],
  flags: {},
  args: [{ spelling: '<shell>', description: 'the shell', choices: Object.keys(COMPLETION_FILES) }],
  run,
});

async function run(context: Context, { args: [shell], describeAll }: Invocation<object>): Promise<void> {
  await context.stdout.raw(await completionScript(shell as Shell, await describeAll()));
}

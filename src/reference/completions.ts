// The completion scripts by shell: one generator each.
import { COMMON_FLAGS } from '../flags/common-flags.ts';
import type { Flag } from '../flags/flag.ts';
import { KINDS } from '../protocol/kind-names.ts';
import { bashCompletion } from './bash-completion.ts';
import { type CommandNode, describeFlag } from './command-tree.ts';
import { type CompletionTree, completionTree } from './completion-offers.ts';
import { fishCompletion } from './fish-completion.ts';
import { powershellCompletion } from './powershell-completion.ts';
import { zshCompletion } from './zsh-completion.ts';

/** The shells there is a script for, and where the repository keeps it. */
export const COMPLETION_FILES = {
  bash: 'nost.bash',
  zsh: '_nost',
  fish: 'nost.fish',
  powershell: 'nost.ps1',
} as const;

export type Shell = keyof typeof COMPLETION_FILES;

const GENERATORS: Record<Shell, (tree: CompletionTree) => string> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};

/** The completion script of a shell. */
export function completionScript(shell: Shell, commands: readonly CommandNode[]): string {
  const kinds = KINDS.map(({ name }) => name);
  const common = Object.values<Flag>(COMMON_FLAGS).map(describeFlag);
  return GENERATORS[shell](completionTree(commands, kinds, common));
}

// The completion scripts by shell: one generator each.
import { KINDS } from '../protocol/kind-names.ts';
import { bashCompletion } from './bash-completion.ts';
import type { CommandNode } from './command-tree.ts';

/** The shells there is a script for, and where the repository keeps it. */
export const COMPLETION_FILES = { bash: 'nost.bash' } as const;

export type Shell = keyof typeof COMPLETION_FILES;

const GENERATORS = { bash: bashCompletion };

/** The completion script of a shell. */
export function completionScript(shell: Shell, commands: readonly CommandNode[]): string {
  return GENERATORS[shell](commands, { kinds: KINDS.map(({ name }) => name) });
}

// What a command is: declare (flags), run (effects), and what its help shows. One file for each verb.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { CommandNode } from '../reference/command-tree.ts';
import type { CommandDefinition } from '../reference/definition.ts';

/** A parsed command line. */
export interface Invocation {
  /** The positional arguments, in order. */
  args: readonly string[];
  /** The flags that were given or have defaults; each command knows its own. */
  // biome-ignore lint/suspicious/noExplicitAny: commander's flags are typed by each command's own interface
  options: any;
  /** Describes every command, for what is generated from them. */
  describeAll(): Promise<CommandNode[]>;
}

export interface CommandModule extends CommandDefinition {
  /** Milliseconds this command takes to end in peace at a signal; it then ends with 0. */
  readonly drainMs?: number;
  declare(command: Command): void;
  run(context: Context, invocation: Invocation): Promise<void>;
}

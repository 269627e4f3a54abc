// What a command is: what it takes on its line, what its help shows, and what it does. One file for each verb.
import type { Context } from '../context.ts';
import type { FlagsOf, FlagTable } from '../flags/flag.ts';
import type { RecordLayout } from '../output/pretty/presenter.ts';
import type { CommandNode } from '../reference/command-tree.ts';
import type { CommandDefinition } from '../reference/definition.ts';

/** A parsed command line; `F` is what the command's flags gave. */
export interface Invocation<F> {
  /** The positional arguments, in order. */
  args: readonly string[];
  flags: F;
  /** Describes every command, for what is generated from them. */
  describeAll(): Promise<CommandNode[]>;
  /** The whole help of a command or a family of commands, of the program for no words; undefined for other words. */
  helpOf(words: readonly string[]): Promise<string | undefined>;
}

/** A command with the flags of the table `T`. */
interface TypedCommand<T extends FlagTable> extends CommandDefinition {
  readonly flags: T;
  readonly often?: readonly (keyof T & string)[];
  /** Milliseconds this command takes to end in peace at a signal; it then ends with 0. Undefined: it is interrupted. */
  readonly drainMs?: (flags: FlagsOf<T>) => number | undefined;
  /** How --pretty shows records that are no events; each for itself when absent. */
  readonly layout?: RecordLayout;
  /** The same where it depends on the flags. */
  readonly layoutFor?: (flags: FlagsOf<T>) => RecordLayout;
  readonly run: (context: Context, invocation: Invocation<FlagsOf<T>>) => Promise<void>;
}

/** A command, whatever its flags are. */
export interface CommandModule extends CommandDefinition {
  drainMs?(flags: object): number | undefined;
  readonly layout?: RecordLayout;
  layoutFor?(flags: object): RecordLayout;
  run(context: Context, invocation: Invocation<object>): Promise<void>;
}

/** A command whose `run` gets what its own table of flags says, and nothing else. */
export function command<T extends FlagTable>(typed: TypedCommand<T>): CommandModule {
  return typed;
}

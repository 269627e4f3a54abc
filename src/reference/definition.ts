// What a command says of itself for its help, its completions and its man page.
import type { FailureKind } from '../failure-codes.ts';
import type { Argument, FlagTable } from '../flags/flag.ts';

export interface Example {
  /** The line to paste. */
  line: string;
  /** What it does, a few words. */
  about: string;
}

export interface CommandDefinition {
  readonly flags: FlagTable;
  /** The flags of the short help, by their names in the table, the most used first; without them the first ten. */
  readonly often?: readonly string[];
  /** The positional arguments; without them it takes none. */
  readonly args?: readonly Argument[];
  /** The line that says how it is called, where it is not made of the arguments alone. */
  readonly usage?: string;
  readonly examples: readonly Example[];
  /** The rows of the exit-code table that this command can end with, beside ok, usage and signals. */
  readonly exits: readonly FailureKind[];
}

/** A command's line in the list of commands. */
export interface CommandSummary {
  /** One word, or two for a member of a family: `key list`. */
  name: string;
  group: 'Core' | 'Keys' | 'Events' | 'Query' | 'Relays' | 'Move' | 'Private' | 'People' | 'Shell';
  summary: string;
}

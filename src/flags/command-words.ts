// The words of a command line read by its tables. Commander does the reading; nothing else knows of it.
import { Command, Argument as CommanderArgument, CommanderError, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { COMMON_FLAGS, type CommonFlags, HELP_FLAG } from './common-flags.ts';
import { type Argument, type Flag, type FlagsOf, type FlagTable, namesOf } from './flag.ts';
import { bindOptionalValues } from './optional-values.ts';
import { usageErrorOf } from './parser-errors.ts';

/** What a command takes on its line. */
export interface Taking<T extends FlagTable> {
  readonly flags: T;
  readonly args?: readonly Argument[];
}

/** What was given on a line. */
export interface CommandWords<T extends FlagTable> {
  readonly args: readonly string[];
  readonly flags: FlagsOf<T> & CommonFlags;
}

/**
 * Reads the words that follow the name of a command; undefined when they ask for its help.
 * Throws `UsageError`.
 */
export function readWords<T extends FlagTable>(
  name: string,
  { flags, args = [] }: Taking<T>,
  words: readonly string[],
): CommandWords<T> | undefined {
  const table = { ...flags, ...COMMON_FLAGS };
  const command = declare(table, args);
  try {
    command.parse(bindOptionalValues(words, Object.values(table)), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return undefined;
    throw usageErrorOf(error, { command: name, args, table, words: command.args });
  }
  return { args: command.args, flags: command.opts() };
}

function declare(table: FlagTable, args: readonly Argument[]): Command {
  const command = new Command().exitOverride().action(() => {});
  command.configureOutput({ writeOut: () => {}, writeErr: () => {} }).showSuggestionAfterError(false);
  for (const argument of args) command.addArgument(argumentOf(argument));
  for (const [name, flag] of Object.entries(table)) {
    const option = optionOf(flag);
    command.addOption(option);
    if (flag.takes === 'count') countInto(command, name);
    if (flag.takes === 'value' || flag.takes === 'optional') takeOnce(command, option.name(), flag);
  }
  const { spelling, description } = HELP_FLAG.help;
  return command.helpOption(spelling, description);
}

function argumentOf({ spelling, description, choices }: Argument): CommanderArgument {
  const argument = new CommanderArgument(spelling, description);
  return choices ? argument.choices(choices) : argument;
}

function optionOf(flag: Flag): Option {
  const spelling = flag.spelling.replace('[=', ' [='); // Commander ends a name at a blank
  const option = new Option(spelling, flag.description).conflicts([...flag.conflicts]);
  if (flag.choices) option.choices(flag.choices);
  else if (flag.takes === 'values') option.argParser(appending(flag));
  else if (flag.takes === 'value' || flag.takes === 'optional') option.argParser(flag.parse);
  if (flag.variable !== undefined) option.env(flag.variable);
  return flag.default === undefined ? option : option.default(flag.default);
}

function appending({ parse }: Flag): (text: string, earlier?: unknown[]) => unknown[] {
  return (text, earlier = []) => earlier.concat(parse(text));
}

/** Commander sets a flag without a value to true, however often it is given. */
function countInto(command: Command, name: string): void {
  let given = 0;
  command.on(`option:${name}`, () => command.setOptionValue(name, ++given));
}

/** A second value would silently replace the first. */
function takeOnce(command: Command, name: string, flag: Flag): void {
  let given = 0;
  command.on(`option:${name}`, () => {
    if (++given < 2) return;
    const names = namesOf(flag);
    throw new UsageError(`${names.at(-1)} is given twice, and has one value`, {
      code: 'bad_value',
      hint: `Give one ${names.join(' or ')}.`,
    });
  });
}

// Flags as typed data: a table says how each is written, what it does and what its value is. The parser of the command
// line, the help and the completions read the same tables; the type of a command's flags follows from them.
import { parseWait } from '../protocol/time.ts';
import { type Parser, parsedBy, verbatim } from './values.ts';

/** One flag; `T` is the type of what the command gets. */
export interface Flag<T = unknown> {
  /** As help shows it: `-n, --max-events <n>`. */
  readonly spelling: string;
  readonly description: string;
  /** The heading of help that it stands under. */
  readonly group: string;
  readonly takes: Takes;
  /** What the command gets when the flag is not given. */
  readonly default: T;
  /** How help writes the default. */
  readonly shownDefault: string | undefined;
  /** Reads one value. Throws `UsageError`. */
  readonly parse: Parser<unknown>;
  /** All the values there are, if they can be listed. */
  readonly choices: readonly string[] | undefined;
  /** Words that a value may begin with, for completion. */
  readonly suggestions: readonly string[] | undefined;
  /** The environment variable that gives the value when the line does not. */
  readonly variable: string | undefined;
  /** The names, in the table, of flags that cannot stand beside it. */
  readonly conflicts: readonly string[];
}

/**
 * - `nothing`: given or not; `negation` is `--no-…`, so not given is true; `count` is how often it was given
 * - `value`: the next word; `values`: the same, each time it is given; `optional`: only what stands after `=`
 */
export type Takes = 'nothing' | 'negation' | 'count' | 'value' | 'values' | 'optional';

/** Flags by the name that the command reads them by, in the order of help. */
export type FlagTable = Readonly<Record<string, Flag>>;

type ValueOf<F> = F extends Flag<infer T> ? T : never;

/** Those without a default, which may be absent. */
type Optional<T extends FlagTable> = {
  [Name in keyof T]: undefined extends ValueOf<T[Name]> ? Name : never;
}[keyof T];

/** What a command gets from the flags of a table. */
export type FlagsOf<T extends FlagTable> = {
  readonly [Name in Exclude<keyof T, Optional<T>>]: ValueOf<T[Name]>;
} & { readonly [Name in Optional<T>]?: ValueOf<T[Name]> };

/** A table under one heading of help. */
export function flags<T extends FlagTable>(group: string, table: T): T {
  const grouped = Object.entries(table).map(([name, flag]) => [name, { ...flag, group }]);
  return Object.fromEntries(grouped) as T;
}

interface Suggestions {
  readonly suggestions?: readonly string[];
}

/** What a flag with a value may have beside it. */
export interface ValueSettings extends Suggestions {
  readonly shownDefault?: string;
  readonly variable?: string;
  readonly conflicts?: readonly string[];
}

/** The same with a default, so that the command always gets a value. */
export interface DefaultSettings<T> extends ValueSettings {
  readonly default: T;
}

function flag<T>(
  takes: Takes,
  spelling: string,
  description: string,
  settings: DefaultSettings<T> & { parse?: Parser<unknown>; choices?: readonly string[] },
): Flag<T> {
  const { parse = verbatim, choices, suggestions, shownDefault, variable, conflicts = [] } = settings;
  const { default: fallback } = settings;
  return {
    spelling,
    description,
    group: 'Flags',
    takes,
    default: fallback,
    shownDefault,
    parse: parsedBy(namesOf({ spelling }).at(-1)!, parse),
    choices,
    suggestions,
    variable,
    conflicts,
  };
}

/** A flag that is given or not. */
export function on(spelling: string, description: string): Flag<boolean | undefined> {
  return flag<boolean | undefined>('nothing', spelling, description, { default: undefined });
}

/** `--no-…`: what is true unless it is given. */
export function off(spelling: string, description: string): Flag<boolean> {
  return flag<boolean>('negation', spelling, description, { default: true });
}

/** A flag that says more each time it is given. */
export function count(spelling: string, description: string): Flag<number | undefined> {
  return flag<number | undefined>('count', spelling, description, { default: undefined });
}

/** A flag with a value, read by `parse`. */
export function value<T>(
  spelling: string,
  description: string,
  parse: Parser<T>,
  settings: DefaultSettings<NoInfer<T>>,
): Flag<T>;
export function value<T>(
  spelling: string,
  description: string,
  parse: Parser<T>,
  settings?: ValueSettings,
): Flag<T | undefined>;
export function value<T>(
  spelling: string,
  description: string,
  parse: Parser<T>,
  settings?: Partial<DefaultSettings<T>>,
): Flag<T | undefined> {
  return flag<T | undefined>('value', spelling, description, { default: undefined, ...settings, parse });
}

/** A flag whose value is taken as it was typed. */
export function text(spelling: string, description: string): Flag<string | undefined> {
  return value(spelling, description, verbatim);
}

/** A flag whose value is one of a few words. */
export function choice<const C extends string>(
  spelling: string,
  description: string,
  choices: readonly C[],
  settings: DefaultSettings<NoInfer<C>>,
): Flag<C>;
export function choice<const C extends string>(
  spelling: string,
  description: string,
  choices: readonly C[],
  settings?: ValueSettings,
): Flag<C | undefined>;
export function choice<const C extends string>(
  spelling: string,
  description: string,
  choices: readonly C[],
  settings?: Partial<DefaultSettings<C>>,
): Flag<C | undefined> {
  return flag<C | undefined>('value', spelling, description, { default: undefined, ...settings, choices });
}

/** A flag whose value is a time to wait, in milliseconds; a default is written as it would be typed: `5s`. */
export function duration(
  spelling: string,
  description: string,
  settings: { default: string; variable?: string },
): Flag<number>;
export function duration(
  spelling: string,
  description: string,
  settings?: { variable?: string },
): Flag<number | undefined>;
export function duration(
  spelling: string,
  description: string,
  { default: shownDefault, ...settings }: { default?: string; variable?: string } = {},
): Flag<number | undefined> {
  if (shownDefault === undefined) return value(spelling, description, parseWait, settings);
  const fallback = { default: parseWait(shownDefault), shownDefault };
  return value(spelling, description, parseWait, { ...settings, ...fallback });
}

/** A flag that may be given several times: its values, in order. */
export function list<T>(
  spelling: string,
  description: string,
  parse: Parser<T>,
  suggested: Suggestions = {},
): Flag<T[] | undefined> {
  return joined(spelling, description, text => [parse(text)], suggested);
}

/** The same for a value that stands for several: all of them, in order. */
export function joined<T>(
  spelling: string,
  description: string,
  parse: Parser<T[]>,
  suggested: Suggestions = {},
): Flag<T[] | undefined> {
  return flag<T[] | undefined>('values', spelling, description, { default: undefined, parse, ...suggested });
}

/** A list whose values may stand in one word, with commas between them. */
export function commaList<T>(spelling: string, description: string, parse: Parser<T>): Flag<T[] | undefined> {
  return joined(spelling, description, text => text.split(',').map(each => parse(each.trim())));
}

/** A flag whose value may be left out, `--trace[=file]`: it is then the empty text. */
export function optional(spelling: string, description: string): Flag<string | undefined>;
export function optional<T>(spelling: string, description: string, parse: Parser<T>): Flag<T | undefined>;
export function optional<T>(spelling: string, description: string, parse?: Parser<T>): Flag<unknown> {
  return flag('optional', spelling, description, { default: undefined, ...(parse && { parse }) });
}

/** What is typed for a flag: `-n` and `--max-events`, as many as it has. */
export function namesOf({ spelling }: Pick<Flag, 'spelling'>): string[] {
  return spelling.match(/(?<=^|, )--?[\w-]+/g) ?? [];
}

/** What stands in the brackets of a flag that takes the next word as its value: `kind`, `file`, `duration`. */
export function placeholderOf({ spelling }: Pick<Flag, 'spelling'>): string | undefined {
  return /<([^>]+)>/.exec(spelling)?.[1];
}

/** A positional argument: `<account>`, `[relay...]`. */
export interface Argument {
  readonly spelling: string;
  readonly description: string;
  readonly choices?: readonly string[];
  /** Words that completion offers, where others are taken, too. */
  readonly suggestions?: readonly string[];
}

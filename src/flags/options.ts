// The flags that several commands share, and how their values are read. A value that does not parse is a usage
// error that names the flag and quotes the value.
import { type Command, Option } from 'commander';
import { Failure, UsageError } from '../errors.ts';
import { quote } from '../protocol/quote.ts';
import { parseDuration } from '../protocol/time.ts';
import { parseDescriptor } from '../signer/sources/descriptor.ts';

/** Wraps a parser of the protocol, so that what it throws becomes a usage error of this flag. */
export function parsedBy<T>(flag: string, parse: (text: string) => T): (text: string) => T {
  return text => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw new UsageError(`${flag}: ${(error as Error).message}`, { code: 'bad_value' });
    }
  };
}

/** The same for a flag that may be given several times: its values are collected. */
export function collectedBy<T>(
  flag: string,
  parse: (text: string) => T | T[],
): (text: string, earlier?: T[]) => T[] {
  const read = parsedBy(flag, parse);
  return (text, earlier = []) => earlier.concat(read(text));
}

export const verbatim = (text: string): string => text;

/** A whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return text => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least)) throw new Error(`${quote(text)} is not a whole number of at least ${least}`);
    return value;
  };
}

/** `--require N|all`. */
export function parseRequire(text: string): number | 'all' {
  return text === 'all' ? 'all' : wholeNumber(1)(text);
}

/** How many of `relays` must say yes. Asking for more than there are is a usage error, not a sure failure. */
export function requiredRelays(require: number | 'all' | undefined, relays: number): number {
  if (require === 'all') return relays;
  const count = require ?? 1;
  if (count > relays) {
    throw new UsageError(`--require ${count} asks for more relays than the ${relays} given`, {
      code: 'bad_value',
    });
  }
  return count;
}

/** The longest wait a timer can hold, about 24 days; a longer one would end at once. */
const MAX_TIMER = 2 ** 31 - 1;

/** A duration flag, in milliseconds. */
export function durationOption(flags: string, description: string, fallback?: string): Option {
  const parse = (text: string) => Math.min(parseDuration(text), MAX_TIMER);
  const option = new Option(`${flags} <duration>`, description).argParser(parsedBy(flags, parse));
  return fallback === undefined ? option : option.default(parseDuration(fallback), fallback);
}

export interface KeyFlags {
  secFile?: string;
  secFd?: number;
  promptSec?: boolean;
  as?: string;
}

/** The flags that name the key that signs. None takes the key itself. */
export function declareKey(command: Command): void {
  command.addOption(
    new Option('--as <account>', 'sign as an account: its name or npub (nost key list)').helpGroup('Key'),
  );
  declareSecret(command);
}

/** The flags that name a secret key which is no account's. */
export function declareSecret(command: Command): void {
  const group = 'Key';
  command
    .addOption(
      new Option('--sec-file <path>', 'read the secret key from a file that only you can read').helpGroup(
        group,
      ),
    )
    .addOption(
      new Option('--sec-fd <n>', 'read the secret key from an open file descriptor')
        .argParser(parsedBy('--sec-fd', parseDescriptor))
        .helpGroup(group),
    )
    .addOption(
      new Option('--prompt-sec', 'type the secret key on the terminal, without echo').helpGroup(group),
    );
}

/** The relays of a command: the last words of its line. */
export function declareRelays(command: Command): void {
  command.argument('[relay...]', 'ws:// or wss:// URLs, or host names (default: NOST_RELAYS)');
}

/** Throws `UsageError` when there are any. */
export function noArguments(command: string, args: readonly string[]): void {
  if (args.length > 0) throw new UsageError(`${command} takes no arguments`, { code: 'bad_arguments' });
}

export interface CommonFlags {
  /** How often it was given. */
  quiet?: number;
  verbose?: boolean;
  logFormat: 'text' | 'json';
  color: 'auto' | 'always' | 'never';
}

/** The flags of every command. */
export function declareCommon(command: Command): void {
  const group = 'Common';
  let quiet = 0;
  command
    .addOption(new Option('-q, --quiet', 'only errors on stderr; -qq: nothing').helpGroup(group))
    .on('option:quiet', () => command.setOptionValue('quiet', ++quiet))
    .addOption(new Option('-v, --verbose', 'connections, EOSE, CLOSED and NOTICE on stderr').helpGroup(group))
    .addOption(
      new Option('--log-format <format>', 'stderr for people or as JSON lines')
        .choices(['text', 'json'])
        .default('text')
        .env('NOST_LOG')
        .helpGroup(group),
    )
    .addOption(
      new Option('--color <when>', 'colours')
        .choices(['auto', 'always', 'never'])
        .default('auto')
        .helpGroup(group),
    )
    .addHelpOption(new Option('-h, --help', 'short help; --help: all of it').helpGroup(group));
}

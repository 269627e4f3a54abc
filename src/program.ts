// Finds the command that the arguments name. --version and --help load no command and no flag parser.
import { COMMANDS, type CommandEntry } from './commands/index.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';
import { quote } from './protocol/quote.ts';
import type { Interruption } from './signals.ts';
import { refuseSecretsInArgv } from './signer/argv.ts';
import { VERSION } from './version.ts';

/** Runs the command line; `argv` starts after the name of the script. Throws a `Failure` for every expected fault. */
export async function runProgram(
  argv: readonly string[],
  context: Context,
  interruption: Interruption,
): Promise<void> {
  applyLogFlags(argv, context);
  refuseSecretsInArgv(argv);
  const [flags, words] = await splitLeadingFlags(argv);
  const entry = entryOf(words);
  if (!entry) return runWithoutCommand(flags, words, context);
  const { runCommandLine } = await import('./command-line.ts');
  const rest = words.slice(entry.name.split(' ').length);
  await runCommandLine(entry, [...flags, ...rest], context, interruption);
}

/** The flags before the name of the command, and the words from there on. */
async function splitLeadingFlags(argv: readonly string[]): Promise<[flags: string[], words: string[]]> {
  if (!argv[0]?.startsWith('-')) return [[], [...argv]];
  const { leadingFlags } = await import('./flags/leading-flags.ts');
  const count = leadingFlags(argv);
  return [argv.slice(0, count), argv.slice(count)];
}

/** The command that the arguments begin with. Its name may be two words, as in `key list`. */
function entryOf([first, second]: readonly string[]): CommandEntry | undefined {
  return COMMANDS.find(({ name }) => name === first || name === `${first} ${second}`);
}

async function runWithoutCommand(
  flags: readonly string[],
  words: readonly string[],
  context: Context,
): Promise<void> {
  const [first] = words;
  if (first === '--version' || first === '-V') return printVersion(words, context);
  if (first === undefined) {
    const { programHelp, shortProgramHelp } = await import('./reference/help.ts');
    const help = (flags.includes('--help') ? programHelp : shortProgramHelp)(COMMANDS);
    return answerWithHelp(help, asksForHelp(flags), 'no command was given', context);
  }
  const family = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
  if (family.length > 0) return runFamily(first, [...flags, ...words.slice(1)], family, context);
  throw await unknownCommand(words);
}

function asksForHelp(words: readonly string[]): boolean {
  return words.some(word => word === '-h' || word === '--help');
}

/** `nost key` without a subcommand. */
async function runFamily(
  first: string,
  rest: readonly string[],
  family: readonly CommandEntry[],
  context: Context,
): Promise<void> {
  const { familyHelp } = await import('./reference/help.ts');
  const help = familyHelp(first, family);
  const at = rest.findIndex(word => !word.startsWith('-'));
  if (at >= 0 && !asksForHelp(rest)) throw await unknownSubcommand(first, rest, at, family);
  return answerWithHelp(help, asksForHelp(rest), `nost ${first}: no command was given`, context);
}

/** The word at that place is none of the family. Where a flag stands before it, it may be the value of that: it is not quoted. */
async function unknownSubcommand(
  first: string,
  rest: readonly string[],
  at: number,
  family: readonly CommandEntry[],
): Promise<UsageError> {
  const flag = rest[at - 1];
  if (flag === undefined) return unknownCommand([first, ...rest]);
  const meant = family.find(({ name }) => rest.includes(name.slice(first.length + 1)));
  return new UsageError(`nost ${first}: its command stands before the flags`, {
    code: 'unknown_command',
    hint: meant ? behindCommand(meant, flag) : theseAreThere(family.map(({ name }) => name)),
  });
}

function behindCommand({ name }: CommandEntry, flag: string): string {
  const shown = flag.startsWith('--') ? flag.split('=')[0]! : flag.slice(0, 2);
  return `The command comes first: nost ${name} ${shown} …`;
}

function theseAreThere(names: readonly string[]): string {
  return `These are there: nost ${names.join(', nost ')}`;
}

/** Help where no command is named: an answer when it was asked for, else an error. */
async function answerWithHelp(
  help: string,
  isAsked: boolean,
  problem: string,
  context: Context,
): Promise<void> {
  const { printHelp, tellHelp } = await import('./run/terminal/show-help.ts');
  if (isAsked) return printHelp(help, context);
  await tellHelp(help, context);
  throw new UsageError(problem, { code: 'no_command' });
}

async function printVersion([, ...flags]: readonly string[], context: Context): Promise<void> {
  const unknown = flags.find(flag => flag !== '--json');
  if (unknown !== undefined)
    throw new UsageError(`unknown option ${quote(unknown)}`, { code: 'unknown_flag' });
  if (flags.length === 0) return context.stdout.line(VERSION);
  const { openVerifier } = await import('./run/verification.ts');
  const { engine: verify } = await openVerifier(context);
  const { nodeVersion: node, platform } = context;
  return context.stdout.line(JSON.stringify({ version: VERSION, node, platform, verify }));
}

/** A word that is no command: what was meant, or, for a code and a relay, what to do with it. */
async function unknownCommand(words: readonly string[]): Promise<UsageError> {
  const [first = ''] = words;
  if (first.startsWith('-')) {
    const meant = words.map((_, at) => entryOf(words.slice(at))).find(entry => entry !== undefined);
    return new UsageError(`unknown option ${quote(first.split('=')[0]!)}`, {
      code: 'unknown_flag',
      hint: meant ? behindCommand(meant, first) : ALL,
    });
  }
  const { commandFor, misplacedWord } = await import('./reference/habits.ts');
  const names = COMMANDS.map(({ name }) => name);
  const guess = misplacedWord(first) ?? commandFor(words, names);
  const family = names.filter(name => name.startsWith(`${first} `));
  const shown = family.length > 0 ? words.slice(0, 2).join(' ') : first;
  const others = family.length > 0 ? theseAreThere(family) : ALL;
  return new UsageError(`unknown command ${quote(shown)}`, {
    code: 'unknown_command',
    hint: guess ? `Did you mean: nost ${guess}` : others,
  });
}

const ALL = 'nost --help lists the commands.';

/** Read before the parser runs, so that its errors are already logged in the requested format. */
function applyLogFlags(words: readonly string[], context: Context): void {
  const at = words.indexOf('--log-format');
  const named = words.includes('--log-format=json')
    ? 'json'
    : at < 0
      ? context.env['NOST_LOG']
      : words[at + 1];
  if (named === 'json') context.log.settings.format = 'json';
  const color = words[words.indexOf('--color') + 1];
  if (words.includes('--color=never') || (color === 'never' && words.includes('--color')))
    context.log.settings.color = 'never';
  const quiet = words.filter(word => word === '-qq').length * 2;
  if (quiet > 0) context.log.settings.verbosity = 'silent';
}

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
  const entry = entryOf(argv);
  if (!entry) return runWithoutCommand(argv, context);
  const { runCommandLine } = await import('./command-line.ts');
  await runCommandLine(entry, argv, context, interruption);
}

/** The command that the arguments begin with. Its name may be two words, as in `key list`. */
function entryOf([first, second]: readonly string[]): CommandEntry | undefined {
  return COMMANDS.find(({ name }) => name === first || name === `${first} ${second}`);
}

async function runWithoutCommand(argv: readonly string[], context: Context): Promise<void> {
  const [first] = argv;
  if (first === '--version' || first === '-V') return printVersion(argv, context);
  const { programHelp } = await import('./reference/help.ts');
  if (first === undefined) {
    context.log.raw('help', programHelp(COMMANDS).trimEnd());
    throw new UsageError('no command was given', { code: 'no_command' });
  }
  refuseSecretsInArgv(argv);
  if (first === '-h' || first === '--help') return context.stdout.raw(programHelp(COMMANDS));
  const family = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
  if (family.length > 0) return runFamily(first, argv.slice(1), family, context);
  throw await unknownCommand(first);
}

/** `nost key` without a subcommand. */
async function runFamily(
  first: string,
  [second]: readonly string[],
  family: readonly CommandEntry[],
  context: Context,
): Promise<void> {
  const { familyHelp } = await import('./reference/help.ts');
  const help = familyHelp(first, family);
  if (second === '-h' || second === '--help') return context.stdout.raw(help);
  if (second !== undefined) throw await unknownCommand(`${first} ${second}`);
  context.log.raw('help', help.trimEnd());
  throw new UsageError(`nost ${first}: no command was given`, { code: 'no_command' });
}

async function printVersion([, ...flags]: readonly string[], context: Context): Promise<void> {
  refuseSecretsInArgv(flags);
  const unknown = flags.find(flag => flag !== '--json');
  if (unknown !== undefined)
    throw new UsageError(`unknown option ${quote(unknown)}`, { code: 'unknown_flag' });
  if (flags.length === 0) return context.stdout.line(VERSION);
  const { openVerifier } = await import('./run/verification.ts');
  const { engine: verify } = await openVerifier(context);
  const { nodeVersion: node, platform } = context;
  return context.stdout.line(JSON.stringify({ version: VERSION, node, platform, verify }));
}

async function unknownCommand(word: string): Promise<UsageError> {
  const { nearest } = await import('./protocol/nearest.ts');
  const noun = word.startsWith('-') ? 'option' : 'command';
  const guess =
    noun === 'command'
      ? nearest(
          word,
          COMMANDS.map(({ name }) => name),
        )
      : undefined;
  return new UsageError(`unknown ${noun} ${quote(word)}`, {
    code: `unknown_${noun === 'option' ? 'flag' : noun}`,
    hint: guess ? `Did you mean: nost ${guess}` : 'nost --help lists the commands.',
  });
}

/** Read before the parser runs, so that its errors are already logged in the requested format. */
function applyLogFlags(words: readonly string[], context: Context): void {
  const at = words.indexOf('--log-format');
  const named = words.includes('--log-format=json')
    ? 'json'
    : at < 0
      ? context.env['NOST_LOG']
      : words[at + 1];
  if (named === 'json') context.log.settings.format = 'json';
  const quiet = words.filter(word => word === '-qq').length * 2;
  if (quiet > 0) context.log.settings.verbosity = 'silent';
}

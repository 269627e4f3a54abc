// From words to a command: finds it, loads its module alone, parses its flags and runs it.
import { type Command, CommanderError } from 'commander';

import type { CommandModule } from './commands/command.ts';
import { declareCommand } from './commands/declare.ts';
import { COMMANDS, type CommandEntry } from './commands/index.ts';
import { bindOptionalValues } from './commands/optional-values.ts';
import type { CommonFlags, NetworkFlags } from './commands/options.ts';
import { VERSION } from './commands/version.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';
import type { Verbosity } from './output/log.ts';
import { nearest } from './protocol/nearest.ts';
import { quote } from './protocol/quote.ts';
import { type CommandNode, describeCommand } from './reference/command-tree.ts';
import { commandHelp, familyHelp, programHelp } from './reference/help.ts';
import type { Interruption } from './signals.ts';
import { refuseSecretsInArgv } from './signer/argv.ts';

/** Runs one command line, given without `node` and the script. Throws a `Failure` for everything foreseen. */
export async function runProgram(
  argv: readonly string[],
  context: Context,
  interruption: Interruption,
): Promise<void> {
  applyLogFlags(argv, context);
  const entry = entryOf(argv);
  if (!entry) return runWithoutCommand(argv, context);
  const rest = argv.slice(entry.name.split(' ').length);
  const module = await entry.load();
  const command = declareCommand(entry, module);
  command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  try {
    refuseSecretsInArgv(argv);
    command.parse(bindOptionalValues(rest, command.options), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed')
      return context.stdout.raw(commandHelp(command, module, rest));
    throw usageErrorOf(error, entry.name);
  }
  applyFlags(command.opts<CommonFlags>(), context);
  const { trace } = command.opts<Partial<NetworkFlags>>();
  if (trace !== undefined) await context.openTrace(trace);
  if (module.drainMs !== undefined) interruption.allowDrain(module.drainMs);
  await runModule(module, command, context);
}

/** The command that the words begin with; its name may have two. */
function entryOf([first, second]: readonly string[]): CommandEntry | undefined {
  return COMMANDS.find(({ name }) => name === first || name === `${first} ${second}`);
}

async function runModule(module: CommandModule, command: Command, context: Context): Promise<void> {
  try {
    await module.run(context, { args: command.args, options: command.opts(), describeAll });
  } catch (error) {
    if (error instanceof UsageError && error.code === 'no_input')
      context.log.raw('help', commandHelp(command, module, []).trimEnd());
    throw error;
  }
  await context.closeTrace();
}

/** Loads every command and describes it: completions, man pages and the README's table are made of this. */
export function describeAll(): Promise<CommandNode[]> {
  return Promise.all(
    COMMANDS.map(async entry => describeCommand(entry, declareCommand(entry, await entry.load()))),
  );
}

async function runWithoutCommand(argv: readonly string[], context: Context): Promise<void> {
  const [first] = argv;
  if (first === undefined) {
    context.log.raw('help', programHelp(COMMANDS).trimEnd());
    throw new UsageError('no command was given', { code: 'no_command' });
  }
  refuseSecretsInArgv(argv);
  if (first === '-h' || first === '--help') return context.stdout.raw(programHelp(COMMANDS));
  if (first === '--version' || first === '-V') return printVersion(argv.slice(1), context);
  const family = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
  if (family.length > 0) return runFamily(first, argv.slice(1), family, context);
  throw unknownCommand(first);
}

/** `nost key` without a word that says what to do with keys. */
async function runFamily(
  first: string,
  [second]: readonly string[],
  family: readonly CommandEntry[],
  context: Context,
): Promise<void> {
  const help = familyHelp(first, family);
  if (second === '-h' || second === '--help') return context.stdout.raw(help);
  if (second !== undefined) throw unknownCommand(`${first} ${second}`);
  context.log.raw('help', help.trimEnd());
  throw new UsageError(`nost ${first}: no command was given`, { code: 'no_command' });
}

async function printVersion(flags: readonly string[], context: Context): Promise<void> {
  const unknown = flags.find(flag => flag !== '--json');
  if (unknown !== undefined)
    throw new UsageError(`unknown option ${quote(unknown)}`, { code: 'unknown_flag' });
  if (flags.length === 0) return context.stdout.line(VERSION);
  const { openVerifier } = await import('./commands/verification.ts');
  const { engine: verify } = await openVerifier(context);
  const { nodeVersion: node, platform } = context;
  return context.stdout.line(JSON.stringify({ version: VERSION, node, platform, verify }));
}

function unknownCommand(word: string): UsageError {
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

/** commander's text, without its prefix, and its guess as the hint. */
function usageErrorOf(error: CommanderError, name: string): UsageError {
  const [message = '', guess] = error.message.replace(/^error: /, '').split('\n');
  const code = error.code === 'commander.unknownOption' ? 'unknown_flag' : 'usage';
  const hint = guess ? guess.replace(/[()]/g, '') : `nost ${name} -h shows what it takes.`;
  return new UsageError(message, { code, hint });
}

/** The log's format is wanted even when the rest of the line does not parse. */
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

function applyFlags({ quiet = 0, verbose, logFormat, color }: CommonFlags, context: Context): void {
  const verbosity: Verbosity = quiet > 1 ? 'silent' : quiet === 1 ? 'errors' : verbose ? 'verbose' : 'normal';
  context.log.settings = { format: logFormat, verbosity, color };
}

// Runs one command line: commander parses the flags, then the module of the command runs.
import { type Command, CommanderError } from 'commander';
import type { CommandModule } from './commands/command.ts';
import { declareCommand } from './commands/declare.ts';
import { COMMANDS, type CommandEntry } from './commands/index.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';
import type { NetworkFlags } from './flags/network-flags.ts';
import { bindOptionalValues } from './flags/optional-values.ts';
import type { CommonFlags } from './flags/options.ts';
import type { Verbosity } from './output/log.ts';
import { type CommandNode, describeCommand } from './reference/command-tree.ts';
import { commandHelp } from './reference/help.ts';
import type { Interruption } from './signals.ts';
import { refuseSecretsInArgv } from './signer/argv.ts';

/** Runs the command of `entry`. `argv` holds its name and its arguments. */
export async function runCommandLine(
  entry: CommandEntry,
  argv: readonly string[],
  context: Context,
  interruption: Interruption,
): Promise<void> {
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

/** Loads every command and describes it. Help, completions and the tables of the README are made from this. */
export function describeAll(): Promise<CommandNode[]> {
  return Promise.all(
    COMMANDS.map(async entry => describeCommand(entry, declareCommand(entry, await entry.load()))),
  );
}

/** The message of commander without its prefix; its suggestion becomes the hint. */
function usageErrorOf(error: CommanderError, name: string): UsageError {
  const [message = '', guess] = error.message.replace(/^error: /, '').split('\n');
  const code = error.code === 'commander.unknownOption' ? 'unknown_flag' : 'usage';
  const hint = guess ? guess.replace(/[()]/g, '') : `nost ${name} -h shows what it takes.`;
  return new UsageError(message, { code, hint });
}

function applyFlags({ quiet = 0, verbose, logFormat, color }: CommonFlags, context: Context): void {
  const verbosity: Verbosity = quiet > 1 ? 'silent' : quiet === 1 ? 'errors' : verbose ? 'verbose' : 'normal';
  context.log.settings = { format: logFormat, verbosity, color };
}

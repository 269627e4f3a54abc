// One command line: its words are read by the flags of its command, then the command runs.
import type { CommandModule, Invocation } from './commands/command.ts';
import { COMMANDS, type CommandEntry } from './commands/index.ts';
import type { Context } from './context.ts';
import { Failure, UsageError } from './errors.ts';
import { worstKind } from './exit-codes.ts';
import { type CommandWords, readWords } from './flags/command-words.ts';
import { type CommonFlags, wantsPretty } from './flags/common-flags.ts';
import { type FlagTable, namesOf } from './flags/flag.ts';
import { UnknownFlag } from './flags/parser-errors.ts';
import type { Verbosity } from './output/log.ts';
import { wantsColor, wantsColoredData } from './output/style.ts';
import type { CommandNode } from './reference/command-tree.ts';
import type { Interruption } from './signals.ts';
import { VERSION } from './version.ts';

/** Runs `entry` with the other words of the command line. */
export async function runCommandLine(
  entry: CommandEntry,
  words: readonly string[],
  context: Context,
  interruption: Interruption,
): Promise<void> {
  const module = await entry.load();
  const given = await read(entry.name, module, words);
  if (given === undefined) return showHelp(await helpOf(entry, module, words), context);
  const { flags, args } = given;
  applyFlags(flags, context);
  if (typeof flags['timeout'] === 'number') context.deadline.start(flags['timeout']);
  await presentOutput(flags, module, context);
  if (typeof flags['trace'] === 'string') await context.openTrace(flags['trace']);
  if (typeof flags['record'] === 'string') await context.openRecording(flags['record'], VERSION);
  if ('connectTimeout' in module.flags) await context.prepareNetwork();
  const drainMs = module.drainMs?.(flags);
  if (drainMs !== undefined) interruption.allowDrain(drainMs);
  try {
    await runModule(entry, module, { args, flags, describeAll, helpOf: wholeHelp }, context);
  } catch (error) {
    await context.closeTrace().catch(failure => {
      throw worse(error, failure);
    });
    throw error;
  } finally {
    await context.stdout.endPresentation();
  }
  await context.closeTrace();
}

/** The failure that decides how the command ends, when its trace or recording could not be written either. */
function worse(error: unknown, failure: unknown): unknown {
  if (!(error instanceof Failure) || !(failure instanceof Failure)) return error;
  return worstKind([error.kind, failure.kind]) === error.kind ? error : failure;
}

/** As `readWords`; an unknown flag is answered with the one that was meant. */
async function read(
  name: string,
  module: CommandModule,
  words: readonly string[],
): Promise<CommandWords<FlagTable> | undefined> {
  try {
    return readWords(name, module, words);
  } catch (error) {
    if (!(error instanceof UnknownFlag)) throw error;
    const { flagFor, withoutFlag } = await import('./reference/flag-habits.ts');
    const { flagsOf } = await import('./reference/command-tree.ts');
    const meant = flagFor(error.flag, flagsOf(module).flatMap(namesOf));
    const hint = withoutFlag(error.flag, name) ?? (meant && `Did you mean: nost ${name} ${meant}`);
    if (hint === undefined) throw error;
    throw new UsageError(error.message, { code: 'unknown_flag', hint });
  }
}

/** Loads nothing for output that a program reads. */
async function presentOutput(flags: CommonFlags, module: CommandModule, context: Context): Promise<void> {
  const { pretty, color } = flags;
  const { env, stdout } = context;
  const isPretty = wantsPretty(pretty, env['NOST_PRETTY'], stdout.isTerminal);
  const isColored = (isPretty ? wantsColor : wantsColoredData)(color, env, stdout.isTerminal);
  if (!isPretty && !isColored) return;
  const { presentBy } = await import('./run/terminal/presentation.ts');
  const layout = module.layoutFor?.(flags) ?? module.layout ?? 'blocks';
  await presentBy({ isPretty, isColored, layout }, context);
}

async function runModule(
  entry: CommandEntry,
  module: CommandModule,
  invocation: Invocation<object>,
  context: Context,
): Promise<void> {
  try {
    await module.run(context, invocation);
  } catch (error) {
    if (error instanceof UsageError && error.code === 'no_input')
      await (await import('./run/terminal/show-help.ts')).tellHelp(await helpOf(entry, module, []), context);
    throw context.deadline.over(error);
  }
}

/** What `nost help WORDS` prints; undefined where the words name nothing. */
async function wholeHelp(words: readonly string[]): Promise<string | undefined> {
  const { commandHelp, familyHelp, programHelp } = await import('./reference/help.ts');
  const name = words.join(' ');
  if (name === '') return programHelp(COMMANDS);
  const entry = COMMANDS.find(command => command.name === name);
  if (entry) return commandHelp(entry, await entry.load(), ['--help']);
  const family = COMMANDS.filter(command => command.name.startsWith(`${name} `));
  return family.length > 0 ? familyHelp(name, family) : undefined;
}

async function helpOf(entry: CommandEntry, module: CommandModule, words: readonly string[]): Promise<string> {
  const { commandHelp } = await import('./reference/help.ts');
  return commandHelp(entry, module, words);
}

async function showHelp(text: string, context: Context): Promise<void> {
  const { printHelp } = await import('./run/terminal/show-help.ts');
  return printHelp(text, context);
}

/** Loads every command and describes it: completions, man pages and the README's table are made of this. */
export async function describeAll(): Promise<CommandNode[]> {
  const { describeCommand } = await import('./reference/command-tree.ts');
  return Promise.all(COMMANDS.map(async entry => describeCommand(entry, await entry.load())));
}

function applyFlags({ quiet = 0, verbose, logFormat, color }: CommonFlags, context: Context): void {
  const verbosity: Verbosity = quiet > 1 ? 'silent' : quiet === 1 ? 'errors' : verbose ? 'verbose' : 'normal';
  context.log.settings = { format: logFormat, verbosity, color };
}

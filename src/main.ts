// The one try/catch: runs the program, words what went wrong, and sets the exit code. Nothing else picks one.

import { type Context, createContext } from './context.ts';
import { Failure, MonitorVerdict } from './errors.ts';
import { exitCodeOf } from './exit-codes.ts';
import { runProgram } from './program.ts';
import { Interruption } from './signals.ts';
import { keepGarbageSmall, keepMemoryLow, prepareNetwork } from './v8-flags.ts';
import { VERSION } from './version.ts';

/** Runs `nost` with the words of its command line. */
export async function main(argv: readonly string[]): Promise<void> {
  const interruption = new Interruption();
  const context = createContext(interruption.signal, { keepMemoryLow, keepGarbageSmall, prepareNetwork });
  const report = async (error: unknown): Promise<void> => {
    const failure = error instanceof Failure ? error : await bug(error, argv, context);
    if (failure.kind === 'bug' && context.log.settings.verbosity === 'verbose')
      context.log.raw('stack', String((error as Error).stack));
    await context.log.failure(failure);
    process.exitCode = failure instanceof MonitorVerdict ? failure.status : exitCodeOf(failure.kind);
  };
  process.removeAllListeners('warning'); // Node writes them to stderr, which is the log's alone
  process.on('warning', ({ name, message }) =>
    context.log.detail({ type: 'warning', message: `${name}: ${message}` }),
  );
  process.on('uncaughtException', error => void report(error).then(() => process.exit()));
  try {
    await runProgram(argv, context, interruption);
    await flush(context);
  } catch (error) {
    if (interruption.received === undefined) await report(error);
  }
  if (context.deadline.hasPassed) endSoon(context);
  else context.deadline.signal.addEventListener('abort', () => endSoon(context));
  context.end();
  if (context.stdout.isAbandoned) process.exit(); // what nobody reads would keep us for ever
  if (interruption.received !== undefined && !interruption.drained) interruption.raise();
}

/** Hands over what is left for stdout, within --timeout. Throws `Failure` when nobody takes it. */
async function flush({ stdout, deadline }: Context): Promise<void> {
  if (!stdout.isWaiting) return stdout.flush();
  const { CommandEnd } = await import('./run/command-end.ts');
  const check = await new CommandEnd(deadline).flush(stdout);
  check();
}

/** Milliseconds that a reader of stderr has after --timeout has ended the command. */
const GRACE_MS = 250;

/** After --timeout, lines on stderr that nobody reads must not keep the process running. */
function endSoon({ stdout }: Context): void {
  const exit = () => setTimeout(() => process.exit(), GRACE_MS).unref();
  stdout.flush().then(exit, exit);
}

/** What nobody foresaw, with a report of it in a file. */
async function bug(error: unknown, argv: readonly string[], context: Context): Promise<Failure> {
  const { writeBugReport } = await import('./bug-report.ts');
  const { env, nodeVersion, platform, pid, redact } = context;
  const details = { version: VERSION, nodeVersion, platform, now: context.now(), pid };
  const flags = await flagsIn(argv).catch(() => []);
  const written = writeBugReport({ error, flags, env, ...details, redact });
  const where =
    'path' in written
      ? `Please report it, with the file ${written.path}`
      : `Please report it, with the output of -v (no report could be written: ${written.problem})`;
  const message = `unforeseen: ${error instanceof Error ? error.message : String(error)}`;
  return new Failure('bug', message, {
    code: 'bug',
    hint: `This is a fault of nost ${VERSION}.\n${where}`,
    cause: error,
  });
}

async function flagsIn(argv: readonly string[]): Promise<string[]> {
  const { COMMANDS } = await import('./commands/index.ts');
  const { usedFlags } = await import('./reference/used-flags.ts');
  return usedFlags(argv, await Promise.all(COMMANDS.map(({ load }) => load())));
}

// Prints help: for a terminal of its width, with bold headings; for a pager beside a terminal without them; else as it is.
import type { Context } from '../../context.ts';
import { styleFor, wantsColor } from '../../output/style.ts';
import { layOut } from '../../reference/page-layout.ts';

/** Help that was asked for. Where stderr is a terminal, what comes in a pipe is most likely read there, in a pager. */
export async function printHelp(text: string, context: Context): Promise<void> {
  const { stdout, log, columns } = context;
  const width = stdout.isTerminal ? columns.stdout : log.isTerminal ? columns.stderr : undefined;
  await stdout.raw(await laidOut(text, context, width, stdout.isTerminal));
}

/** Help beside an error, on stderr. */
export async function tellHelp(text: string, context: Context): Promise<void> {
  const { log, columns } = context;
  const isForPeople = log.isTerminal && log.settings.format === 'text';
  const width = isForPeople ? columns.stderr : undefined;
  log.raw('help', (await laidOut(text, context, width, isForPeople)).trimEnd());
}

async function laidOut(
  text: string,
  { log, env }: Context,
  width: number | undefined,
  isTerminal: boolean,
): Promise<string> {
  if (width === undefined) return text;
  const { strong } = await styleFor(wantsColor(log.settings.color, env, isTerminal));
  return layOut(text, { width, strong });
}

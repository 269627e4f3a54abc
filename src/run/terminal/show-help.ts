// Prints help: for a terminal of its width, with bold headings; for a pipe as it is.
import type { Context } from '../../context.ts';
import { styleFor, wantsColor } from '../../output/style.ts';
import { layOut } from '../../reference/page-layout.ts';

/** Help that was asked for. */
export async function printHelp(text: string, context: Context): Promise<void> {
  const { stdout } = context;
  await stdout.raw(await laidOut(text, context, context.columns.stdout, stdout.isTerminal));
}

/** Help beside an error, on stderr. */
export async function tellHelp(text: string, context: Context): Promise<void> {
  const { log, columns } = context;
  const isForPeople = log.isTerminal && log.settings.format === 'text';
  const shown = isForPeople ? await laidOut(text, context, columns.stderr, true) : text;
  log.raw('help', shown.trimEnd());
}

async function laidOut(
  text: string,
  { log, env }: Context,
  width: number,
  isTerminal: boolean,
): Promise<string> {
  const { strong } = await styleFor(wantsColor(log.settings.color, env, isTerminal));
  return isTerminal ? layOut(text, { width, strong }) : text;
}

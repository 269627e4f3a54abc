// `nost help`: the help of the program, of a command, or of a topic.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { nearest } from '../../protocol/nearest.ts';
import { quote } from '../../protocol/quote.ts';
import { TOPICS } from '../../reference/topics/topics.ts';
import { printHelp } from '../../run/terminal/show-help.ts';
import { command, type Invocation } from '../command.ts';

export const help = command({
  examples: [
    { line: 'nost help req', about: 'all flags of a command' },
    { line: 'nost help exit-codes', about: 'a topic' },
  ],
  exits: [],
  flags: {},
  args: [
    {
      spelling: '[word...]',
      description: 'a topic or a command',
      suggestions: TOPICS.map(({ name }) => name),
    },
  ],
  usage: '[topic | command]',
  run,
});

async function run(context: Context, { args, helpOf, describeAll }: Invocation<object>): Promise<void> {
  const topic = TOPICS.find(({ name }) => args.length === 1 && name === args[0]);
  const text = topic ? await topic.load() : await helpOf(args);
  if (text !== undefined) return printHelp(text, context);
  const commands = await describeAll();
  const known = [...TOPICS, ...commands].map(({ name }) => name);
  const guess = nearest(args.join(' '), known);
  throw new UsageError(`there is no help on ${quote(args.join(' '))}`, {
    code: 'unknown_topic',
    hint: guess ? `Did you mean: nost help ${guess}` : `Topics: ${TOPICS.map(({ name }) => name).join(', ')}`,
  });
}

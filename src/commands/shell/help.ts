// `nost help`: the help of the program, of a command, or of a topic.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { parseKinds } from '../../protocol/kind.ts';
import { nearest } from '../../protocol/nearest.ts';
import { quote } from '../../protocol/quote.ts';
import { TOPICS } from '../../reference/topics/topics.ts';
import { printHelp } from '../../run/terminal/show-help.ts';
import { command, type Invocation } from '../command.ts';

export const help = command({
  examples: [
    { line: 'nost help req', about: 'all flags of a command' },
    { line: 'nost help exit-codes', about: 'a topic' },
    { line: 'nost help kind 30023', about: 'a kind of event' },
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
  usage: '[topic | command | kind KIND]',
  run,
});

async function run(context: Context, { args, helpOf, describeAll }: Invocation<object>): Promise<void> {
  const text = await textOf(args, helpOf);
  if (text !== undefined) return printHelp(text, context);
  const commands = await describeAll();
  const known = [...TOPICS, ...commands].map(({ name }) => name);
  const meant = kindGuess(args) ?? nearest(args.join(' '), known) ?? (await habitOf(args, commands));
  throw new UsageError(`there is no help on ${quote(args.join(' '))}`, {
    code: 'unknown_topic',
    hint: meant ? `Did you mean: nost help ${meant}` : `Topics: ${TOPICS.map(({ name }) => name).join(', ')}`,
  });
}

/** The command that other words for it mean: `messages`, `articles`. */
async function habitOf(
  words: readonly string[],
  commands: readonly { name: string }[],
): Promise<string | undefined> {
  const { commandFor } = await import('../../reference/habits.ts');
  const names = commands.map(({ name }) => name);
  const meant = commandFor(words, names);
  return names.find(name => `${meant} `.startsWith(`${name} `));
}

/** `kind 30023`, for the number or the name of one alone, or behind the word `kinds`. */
function kindGuess(words: readonly string[]): string | undefined {
  const [word = '', ...rest] = words[0] === 'kinds' ? words.slice(1) : words;
  try {
    return rest.length === 0 && parseKinds(word).length === 1 ? `kind ${word}` : undefined;
  } catch {
    return undefined;
  }
}

/** A topic, a kind, or a command. */
async function textOf(
  args: readonly string[],
  helpOf: Invocation<object>['helpOf'],
): Promise<string | undefined> {
  const [first, second] = args;
  const topic = TOPICS.find(({ name }) => args.length === 1 && name === first);
  if (topic) return topic.load();
  if (first !== 'kind' || second === undefined) return helpOf(args);
  return kindText(args.slice(1).join(' '));
}

/** What is known of a kind; where it is none, or several, it is told where all of them are. */
async function kindText(words: string): Promise<string> {
  const { kindHelp } = await import('../../reference/topics/kinds.ts');
  const more = { code: 'bad_value', hint: 'nost help kinds lists them.' } as const;
  let kinds: number[];
  try {
    kinds = parseKinds(words);
  } catch (error) {
    throw new UsageError(`nost help kind: ${(error as Error).message}`, more);
  }
  const text = kindHelp(kinds);
  if (text !== undefined) return text;
  throw new UsageError(`nost help kind explains one kind, not ${quote(words)}`, more);
}

// Help text from the command definitions: examples first, then flags by group, exit codes last.
import { EXIT_CODES, whenOf } from '../exit-codes.ts';
import type { Flag } from '../flags/flag.ts';
import { flagsOf } from './command-tree.ts';
import type { CommandDefinition, CommandSummary, Example } from './definition.ts';
import { rowsOf } from './page-layout.ts';
import { TOPICS } from './topics/topics.ts';

const WIDTH = 30;

/** Rows of a small terminal, and the columns of most. */
const [ROWS, COLUMNS] = [24, 80];

/** Flags of a short help, and the width of their column. */
const [OFTEN, NARROW] = [10, 26];

/** The help of one command: short, or whole when `--help` was written out. */
export function commandHelp(
  command: CommandSummary,
  definition: CommandDefinition,
  words: readonly string[],
): string {
  return words.includes('--help') ? wholeHelp(command, definition) : shortHelp(command, definition);
}

function wholeHelp({ name, summary }: CommandSummary, definition: CommandDefinition): string {
  const groups = [...groupsOf(definition)].map(
    ([group, flags]) => `${group}:\n${flags.map(flag => flagLine(flag)).join('\n')}`,
  );
  const { examples } = definition;
  return page([
    summary,
    usageLine(name, definition),
    exampleList(examples),
    ...argumentList(definition),
    ...groups,
    exitCodes(name, definition),
  ]);
}

/** Fits a screen: as many examples as there is room for, and at least one. */
function shortHelp({ name, summary }: CommandSummary, definition: CommandDefinition): string {
  const flags = oftenUsed(definition);
  const width = Math.min(NARROW, Math.max(0, ...flags.map(({ spelling }) => spelling.length)) + 2);
  const list = flags.map(({ spelling, description }) =>
    columns(spelling, brief(description, COLUMNS - width - 2), width),
  );
  const pageWith = (examples: readonly Example[]) =>
    page([
      summary,
      usageLine(name, definition),
      exampleList(examples),
      ...(list.length > 0 ? [`Flags:\n${list.join('\n')}`] : []),
      `more: nost ${name} --help`,
    ]);
  const { examples } = definition;
  const pages = examples.map((_, left) => pageWith(examples.slice(0, examples.length - left)));
  return pages.find(text => rowsOf(text.trimEnd(), COLUMNS) <= ROWS) ?? pages.at(-1)!;
}

function oftenUsed({ flags, often }: CommandDefinition): Flag[] {
  const own =
    often?.map(name => flags[name]!) ?? Object.values(flags).filter(({ group }) => group !== 'Network');
  return own.slice(0, OFTEN);
}

/** Its beginning, if the whole does not fit on a line and it has a part that can stand for it. */
function brief(description: string, room: number): string {
  const text = description.replace(/ \([^()]*\)$/, '');
  if (text.length <= room) return text;
  const ends = [/[;:] /g, /, /g].map(mark => [...text.slice(0, room).matchAll(mark)].at(-1)?.index);
  return text.slice(
    0,
    ends.find(end => end !== undefined),
  );
}

function page(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`;
}

function usageLine(name: string, definition: CommandDefinition): string {
  return `Usage: nost ${name} ${usageOf(definition)}`;
}

function usageOf({ usage, args = [] }: CommandDefinition): string {
  return usage ?? ['[flags]', ...args.map(({ spelling }) => spelling)].join(' ');
}

function exampleList(examples: readonly Example[]): string {
  return `Examples:\n${examples.map(({ line, about }) => `  # ${about}\n  ${line}`).join('\n')}`;
}

/** What the words beside flags may be, but for that they are on stdin, which the usage tells. */
function argumentList({ args = [] }: CommandDefinition): string[] {
  const told = args.filter(({ spelling }) => spelling !== '[-]');
  if (told.length === 0) return [];
  return [`Arguments:\n${told.map(arg => columns(arg.spelling, arg.description)).join('\n')}`];
}

/** The flags by their group, in the order of the table. */
function groupsOf(definition: CommandDefinition): Map<string, Flag[]> {
  const groups = new Map<string, Flag[]>();
  for (const flag of flagsOf(definition)) groups.set(flag.group, [...(groups.get(flag.group) ?? []), flag]);
  return groups;
}

function flagLine({ spelling, description, choices, variable, ...flag }: Flag): string {
  const fallback = flag.shownDefault ?? (flag.takes === 'negation' ? undefined : flag.default);
  const notes = [choices?.join(', '), fallback !== undefined && `default: ${fallback}`, variable];
  const shown = notes.filter(note => typeof note === 'string').map(note => ` (${note})`);
  return columns(spelling, description + shown.join(''));
}

function columns(left: string, right: string, width = WIDTH): string {
  return left.length < width ? `  ${left.padEnd(width)}${right}` : `  ${left}\n  ${''.padEnd(width)}${right}`;
}

function exitCodes(command: string, { exits }: CommandDefinition): string {
  const rows = EXIT_CODES.filter(
    ({ name }) => ['ok', 'usage', 'signals'].includes(name) || exits.includes(name as never),
  );
  const lines = rows.map(row => `  ${String(row.code).padStart(3)}  ${whenOf(row, command)}`);
  return `Exit codes:\n${lines.join('\n')}`;
}

/** The help of a family of commands, `nost key`. */
export function familyHelp(word: string, commands: readonly CommandSummary[]): string {
  const rows = commands.map(({ name, summary }) => columns(name, summary));
  return `Usage: nost ${word} <command> [flags]\n\n${rows.join('\n')}\n\nnost ${word} <command> -h shows examples and flags of one.\n`;
}

function topicList(): string {
  return `Help topics (nost help <topic>):\n${TOPICS.map(({ name, summary }) => columns(name, summary)).join('\n')}`;
}

const NAME = 'nost: the Nostr power tool for the shell.';

const ABOUT = `${NAME} Keys, signed events and relays; results are JSONL on stdout.`;

const USAGE = 'Usage: nost <command> [flags] [relay...]';

const EXAMPLES = `Examples:
  # the newest ten notes of a relay
  nost req -k note -l 10 wss://relay.example
  # sign a note and send it
  nost publish -m 'hello' --sec-file key.txt wss://relay.example`;

/** The short help of the program, which fits a screen: the commands of the core, and the names of the others. */
export function shortProgramHelp(commands: readonly CommandSummary[]): string {
  const core = commands.filter(({ group }) => group === 'Core');
  const others = commands.filter(({ group }) => group !== 'Core').map(({ name }) => name.split(' ')[0]!);
  return page([
    `${NAME}\n${USAGE}`,
    EXAMPLES,
    `Core:\n${core.map(({ name, summary }) => columns(name, summary)).join('\n')}`,
    `Others: ${[...new Set(others)].join(' ')}`,
    'more: nost --help',
  ]);
}

/** The help of the program: its commands by group, and the topics. */
export function programHelp(commands: readonly CommandSummary[]): string {
  const groups = [...new Set(commands.map(({ group }) => group))].map(group => {
    const rows = commands
      .filter(command => command.group === group)
      .map(({ name, summary }) => columns(name, summary));
    return `${group}:\n${rows.join('\n')}`;
  });
  return `${[
    ABOUT,
    USAGE,
    `${EXAMPLES}
  # a relay to test against
  nost serve`,
    ...groups,
    topicList(),
    'nost <command> -h shows examples and flags of a command, nost --version [--json] the version.',
  ].join('\n\n')}\n`;
}

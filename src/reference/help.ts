// Help text from the command definitions: examples first, then flags by group, exit codes last.
import { EXIT_CODES } from '../exit-codes.ts';
import type { Flag } from '../flags/flag.ts';
import { flagsOf } from './command-tree.ts';
import type { CommandDefinition, CommandSummary } from './definition.ts';
import { TOPICS } from './topics/topics.ts';

const WIDTH = 30;

/** The help of one command: short, or whole when `--help` was written out. */
export function commandHelp(
  { name, summary }: CommandSummary,
  definition: CommandDefinition,
  words: readonly string[],
): string {
  const isWhole = words.includes('--help');
  const parts = [`${summary}\n\nUsage: nost ${name} ${usageOf(definition)}`, examples(definition)];
  for (const [group, flags] of groupsOf(definition)) {
    if (isWhole || group !== 'Common') parts.push(`${group}:\n${flags.map(flagLine).join('\n')}`);
  }
  parts.push(isWhole ? exitCodes(definition) : `nost ${name} --help shows all flags and exit codes.`);
  return `${parts.join('\n\n')}\n`;
}

function usageOf({ usage, args = [] }: CommandDefinition): string {
  return usage ?? ['[flags]', ...args.map(({ spelling }) => spelling)].join(' ');
}

function examples({ examples }: CommandDefinition): string {
  return `Examples:\n${examples.map(({ line, about }) => `  # ${about}\n  ${line}`).join('\n')}`;
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

function columns(left: string, right: string): string {
  return left.length < WIDTH ? `  ${left.padEnd(WIDTH)}${right}` : `  ${left}\n  ${''.padEnd(WIDTH)}${right}`;
}

function exitCodes({ exits }: CommandDefinition): string {
  const rows = EXIT_CODES.filter(
    ({ name }) => ['ok', 'usage', 'signals'].includes(name) || exits.includes(name as never),
  );
  return `Exit codes:\n${rows.map(({ code, when }) => `  ${String(code).padStart(3)}  ${when}`).join('\n')}`;
}

/** The help of a family of commands, `nost key`. */
export function familyHelp(word: string, commands: readonly CommandSummary[]): string {
  const rows = commands.map(({ name, summary }) => columns(name, summary));
  return `Usage: nost ${word} <command> [flags]\n\n${rows.join('\n')}\n\nnost ${word} <command> -h shows the flags of one.\n`;
}

function topicList(): string {
  return `Help topics (nost help <topic>):\n${TOPICS.map(({ name, summary }) => columns(name, summary)).join('\n')}`;
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
    'nost: the Nostr power tool for the shell. Keys, signed events and relays; results are JSONL on stdout.',
    'Usage: nost <command> [flags] [relay...]',
    `Examples:
  # the newest ten notes of a relay
  nost req -k note -l 10 wss://relay.example
  # sign a note and send it
  nost publish -m 'hello' --sec-file key.txt wss://relay.example
  # a relay to test against
  nost serve`,
    ...groups,
    topicList(),
    'nost <command> -h shows the flags of a command, nost --version [--json] the version.',
  ].join('\n\n')}\n`;
}

// Help text from the command definitions: examples first, then flags by group, exit codes last.
import type { Command, Option } from 'commander';
import { EXIT_CODES } from '../exit-codes.ts';
import type { CommandDefinition, CommandSummary } from './definition.ts';

const WIDTH = 30;

/** The help of one command: short, or whole when `--help` was written out. */
export function commandHelp(
  command: Command,
  definition: CommandDefinition,
  words: readonly string[],
): string {
  const parts = [
    `${command.description()}\n\nUsage: ${command.name()} ${command.usage()}`,
    examples(definition),
  ];
  for (const [group, options] of groupsOf(command)) {
    if (words.includes('--help') || group !== 'Common')
      parts.push(`${group}:\n${options.map(optionLine).join('\n')}`);
  }
  parts.push(
    words.includes('--help')
      ? exitCodes(definition)
      : `${command.name()} --help shows all flags and exit codes.`,
  );
  return `${parts.join('\n\n')}\n`;
}

function examples({ examples }: CommandDefinition): string {
  return `Examples:\n${examples.map(({ line, about }) => `  # ${about}\n  ${line}`).join('\n')}`;
}

/** Visible options by their group, in the order they were declared. */
export function groupsOf(command: Command): Map<string, Option[]> {
  const groups = new Map<string, Option[]>();
  for (const option of command.createHelp().visibleOptions(command)) {
    const group = option.helpGroupHeading ?? 'Options';
    groups.set(group, [...(groups.get(group) ?? []), option]);
  }
  return groups;
}

function optionLine(option: Option): string {
  const shown = option.defaultValueDescription ?? option.defaultValue;
  const fallback = shown === undefined || shown === false ? '' : ` (default: ${shown})`;
  const choices = option.argChoices ? ` (${option.argChoices.join(', ')})` : '';
  const variable = option.envVar ? ` (${option.envVar})` : '';
  return columns(option.flags, option.description + choices + fallback + variable);
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
  return `Usage: nost ${word} <command> [flags]\n\n${rows.join('\n')}\n\nnost ${word} <command> -h shows what it takes.\n`;
}

/** The help of the program: its commands by group. */
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
    'nost <command> -h shows what a command takes; nost --version [--json] what this is.',
  ].join('\n\n')}\n`;
}

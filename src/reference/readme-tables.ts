// The README's tables, from the command definitions and the exit-code table.
import { EXIT_CODES } from '../exit-codes.ts';
import type { CommandNode } from './command-tree.ts';

/** One row for each command. */
export function commandTable(commands: readonly CommandNode[]): string {
  const rows = commands.map(({ name, summary }) => `| \`nost ${name}\` | ${summary} |`);
  return ['| command | what it does |', '|---|---|', ...rows].join('\n');
}

/** One row for each exit code. */
export function exitCodeTable(): string {
  const rows = EXIT_CODES.map(({ code, name, when }) => `| ${code} | ${name} | ${when} |`);
  return ['| code | name | when |', '|--:|---|---|', ...rows].join('\n');
}

/** The text with what stands between `<!-- NAME -->` and `<!-- /NAME -->` replaced. */
export function replaceSection(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`no section ${name}`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}

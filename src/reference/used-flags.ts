// Which flags a command line uses, by their names alone.
import { namesOf } from '../flags/flag.ts';
import { flagsOf } from './command-tree.ts';
import type { CommandDefinition } from './definition.ts';

/** The flags that some command has; a value may begin with dashes too, and no value is ever among them. */
export function usedFlags(
  argv: readonly string[],
  definitions: readonly Pick<CommandDefinition, 'flags'>[],
): string[] {
  const names = new Set(definitions.flatMap(flagsOf).flatMap(namesOf));
  const given = argv.flatMap(word => /^(?:--[a-z][a-z-]*|-[a-zA-Z])/.exec(word)?.[0] ?? []);
  return given.filter(name => names.has(name));
}

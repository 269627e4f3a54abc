// What completion offers at each place of a command line, for every shell alike.
import type { ArgumentNode, CommandNode, FlagNode } from './command-tree.ts';

/** What stands to choose from: fixed words, or what the shell finds out when it is asked. */
export type Offer = readonly string[] | 'files' | 'accounts' | 'wallets' | 'relays' | 'nothing';

/** A place in the line: after these words of the command. */
export interface Place {
  /** A command, a family of commands (`key`), `help key` or `help kind`. */
  readonly name: string;
  readonly flags: readonly FlagNode[];
  /** What may stand there beside flags. */
  readonly offer: Offer;
  /** What may stand behind the first word, and behind the next; absent where the same may. The last is for all further ones. */
  readonly then?: readonly Offer[];
}

export interface CompletionTree {
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly places: readonly Place[];
  /** Flags that may stand before the command. */
  readonly leading: readonly FlagNode[];
  readonly kinds: readonly string[];
}

const HELP: FlagNode = { names: ['--help'], description: 'list the commands', value: undefined, choices: [] };
const VERSION: FlagNode = {
  names: ['--version'],
  description: 'print the version',
  value: undefined,
  choices: [],
};

/** The places of all commands. */
export function completionTree(
  commands: readonly CommandNode[],
  kinds: readonly string[],
  common: readonly FlagNode[],
): CompletionTree {
  const first = [...new Set(commands.map(({ name }) => name.split(' ')[0]!))];
  const summaryOf = (word: string) => commands.find(({ name }) => name === word)?.summary;
  const help = commands.find(({ name }) => name === 'help');
  const families = first.filter(word => summaryOf(word) === undefined);
  return {
    commands: first.map(name => ({
      name,
      summary: summaryOf(name) ?? secondWords(commands, name).join(', '),
    })),
    places: [
      ...commands.map(command => ({
        name: command.name,
        flags: command.flags,
        ...(command === help
          ? { offer: [...(command.args[0]?.choices ?? []), 'kind', ...first] }
          : offersOf(command)),
      })),
      ...families.map(name => ({ name, flags: [HELP], offer: secondWords(commands, name) })),
      ...(help ? families : []).map(name => ({
        name: `help ${name}`,
        flags: [],
        offer: secondWords(commands, name),
      })),
      ...(help ? [{ name: 'help kind', flags: [], offer: kinds }] : []),
    ],
    leading: [...common, HELP, VERSION],
    kinds,
  };
}

function secondWords(commands: readonly CommandNode[], family: string): string[] {
  const prefix = `${family} `;
  return commands.flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
}

function offersOf({ args }: CommandNode): Pick<Place, 'offer' | 'then'> {
  const [offer = 'nothing', ...then] = args.map(offerOfArgument);
  return then.length === 0 ? { offer } : { offer, then };
}

/** An argument is offered by what it is called. */
function offerOfArgument({ name, choices }: ArgumentNode): Offer {
  if (choices.length > 0) return choices;
  switch (name) {
    case 'file':
      return 'files';
    case 'account':
    case 'who':
    case 'items':
      return 'accounts';
    case 'wallet':
      return 'wallets';
    case 'relay':
      return 'relays';
    default:
      return 'nothing';
  }
}

/** What a flag's value may be; undefined for a flag that takes none. */
export function offerOfValue({ value, choices }: FlagNode, kinds: readonly string[]): Offer | undefined {
  if (value === undefined) return undefined;
  if (choices.length > 0) return choices;
  if (value === 'kind') return kinds;
  if (value === 'account' || value === 'key') return 'accounts';
  if (value === 'wallet') return 'wallets';
  return value.includes('file') || value === 'path' ? 'files' : 'nothing';
}

/** Flags whose value is offered in the same way, together. */
export function byOffer(
  flags: readonly FlagNode[],
  kinds: readonly string[],
): [names: string[], offer: Offer][] {
  const groups = new Map<string, [names: string[], offer: Offer]>();
  for (const flag of flags) {
    const offer = offerOfValue(flag, kinds);
    if (offer === undefined) continue;
    const key = String(offer);
    const group = groups.get(key) ?? [[], offer];
    group[0].push(...flag.names);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The kinds that are asked for most. */
const USUAL = new Set(
  'profile note follows dm delete repost reaction gift-wrap comment report zap mute-list relay-list dm-relays article'.split(
    ' ',
  ),
);

/** A shell asks before it shows more words than this. */
const MOST_SHOWN = 100;

/** What is offered while nothing is typed, where the whole is too much to show; undefined where it is not. */
export function usualOf(offer: readonly string[]): readonly string[] | undefined {
  return offer.length > MOST_SHOWN ? offer.filter(word => USUAL.has(word)) : undefined;
}

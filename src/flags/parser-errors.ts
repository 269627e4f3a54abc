// What Commander refuses, in our words: what is missing or one too many, and what to type.
import { UsageError } from '../errors.ts';
import { quote } from '../protocol/quote.ts';
import type { Argument, FlagTable } from './flag.ts';

/** A flag that the command does not have; its value, which may be a secret, is not kept. */
export class UnknownFlag extends UsageError {
  readonly flag: string;

  constructor(flag: string, command: string) {
    super(`unknown option ${flag}`, {
      code: 'unknown_flag',
      hint: `nost ${command} -h shows what it takes.`,
    });
    this.flag = flag;
  }
}

/** A line that could not be read, and what the command takes. */
export interface Refused {
  readonly command: string;
  readonly args: readonly Argument[];
  readonly table: FlagTable;
  /** The words that are no flags. */
  readonly words: readonly string[];
}

/** The usage error for what Commander refused. */
export function usageErrorOf(
  { code, message }: { code: string; message: string },
  refused: Refused,
): UsageError {
  const { command } = refused;
  const text = message.replace(/^error: /, '');
  const unknown = code === 'commander.unknownOption' && /'(--[^=']*|-.)/.exec(text)?.[1];
  if (unknown) return new UnknownFlag(withShortWords(unknown), command);
  if (code === 'commander.excessArguments') return tooMany(refused);
  const hint = `nost ${command} -h shows what it takes.`;
  if (code === 'commander.missingArgument')
    return new UsageError(missing(refused), { code: 'bad_arguments', hint });
  return new UsageError(valueFault(text) ?? withShortWords(text), { code: 'usage', hint });
}

/** A word that the command has no place for; what it may be meant as. */
function tooMany(refused: Refused): UsageError {
  const { command, args, words } = refused;
  const isForStdin = args[0]?.spelling === STDIN; // then the first word is one too many, too
  const wrong = args[0]?.spelling === FILE ? words.find(isNoFile) : undefined;
  const word = wrong ?? (isForStdin ? words.find(each => each !== '-') : undefined) ?? words[args.length];
  return new UsageError(`nost ${command} takes no such word: ${quote(word)}`, {
    code: 'bad_arguments',
    hint: wrong === undefined ? insteadOf(refused) : insteadOfFile(wrong, refused),
  });
}

/** An argument that is there for a bare `-` alone. */
const STDIN = '[-]';

/** An argument that names a file of events. */
const FILE = '[file]';

const RELAY = /^wss?:\/\//i;

/** Whether it is a relay or JSON, which is wrong wherever it stands. */
function isNoFile(word: string): boolean {
  return RELAY.test(word) || /^\s*[{[]/.test(word);
}

function insteadOfFile(word: string, { command, table }: Refused): string {
  if (RELAY.test(word)) return `No relay is asked here: nost req RELAY | nost ${command}`;
  if ('filter' in table) return "A filter: --filter '{…}'.";
  return `Events are read from a file or stdin: printf '%s' '{…}' | nost ${command}`;
}

function insteadOf({ command, args, table, words }: Refused): string {
  const word = words[args.length] ?? '';
  if ('relay' in table && RELAY.test(word)) return 'A relay is given with --relay URL.';
  if (/^m?sats?$/i.test(word)) return `An amount is one word: ${words[args.length - 1]}${word}`;
  if ('name' in table) return 'A name is given with --name NAME.';
  if ('port' in table) return 'A port is given with --port N.';
  if ('content' in table) return "A text is one word, given with -m 'TEXT'.";
  if (args.length === 1 && args[0]?.spelling === FILE)
    return `One file is read. Several: cat FILE… | nost ${command} -`;
  if (args[0]?.spelling === '<file>' && /\.\w+$/.test(word))
    return `One file at a time: for file in *.md; do nost ${command} "$file" --yes; done`;
  if ('d' in table) return 'An identifier is given with -d NAME.';
  return `nost ${command} -h shows what it takes.`;
}

/** `account: name or npub`, of the first argument that was not given. */
function missing({ args, words }: Refused): string {
  const { spelling, description, choices } = args[words.length]!;
  return `${spelling} is missing: ${choices ? choices.join(', ') : description}`;
}

/** What is said of a flag without its value, and of a word that is not among the choices. */
function valueFault(text: string): string | undefined {
  const lacking = /^option '(.*)' argument missing$/.exec(text);
  if (lacking) {
    const [names = '', value = ''] = lacking[1]!.split(/ (?=<)/);
    return `${names.split(', ').at(-1)} is given without its value, ${value}`;
  }
  const chosen =
    /^(.*?)'([^']*)' (?:from env '(\w+)' )?is invalid(?:.*?)\. Allowed choices are (.*)\.$/s.exec(text);
  if (!chosen) return undefined;
  const [, before = '', word = '', variable, choices = ''] = chosen;
  const flag = /--[\w-]+/.exec(before)?.[0];
  const where = variable ?? flag;
  return `${where === undefined ? '' : `${where}: `}${quote(word)} is none of ${choices}`;
}

/** A word that is longer is no typing error. */
const LONGEST_WORD = 80;

function withShortWords(text: string): string {
  return text.replace(
    /\S{100,}/g,
    word => `${word.slice(0, LONGEST_WORD).toWellFormed()}…${/'?[,.]?$/.exec(word)![0]}`,
  );
}

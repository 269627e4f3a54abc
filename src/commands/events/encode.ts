// `nost encode`: NIP-19 codes from hex, from other codes, or from the JSON that `decode` prints; one code a line.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { parseOneKind } from '../../flags/event-flags.ts';
import { type FlagsOf, flags, list, text, value } from '../../flags/flag.ts';
import { AccountName, keyOf, type Person, parsePerson } from '../../flags/people.ts';
import { nearest } from '../../protocol/nearest.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { quote } from '../../protocol/quote.ts';
import { normalizeRelayUrl } from '../../protocol/relay-url.ts';
import { CODE_TYPES, type CodeType, entityOf, entityOfJson } from '../../run/events/code.ts';
import { BadLines, openLines, readInputLines } from '../../run/events/event-input.ts';
import { refuseFiles } from '../../run/network/relay-words.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = flags('Code', {
  relay: list('--relay <url>', 'a relay where it is to be found (repeatable)', normalizeRelayUrl),
  author: value(
    '--author <key>',
    'the author of a nevent or naddr: hex, npub, nprofile or own account',
    parsePerson,
  ),
  kind: value('-k, --kind <kind>', 'the kind of a nevent or naddr, a number or a name', parseOneKind),
  identifier: text('-d, --identifier <identifier>', 'the identifier (d tag) of an naddr'),
});

type EncodeFlags = FlagsOf<typeof FLAGS>;

export const encode = command({
  examples: [
    {
      line: 'nost encode npub 3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d',
      about: 'a public key',
    },
    {
      line: 'nost encode nevent $ID --relay wss://relay.example --author npub1… -k note',
      about: 'an event and where it is',
    },
    { line: 'nost encode naddr --author npub1… -k article -d my-post', about: 'an address' },
    {
      line: 'nost decode nevent1… | jq -c \'.relays += ["wss://b.example"]\' | nost encode -',
      about: 'one more relay',
    },
    { line: 'nost encode nsec < hex.txt', about: 'a secret key, from stdin only' },
  ],
  exits: [],
  flags: FLAGS,
  args: [
    {
      spelling: '<type>',
      description: `${CODE_TYPES.join(', ')}; or - for JSON on stdin, as decode prints it`,
      suggestions: CODE_TYPES,
    },
    {
      spelling: '[value...]',
      description: 'hex, a code, or kind:pubkey:identifier (default: stdin, one a line)',
    },
  ],
  run,
});

async function run(context: Context, { args, flags }: Invocation<EncodeFlags>): Promise<void> {
  const [word = '', ...values] = args;
  const type = CODE_TYPES.find(name => name === word);
  if (word !== '-' && type === undefined) throw unknownType(word, values);
  if (type === 'nsec' && values.some(value => value !== '-')) {
    throw new UsageError('a secret key is given by stdin only: other users can read command lines', {
      code: 'secret_in_argv',
      hint: 'nost encode nsec < FILE',
    });
  }
  refuseFiles(values, `One value a line: nost encode ${word} < FILE.`);
  const author = flags.author && (await keyOf(flags.author, context));
  const parts = { ...flags, author };
  const make = (text: string) => {
    if (type && text.startsWith('{')) throw new Error(NOT_JSON);
    return encodeEntity(type ? entityOf(type, text, parts) : entityOfJson(parseJson(text), parts));
  };
  const isWhole = [flags.author, flags.kind, flags.identifier].some(part => part !== undefined);
  if (type === 'naddr' && values.length === 0 && isWhole) values.push('');
  const isStdin = values.length === 0 || (values.length === 1 && values[0] === '-');
  if (isStdin) return fromStdin(context, { isExplicit: word === '-' || values.length > 0, type }, make);
  const keys = type === 'npub' || type === 'nprofile' ? await Promise.all(values.map(own(context))) : values;
  await context.stdout.lines(keys.map(text => inArgs(make, text, type)));
}

const NOT_JSON =
  'that is JSON: nost decode --field nevent prints the code of an event, nost encode - takes what decode prints';

/** The key of an account of one's own; another word is left as it is. */
function own(context: Context): (word: string) => Promise<string> {
  return async word => {
    const person = personOr(word);
    return person instanceof AccountName ? keyOf(person, context) : word;
  };
}

function personOr(word: string): Person {
  try {
    return parsePerson(word);
  } catch {
    return word;
  }
}

function unknownType(word: string, values: readonly string[]): UsageError {
  const what = word === '' ? 'no type was given' : `${quote(word)} is no type of code`;
  if (/^(?:nostr:)?n(?:pub|ote|profile|event|addr)1\w{6,}$/i.test(word))
    return new UsageError(`${quote(word)} is a code already`, {
      code: 'bad_value',
      hint: `What it holds: nost decode ${word}`,
    });
  const types = `Types: ${CODE_TYPES.join(', ')}; or - for JSON on stdin.`;
  const guess = nearest(word, CODE_TYPES) ?? CODE_TYPES.find(type => values.includes(type));
  return new UsageError(what, {
    code: 'bad_value',
    hint: guess === undefined ? types : `Did you mean: nost encode ${guess} VALUE\n${types}`,
  });
}

function inArgs(make: (text: string) => string, text: string, type: CodeType | undefined): string {
  try {
    return make(text);
  } catch (error) {
    const hint =
      type === 'naddr' ? 'From its parts: nost encode naddr --author WHO -k KIND -d NAME' : undefined;
    throw new UsageError((error as Error).message, { code: 'bad_value', hint });
  }
}

/** One value a line; a bad one is reported and skipped. */
async function fromStdin(
  context: Context,
  { isExplicit, type }: { isExplicit: boolean; type: CodeType | undefined },
  make: (text: string) => string,
): Promise<void> {
  const badLines = new BadLines('stdin', context, false);
  const missing =
    type === 'nsec'
      ? 'a secret key is read from stdin: nost encode nsec < FILE'
      : 'no value: give one, or - for stdin';
  const source = openLines(context, isExplicit, missing);
  context.signal.addEventListener('abort', () => source.push(null));
  for await (const lines of readInputLines(source, 'stdin')) {
    const codes: string[] = [];
    for (const { number, text, problem } of lines) {
      if (problem === undefined && text.trim() === '') continue;
      try {
        if (problem !== undefined) throw new Error(problem);
        codes.push(make(text.trim()));
      } catch (error) {
        await badLines.report(number, (error as Error).message);
      }
    }
    await context.stdout.lines(codes);
    if (context.signal.aborted || context.stdout.readerGone.aborted) return;
  }
  if (badLines.failure) throw badLines.failure;
}

/** The text may hold a secret: what is wrong with it is said without quoting it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('not JSON');
  }
}

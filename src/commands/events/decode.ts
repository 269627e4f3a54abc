// `nost decode`: what NIP-19 codes and nostr: URIs hold, one JSON line each. A secret is shown only on demand.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { type FlagsOf, flags, on } from '../../flags/flag.ts';
import { notAsked } from '../../flags/identifiers.ts';
import { bytesToHex } from '../../protocol/hex.ts';
import { isNip05Like } from '../../protocol/nip05.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { decodeCode } from '../../protocol/nip21.ts';
import { isWebLink } from '../../protocol/web-link.ts';
import { BadLines, openInput, readInputLines } from '../../run/events/event-input.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = flags('Flags', { reveal: on('--reveal', 'print the secret key of an nsec') });

export const decode = command({
  examples: [
    { line: 'nost decode npub1…', about: 'the public key in hex' },
    { line: 'nost decode nostr:nevent1… | jq -r .id', about: 'the id of a shared event' },
    { line: 'nost decode < codes.txt', about: 'many codes, separated by white space' },
    {
      line: 'nost decode < nsec.txt',
      about: 'the public key of a secret; the secret itself only with --reveal',
    },
  ],
  exits: [],
  flags: FLAGS,
  args: [
    {
      spelling: '[code...]',
      description:
        'npub, note, nprofile, nevent, naddr, a nostr: URI, or a link that holds one (default: stdin)',
    },
  ],
  run,
});

async function run(
  context: Context,
  { args, flags: { reveal = false } }: Invocation<FlagsOf<typeof FLAGS>>,
): Promise<void> {
  const fromStdin = args.length === 0 || (args.length === 1 && args[0] === '-');
  return fromStdin ? decodeStdin(context, args.length > 0, reveal) : decodeArgs(context, args, reveal);
}

/** Of a single code the failure says all; of several each that is none gets its line. */
async function decodeArgs(context: Context, args: readonly string[], reveal: boolean): Promise<void> {
  let bad = 0;
  for (const word of args) {
    const { line, problem } = await describe(word, { reveal, isTyped: true });
    if (line !== undefined) await context.stdout.line(line);
    else if (args.length === 1) throw new UsageError(problem, { code: 'bad_code' });
    else {
      bad++;
      context.log.warn({ type: 'bad_line', message: problem });
    }
    if (context.signal.aborted || context.stdout.readerGone.aborted) return;
  }
  if (bad > 0)
    throw new UsageError(`${bad} of ${args.length} codes could not be decoded`, { code: 'bad_code' });
}

async function decodeStdin(context: Context, explicit: boolean, reveal: boolean): Promise<void> {
  const badLines = new BadLines('stdin', context, false);
  for await (const [number, word] of wordsOf(context, explicit, badLines)) {
    const { line, problem } = await describe(word, { reveal, isTyped: false });
    if (line !== undefined) await context.stdout.line(line);
    else await badLines.report(number, problem);
    if (context.signal.aborted || context.stdout.readerGone.aborted) return;
  }
  if (badLines.failure) throw badLines.failure;
}

async function* wordsOf(
  context: Context,
  explicit: boolean,
  badLines: BadLines,
): AsyncGenerator<[line: number, word: string]> {
  const source = openInput(context, explicit, 'no code: give codes, or - to read them from stdin');
  context.signal.addEventListener('abort', () => source.push(null));
  for await (const lines of readInputLines(source, 'stdin')) {
    for (const { number, text, problem } of lines) {
      if (problem !== undefined) await badLines.report(number, problem);
      for (const word of text.split(/\s+/)) if (word !== '') yield [number, word];
    }
  }
}

/** What is printed of a code, or why it is none. */
type Description = { line: string; problem?: never } | { line?: never; problem: string };

async function describe(
  word: string,
  { reveal, isTyped }: { reveal: boolean; isTyped: boolean },
): Promise<Description> {
  try {
    const entity = decodeCode(word);
    if (entity.type !== 'nsec') return { line: JSON.stringify(entity) };
    const { publicKeyOf } = await import('../../protocol/keys.ts'); // the curve takes a while to load
    const pubkey = publicKeyOf(entity.secretKey);
    const shown = { type: 'nsec', npub: encodeEntity({ type: 'npub', pubkey }), pubkey };
    return {
      line: JSON.stringify(reveal ? { ...shown, secret_key: bytesToHex(entity.secretKey) } : shown),
    };
  } catch (error) {
    return { problem: problemOf(word, isTyped, error as Error) };
  }
}

const HEX_KEY = /^[0-9a-f]{64}$/i;

/** The hex is not quoted: it may be a secret key. */
const HEX_MEANING =
  '64 hex digits are no code: they may be an event id (nost req -i HEX), a public key (nost req -a HEX) or a secret key (nost key import < FILE)';

/**
 * Nothing else is quoted: a piece of a secret key that was broken by a blank, or a word of a seed phrase, looks like any
 * other word. On the command line a short one is a mistake, not a secret.
 */
function isQuotable(word: string, isTyped: boolean): boolean {
  return /^(?:nostr:|n[a-z]+1|ln[a-z]+1)/i.test(word) || isWebLink(word) || (isTyped && word.length < 12);
}

const NOT_SHOWN =
  'not a NIP-19 code such as npub1…, note1… or nevent1…; it is not shown, for it may be a secret';

function problemOf(word: string, isTyped: boolean, { message }: Error): string {
  if (HEX_KEY.test(word)) return HEX_MEANING;
  if (isNip05Like(word) && (isTyped || word.includes('@'))) return notAsked(word);
  return isQuotable(word, isTyped) ? message : NOT_SHOWN;
}

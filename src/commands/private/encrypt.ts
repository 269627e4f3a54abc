// `nost encrypt`: a text for another key (NIP-44), from stdin.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { type FlagsOf, flags, on, value } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { LOOKUP_FLAGS } from '../../flags/network-flags.ts';
import { PERSON, parsePerson } from '../../flags/people.ts';
import { extendedWarning } from '../../run/private/extended-warning.ts';
import { type Conversion, convertTexts, MAX_TEXT_BYTES, parseJsonString } from '../../run/private/texts.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Flags', {
    to: value('--to <key>', `for whom: ${PERSON}`, parsePerson),
    jsonl: on('--jsonl', 'many texts, a JSON string in each line; prints a payload in each line'),
    failEarly: on('--fail-early', 'with --jsonl: stop at the first bad line'),
    nip04: on('--nip04', 'write the old NIP-04 form, which others can alter unnoticed'),
  }),
  ...KEY_FLAGS,
  ...LOOKUP_FLAGS,
};

export const encrypt = command({
  examples: [
    { line: "printf '%s' 'see you at nine' | nost encrypt --to npub1…", about: 'print the payload' },
    { line: 'nost encrypt --to npub1… --sec-file key.txt < letter.txt', about: 'a file, byte for byte' },
    {
      line: 'jq -c .text letters.jsonl | nost encrypt --jsonl --to npub1…',
      about: 'many texts, one payload for each',
    },
  ],
  exits: ['refused', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  args: [{ spelling: '[-]', description: 'the text, up to 16 MiB of UTF-8, on stdin' }],
  usage: '--to <key> [flags] [-]    (the text on stdin, up to 16 MiB)',
  run,
});

async function run(context: Context, { args, flags }: Invocation<FlagsOf<typeof FLAGS>>): Promise<void> {
  if (flags.to === undefined)
    throw new UsageError('for whom is the text?', {
      code: 'bad_arguments',
      hint: 'Name the key: --to npub1…',
    });
  if (flags.nip04) context.log.warn({ type: 'warning', message: OLD_FORM });
  const tellLong = extendedWarning(context, 'a text');
  const conversion: Conversion = {
    noun: 'the text',
    maxBytes: MAX_TEXT_BYTES,
    peer: flags.to,
    convert: async (signer, peer, text) => {
      if (flags.nip04) return signer.nip04Encrypt(peer, text);
      const payload = await signer.nip44Encrypt(peer, text);
      tellLong(payload);
      return payload;
    },
    parseLine: parseJsonString,
    toLine: payload => payload,
    print: (stdout, payload) => stdout.line(payload),
    example: "printf '%s' 'see you at nine' | nost encrypt --to npub1…",
  };
  await convertTexts(context, args, flags, conversion);
}

const OLD_FORM =
  'NIP-04 hides neither length nor alterations and is deprecated: use it only for a reader that knows nothing else';

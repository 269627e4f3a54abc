// `nost decrypt`: what another key encrypted for this one, or this one for it (NIP-44, NIP-04), from stdin.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { type FlagsOf, flags, on, value } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { LOOKUP_FLAGS } from '../../flags/network-flags.ts';
import { PERSON, parsePerson } from '../../flags/people.ts';
import { isLegacyPayload } from '../../protocol/nip04.ts';
import { InvalidPayload } from '../../protocol/nip44.ts';
import {
  type Conversion,
  convertTexts,
  MAX_PAYLOAD_BYTES,
  parseJsonString,
} from '../../run/private/texts.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Flags', {
    from: value('--from <key>', `who encrypted it: ${PERSON}`, parsePerson, {
      conflicts: ['to'],
    }),
    to: value('--to <key>', 'for whom you encrypted it yourself', parsePerson),
    jsonl: on('--jsonl', 'many payloads, one in each line; prints a JSON string in each line'),
    failEarly: on('--fail-early', 'with --jsonl: stop at the first bad line'),
  }),
  ...KEY_FLAGS,
  ...LOOKUP_FLAGS,
};

export const decrypt = command({
  examples: [
    { line: 'nost decrypt --from npub1… < payload.txt', about: 'print the text, byte for byte' },
    {
      line: 'nost req -k 4 -a npub1… wss://relay.example | jq -r .content | nost decrypt --jsonl --from npub1…',
      about: 'old messages (NIP-04), a JSON string for each',
    },
    { line: 'nost decrypt --to npub1… < payload.txt', about: 'what you wrote to somebody' },
  ],
  exits: ['refused', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  args: [{ spelling: '[-]', description: 'the payload on stdin' }],
  usage: '--from <key> [flags] [-]    (the payload on stdin)',
  run,
});

async function run(context: Context, { args, flags }: Invocation<FlagsOf<typeof FLAGS>>): Promise<void> {
  const person = flags.from ?? flags.to;
  if (person === undefined)
    throw new UsageError('who encrypted it?', { code: 'bad_arguments', hint: 'Name the key: --from npub1…' });
  const conversion: Conversion = {
    noun: 'the payload',
    maxBytes: MAX_PAYLOAD_BYTES,
    peer: person,
    convert: async (signer, peer, text) => {
      const payload = text.trim();
      if (payload === '') throw new InvalidPayload('format', 'nothing to decrypt: stdin is empty');
      return isLegacyPayload(payload)
        ? signer.nip04Decrypt(peer, payload)
        : signer.nip44Decrypt(peer, payload);
    },
    parseLine: line => (line.startsWith('"') ? parseJsonString(line) : line),
    toLine: text => JSON.stringify(text),
    print: (stdout, text) => stdout.text([Buffer.from(text + (lacksNewline(stdout, text) ? '\n' : ''))]),
    example: 'nost decrypt --from npub1… < payload.txt',
  };
  await convertTexts(context, args, flags, conversion);
}

/** At a terminal the prompt would follow the text on its line. */
function lacksNewline({ isTerminal }: Context['stdout'], text: string): boolean {
  return isTerminal && !text.endsWith('\n');
}

// `nost wrap`: events that their recipients alone can read, and nobody can prove who wrote them (NIP-59, NIP-17).
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { EVENT_FLAGS, parseOneKind } from '../../flags/event-flags.ts';
import { commaList, type FlagsOf, flags, on, value } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { LOOKUP_FLAGS } from '../../flags/network-flags.ts';
import { PERSON, parsePerson } from '../../flags/people.ts';
import { quote } from '../../protocol/quote.ts';
import { wrapRumors } from '../../run/private/wrapping.ts';
import { command, type Invocation } from '../command.ts';

const { content, contentFile, tag, tagJson, e, p, d, createdAt, allowNsec } = EVENT_FLAGS;

const FLAGS = {
  ...flags('Wrap', {
    to: commaList('--to <key>', `a recipient: ${PERSON} (repeatable; default: the p tags)`, parsePerson),
    ephemeral: on('--ephemeral', 'a wrap that relays pass on and do not store (kind 21059)'),
    failEarly: on('--fail-early', 'stop at the first bad line of the input'),
  }),
  ...flags('Event', {
    kind: value('-k, --kind <kind>', 'kind, a number or a name (default: 14, a chat message)', parseOneKind),
    content,
    contentFile,
    tag,
    tagJson,
    e,
    p,
    d,
    createdAt,
    allowNsec,
  }),
  ...KEY_FLAGS,
  ...LOOKUP_FLAGS,
};

export const wrap = command({
  examples: [
    {
      line: "nost wrap --to npub1… -m 'hello' --sec-file key.txt | nost publish - wss://inbox.example",
      about: 'a private message (NIP-17), sent to where its reader reads',
    },
    {
      line: 'nost wrap --to npub1… --to me -m hello --as me > wraps.jsonl',
      about: 'the same with a copy for yourself: one line for each recipient',
    },
    {
      line: 'nost wrap - --sec-file key.txt < drafts.jsonl',
      about: 'each draft for everybody in its p tags',
    },
  ],
  exits: ['refused', 'unreachable', 'signer', 'io', 'timeout'],
  often: ['to', 'content', 'contentFile', 'kind', 'tag', 'p', 'ephemeral', 'failEarly', 'as', 'secFile'],
  flags: FLAGS,
  args: [{ spelling: '[-]', description: 'drafts on stdin, as JSONL' }],
  usage: '[--to <key>] [flags] [-]    (-: drafts on stdin, as JSONL)',
  run,
});

async function run(context: Context, { args, flags }: Invocation<FlagsOf<typeof FLAGS>>): Promise<void> {
  const word = args.find(arg => arg !== '-');
  if (word !== undefined)
    throw new UsageError(`wrap sends nothing, so ${quote(word)} has no place here`, {
      code: 'bad_arguments',
      hint: "A text is given with -m 'TEXT', a recipient with --to KEY.\nnost wrap --to npub1… -m 'hello' | nost publish - wss://inbox.example",
    });
  await wrapRumors(context, args, flags, flags.to ?? []);
}

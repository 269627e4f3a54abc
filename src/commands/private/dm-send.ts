// `nost dm send`: a private message, to where its receivers take them (NIP-17).
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { EVENT_FLAGS } from '../../flags/event-flags.ts';
import { type FlagsOf, flags, list, on, text, value } from '../../flags/flag.ts';
import { hintsIn, parseEventId } from '../../flags/identifiers.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { personOf } from '../../flags/people.ts';
import { parseRequire } from '../../flags/values.ts';
import { quote } from '../../protocol/quote.ts';
import { normalizeRelayUrl } from '../../protocol/relay-url.ts';
import { untilEnd } from '../../run/command-end.ts';
import { sendMessage } from '../../run/dm/send.ts';
import { refuseRelays } from '../../run/network/relay-words.ts';
import { command, type Invocation } from '../command.ts';

const { content, contentFile, tag, tagJson, expires, allowNsec } = EVENT_FLAGS;

const FLAGS = {
  ...flags('Message', {
    content: { ...content, description: 'the text (default: all of stdin)' },
    contentFile: { ...contentFile, description: 'read the text from a file or stdin' },
    subject: text('--subject <text>', 'the subject of the conversation from now on'),
    reply: value(
      '--reply <id>',
      'the message that this one answers: the id that dm read prints',
      parseParent,
    ),
    expires: { ...expires, description: 'ask relays to forget it after this time (NIP-40)' },
    tag,
    tagJson,
    allowNsec: { ...allowNsec, description: 'send it even if it contains a secret key' },
  }),
  ...flags('Sending', {
    relay: list(
      '--relay <url>',
      'look here for the lists of inboxes (repeatable; default: NOST_RELAYS)',
      normalizeRelayUrl,
    ),
    auth: on('--auth', 'tell the inboxes of the receivers who you are, where they ask (NIP-42)'),
    require: value('--require <n|all>', 'how many inboxes of each must accept it (default: 1)', parseRequire),
    dryRun: on('--dry-run', 'print the gift wraps, and say where they would go; send nothing'),
    results: on('--results', 'print the answer of each inbox, instead of what became of the message'),
  }),
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

type DmSendFlags = FlagsOf<typeof FLAGS>;

export const dmSend = command({
  examples: [
    { line: "nost dm send npub1… -m 'see you at nine'", about: 'to their inboxes, and a copy to your own' },
    {
      line: './report.sh | nost dm send bob@example.com amy@example.com --as bot --subject report',
      about: 'the output of a program, for two people',
    },
    {
      line: "nost dm send npub1… --reply 6b3c… -m yes --expires 1w | jq -c '.to[].relays'",
      about: 'an answer that relays forget after a week, and who took it',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  often: ['content', 'subject', 'reply', 'expires', 'relay', 'auth', 'require', 'dryRun', 'as', 'secFile'],
  args: [
    {
      spelling: '<who...>',
      description: 'npub, nprofile, hex, name@domain, or an account of yours; -: the text is typed or piped',
    },
  ],
  layoutFor: ({ results }) => (results ? 'rows' : 'blocks'),
  usage: '<who...> [flags] [-]    (-: the text on stdin)',
  run,
});

/** The message that is answered, and where a code says it is. */
function parseParent(text: string): { id: string; relay?: string } {
  const id = parseEventId(text);
  const [relay] = id === text ? [] : hintsIn(text);
  return relay === undefined ? { id } : { id, relay };
}

async function run(context: Context, { args, flags }: Invocation<DmSendFlags>): Promise<void> {
  const words = args
    .filter(word => word !== '-')
    .flatMap(word => (/\s/.test(word) ? [word] : word.split(',')));
  const sentence = words.find(word => /\s/.test(word));
  if (sentence !== undefined)
    throw new UsageError(`${quote(sentence)} is a text, not a person`, {
      code: 'bad_arguments',
      hint: "A text is given with -m 'TEXT'.",
    });
  refuseRelays(
    words,
    'A message goes to the inboxes of its receivers; --relay URL is where their lists are looked for.',
  );
  const isTyped = args.includes('-');
  if (isTyped && (flags.content !== undefined || flags.contentFile !== undefined))
    throw new UsageError('- and -m or --content-file both give the text', { code: 'bad_arguments' });
  if (words.length === 0)
    throw new UsageError('say who is to get it', {
      code: 'bad_arguments',
      hint: "nost dm send npub1… -m 'hello'",
    });
  const who = words.map(personOf);
  await untilEnd(context.deadline, 'before the message was sent', async end => {
    try {
      await sendMessage(context, flags, who, isTyped, end);
    } catch (error) {
      throw perhapsText(error, words, flags);
    }
  });
}

/** A word that is nobody may be the text. */
function perhapsText(
  error: unknown,
  words: readonly string[],
  { content, contentFile }: DmSendFlags,
): unknown {
  const isText = words.length > 1 && content === undefined && contentFile === undefined;
  if (!isText || !(error instanceof UsageError) || error.code !== 'bad_value') return error;
  return new UsageError(error.message, { code: error.code, hint: "A text is given with -m 'TEXT'." });
}

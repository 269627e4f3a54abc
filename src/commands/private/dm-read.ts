// `nost dm read`: one's private messages, opened and checked (NIP-17).
import type { Context } from '../../context.ts';
import { FILTER_FLAGS } from '../../flags/filter-flags.ts';
import { duration, type FlagsOf, flags, list, on, text, value } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { PERSON, personOf } from '../../flags/people.ts';
import { parseRequire, wholeNumber } from '../../flags/values.ts';
import { normalizeRelayUrl } from '../../protocol/relay-url.ts';
import { untilEnd } from '../../run/command-end.ts';
import { readMessages } from '../../run/dm/read.ts';
import { refuseRelays } from '../../run/network/relay-words.ts';
import { command, type Invocation } from '../command.ts';

const { since, until, kind } = FILTER_FLAGS;

const FLAGS = {
  ...flags('Messages', {
    since: {
      ...since,
      description: 'written at this time or later: unix seconds, ISO 8601, or a duration ago',
    },
    until: { ...until, description: 'written up to this time' },
    kind: {
      ...kind,
      description: 'kinds that messages have (default: dm, file-message, reaction, delete)',
    },
    received: on('--received', 'leave out what you wrote yourself'),
    legacy: on('--legacy', 'also read the old messages of NIP-04, which are not authenticated'),
  }),
  ...flags('Query', {
    stream: on('-f, --stream', 'go on after the stored messages; reconnect when disconnected'),
    new: on('--new', 'only messages from now on; implies --stream'),
    maxEvents: value(
      '-n, --max-events <n>',
      'only the newest n messages; with --stream end after n',
      wholeNumber(1),
    ),
    idle: duration('--idle <duration>', 'end when nothing arrives for this long'),
    relay: list(
      '--relay <url>',
      'read here (repeatable; default: your inboxes, the list of which is looked for at NOST_RELAYS)',
      normalizeRelayUrl,
    ),
    auth: on('--auth', 'authenticate to the relays you named, too; your inboxes are always told who reads'),
    require: value('--require <n|all>', 'how many relays must answer completely (default: 1)', parseRequire),
    failOnEmpty: on('--fail-on-empty', 'exit 1 if no message arrives'),
    report: text('--report <file>', 'write how each relay ended, one JSON line per relay'),
  }),
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

export const dmRead = command({
  examples: [
    { line: 'nost dm read | jq -r .content', about: 'what people wrote to you, and you to them' },
    { line: 'nost dm read bob@example.com --since 2d', about: 'one conversation' },
    {
      line: 'nost dm read --new --received --as bot | ./answer.sh',
      about: 'a bot that answers what others write, for days',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  often: ['since', 'until', 'received', 'stream', 'new', 'maxEvents', 'legacy', 'relay', 'as', 'secFile'],
  args: [
    {
      spelling: '[who...]',
      description: `only conversations that all of them take part in: ${PERSON}; you alone: notes to yourself`,
    },
  ],
  layout: 'rows',
  run,
});

async function run(context: Context, { args, flags }: Invocation<FlagsOf<typeof FLAGS>>): Promise<void> {
  refuseRelays(args);
  const who = args.flatMap(word => word.split(',')).map(personOf);
  await untilEnd(context.deadline, 'before the messages were read', end =>
    readMessages(context, flags, who, end),
  );
}

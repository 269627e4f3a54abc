// `nost publish`: signs events where needed, sends them to every relay, and prints what each answered.
import type { Context } from '../../context.ts';
import { EVENT_FLAGS } from '../../flags/event-flags.ts';
import { type FlagsOf, flags, on, text, value } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS, RELAY_ARGUMENT } from '../../flags/network-flags.ts';
import { parsePipeline, parseRequire } from '../../flags/values.ts';
import { readsStdin } from '../../run/events/event-source.ts';
import type { Instead } from '../../run/network/relay-words.ts';
import { publishEvents } from '../../run/publish-run.ts';
import { chooseRelays, relaysIfAny } from '../../run/relays.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...EVENT_FLAGS,
  ...flags('Publish', {
    require: value('--require <n|all>', 'how many relays must accept each event (default: 1)', parseRequire),
    results: on('--results', 'print the answer of each relay to each event, instead of the event'),
    pipeline: value(
      '--pipeline <n|auto>',
      'events in flight per relay; auto: as many as it answers without delay, at most 1000',
      parsePipeline,
      { default: 'auto' },
    ),
    outbox: on(
      '--outbox',
      'send each event where its author writes and those in its p tags read (NIP-65); the relays you name are asked for the lists, and take what has none',
    ),
    state: text('--state <file>', 'record accepted events in this file, and skip them in the next run'),
    dryRun: on(
      '--dry-run',
      'sign and print, but send nothing; with --outbox and a relay: say where it would go',
    ),
    auth: on('--auth', 'authenticate to these relays when they ask (NIP-42)'),
    failEarly: on('--fail-early', 'stop at the first bad line of the input'),
  }),
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

/** What stands where a relay should. */
const INSTEAD: Instead = {
  person: 'A person is referenced with -p npub1….',
  event:
    'An event is referenced with -e nevent1…; one that is signed is read from stdin: nost publish - RELAY.',
  address: "An article and the like is referenced with its address: -t a='KIND:AUTHOR:IDENTIFIER'.",
  hex: 'An event is referenced with -e ID, a person with -p KEY.',
  kind: 'A kind is given with -k KIND.',
  json: 'Events and drafts are read from stdin: nost publish - RELAY < FILE.',
  file: 'Events and drafts in a file: nost publish - RELAY < FILE. A text in a file: --content-file FILE.',
  text: "A text is given with -m 'TEXT'.",
};

type PublishFlags = FlagsOf<typeof FLAGS>;

export const publish = command({
  examples: [
    {
      line: "nost publish -m 'hello' --sec-file key.txt wss://relay.example",
      about: 'sign a note and send it',
    },
    {
      line: 'nost publish --results - wss://a.example wss://b.example < events.jsonl',
      about: 'send many events, print one result line for each',
    },
    {
      line: "jq -c '{content: .text}' posts.jsonl | nost publish - --sec-file key.txt wss://relay.example",
      about: 'complete and sign drafts',
    },
    {
      line: "nost publish --outbox -m 'hello' -p bob@example.com --as me wss://index.example",
      about: 'to your own write relays, and to where bob reads',
    },
    {
      line: "nost publish -k article -d my-post -t title='My post' --content-file post.md --dry-run --sec-file key.txt",
      about: 'only sign and print',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  often: ['content', 'contentFile', 'kind', 'tag', 'p', 'as', 'secFile', 'require', 'results', 'dryRun'],
  args: [RELAY_ARGUMENT],
  usage: '[flags] [-] [relay...]    (-: events or drafts on stdin, as JSONL)',
  layout: 'rows',
  run,
});

async function run(context: Context, { args, flags }: Invocation<PublishFlags>): Promise<void> {
  readsStdin(args, flags); // a mistake there is told before one about the relays
  const named = args.filter(word => word !== '-');
  const needsNone = flags.dryRun && !flags.outbox;
  const choose = flags.dryRun ? relaysIfAny : chooseRelays;
  const relays = needsNone ? [] : await choose(named, context, flags, INSTEAD);
  await publishEvents(context, flags, args, relays);
}

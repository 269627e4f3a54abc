// `nost req`: asks relays and prints what they send as JSONL, and how each relay ended.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { FILTER_FLAGS } from '../../flags/filter-flags.ts';
import { duration, type FlagsOf, flags, off, on, text, value } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS, RELAY_ARGUMENT } from '../../flags/network-flags.ts';
import { parseRequire, wholeNumber } from '../../flags/values.ts';
import { parseTemplate } from '../../output/template.ts';
import { encodeClientMessage } from '../../protocol/message.ts';
import { untilEnd } from '../../run/command-end.ts';
import { printTo, runQuery } from '../../run/query-run.ts';
import { askedBy } from '../../run/question.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...FILTER_FLAGS,
  ...flags('Query', {
    stream: on(
      '-f, --stream',
      'keep the subscription open after the stored events; reconnect when disconnected',
    ),
    new: on('--new', 'only events from now on; implies --stream'),
    all: on('--all', "page through all stored events, past the relay's cap; --limit sets the page size"),
    outbox: on(
      '--outbox',
      'ask each author where they write (NIP-65); the relays you name are asked for the lists',
    ),
    maxEvents: value('-n, --max-events <n>', 'end after n events', wholeNumber(1)),
    idle: duration('--idle <duration>', 'end when no event arrives for this long'),
    require: value('--require <n|all>', 'how many relays must answer completely (default: 1)', parseRequire),
    failOnEmpty: on('--fail-on-empty', 'exit 1 if no event arrives'),
    envelope: on('--envelope', 'print {"relay","stored","received_at","event"} instead of the bare event'),
    format: value(
      '--format <template>',
      "print each event by this template instead of JSON: '%{id} %{date} %{content}'",
      parseTemplate,
      { conflicts: ['envelope', 'pretty'] },
    ),
    report: text('--report <file>', 'write how each relay ended, one JSON line per relay'),
    auth: on('--auth', 'authenticate to these relays when they ask (NIP-42)'),
    dryRun: on(
      '--dry-run',
      'print the REQ frame instead of sending it; needs no relay (a name@domain is looked up)',
    ),
    verify: off('--no-verify', 'do not check ids and signatures'),
    dedupe: off('--no-dedupe', 'print an event once for each relay that sends it'),
  }),
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

/** Where no relay is named, the codes say where to ask. */
const HINTED =
  'ws:// or wss:// URLs, or host names (default: NOST_RELAYS, else the relays that codes in -i -a -e -p -t name)';

type ReqFlags = FlagsOf<typeof FLAGS>;

export const req = command({
  examples: [
    { line: 'nost req -k note -a npub1… -l 20 wss://relay.example', about: "someone's newest notes" },
    {
      line: 'nost req -k 1 -t t=nostr --since 2h wss://a.example wss://b.example | jq -r .content',
      about: 'two relays as one stream',
    },
    {
      line: 'nost req --stream -k reaction -e nevent1… wss://relay.example',
      about: 'reactions as they arrive',
    },
    {
      line: 'nost req --new -k note -t t=nostr wss://a.example wss://b.example | ./bot.sh',
      about: 'only new events, for days',
    },
    {
      line: 'nost req -e nevent1…',
      about: 'answers to a note, from the relays that its code names',
    },
    {
      line: 'nost req --all -a npub1… --report endings.jsonl wss://relay.example > mine.jsonl',
      about: 'all events of an author, and a report that nothing is missing',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  often: ['author', 'kind', 'tag', 'id', 'since', 'limit', 'search', 'stream', 'all', 'maxEvents'],
  args: [{ ...RELAY_ARGUMENT, description: HINTED }],
  usage: '[flags] [-] [relay...]    (-: filters on stdin, as --filter -)',
  run,
});

async function run(context: Context, { args, flags }: Invocation<ReqFlags>): Promise<void> {
  if (flags.all && flags.new) {
    throw new UsageError('--all and --new cannot be combined', {
      hint: 'For all that is stored and then what comes: --all --stream.',
    });
  }
  await untilEnd(context.deadline, 'before the query was sent', async end => {
    const question = await askedBy(context, args, flags, end, true);
    if (flags.dryRun) {
      const frame = encodeClientMessage({ type: 'REQ', subId: 'nost1', filters: [...question.filters] });
      return context.stdout.line(frame);
    }
    if (flags.outbox) {
      const { runOutboxQuery } = await import('../../run/lookup/outbox-query.ts');
      return runOutboxQuery(context, flags, question, printTo(context, flags));
    }
    await runQuery(context, flags, question, printTo(context, flags));
  });
}

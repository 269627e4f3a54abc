// `nost publish`: signs events where needed, sends them to every relay, and tells what each made of each.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { EVENT_FLAGS, hasEventFlags, readEventFlags } from '../../flags/event-flags.ts';
import { type FlagsOf, flags, on, text, value } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS, RELAY_ARGUMENT } from '../../flags/network-flags.ts';
import { parseRequire, requiredRelays, wholeNumber } from '../../flags/values.ts';
import { InvalidEvent } from '../../protocol/event.ts';
import { linesOf, type Received } from '../../protocol/scanner/event-bytes.ts';
import { BulkPublish } from '../../relay/publish/bulk-publish.ts';
import { CommandEnd } from '../../run/command-end.ts';
import { type DraftOptions, InvalidDraft, signTemplate } from '../../run/draft.ts';
import { BadLines, openInput, readItems } from '../../run/event-input.ts';
import { type Deliver, deliverEvents } from '../../run/event-source.ts';
import { PublishOutput } from '../../run/publish-output.ts';
import { PublishState } from '../../run/publish-state.ts';
import { PublishTally } from '../../run/publish-tally.ts';
import { chooseRelays, connectionOptions } from '../../run/relays.ts';
import { CommandKey } from '../../run/signing.ts';
import { openVerifier } from '../../run/verification.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...EVENT_FLAGS,
  ...flags('Publish', {
    require: value('--require <n|all>', 'how many relays must accept each event (default: 1)', parseRequire),
    results: on('--results', 'print the answer of each relay to each event, instead of the event'),
    pipeline: value(
      '--pipeline <n>',
      'events in flight per relay; a fast relay may be 1000 ahead of a slow one',
      wholeNumber(1),
      { default: 50 },
    ),
    state: text('--state <file>', 'record accepted events in this file, and skip them in the next run'),
    dryRun: on('--dry-run', 'sign and print, but send nothing'),
    auth: on('--auth', 'authenticate to these relays when they ask (NIP-42)'),
    failEarly: on('--fail-early', 'stop at the first bad line of the input'),
  }),
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
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
      line: "nost publish -k article -d my-post -t title='My post' --content-file post.md --dry-run --sec-file key.txt",
      about: 'only sign and print',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  args: [RELAY_ARGUMENT],
  usage: '[flags] [-] [relay...]    (-: events or drafts on stdin, as JSONL)',
  run,
});

async function run(context: Context, { args, flags }: Invocation<PublishFlags>): Promise<void> {
  const fromStdin = readsStdin(args, flags);
  const named = args.filter(word => word !== '-');
  const relays = flags.dryRun ? [] : await chooseRelays(named, context, flags);
  const required = flags.dryRun ? 0 : requiredRelays(flags.require, relays.length);
  const key = new CommandKey(flags, context, fromStdin || flags.contentFile === '-');
  const input = fromStdin ? openInput(context, args.includes('-')) : undefined;
  const state = await openState(flags, fromStdin, relays);
  const end = new CommandEnd(context.signal, flags.timeout);
  const stopReading = () => void input?.destroy();
  end.signal.addEventListener('abort', stopReading);
  const badLines = new BadLines('stdin', context, flags.failEarly ?? false);
  try {
    const draft = await draftOptions(flags, context, key, end.signal);
    const source: Source = async deliver => {
      if (!input) return void (await deliver([await fromFlags(draft)]));
      const drafts = state === undefined ? draft : undefined;
      await deliverEvents(readItems(input, 'stdin'), drafts, badLines, await openVerifier(context), deliver);
    };
    if (flags.dryRun) await source(events => print(events, context));
    else await send(source, { relays, required, flags, state, stopReading, key, context, end });
    end.check('before every event was published');
  } catch (error) {
    throw badLines.over(end.over(error));
  } finally {
    end.clear();
    await key.close();
    await state?.close();
  }
  if (badLines.failure && !context.signal.aborted) throw badLines.failure;
}

async function draftOptions(
  flags: PublishFlags,
  context: Context,
  key: CommandKey,
  signal: AbortSignal,
): Promise<DraftOptions> {
  return {
    flags: await readEventFlags(flags, context),
    pow: flags.pow,
    allowNsec: flags.allowNsec,
    signer: () => key.signer(),
    now: context.now,
    signal,
    warn: message => context.log.warn({ type: 'warning', message }),
  };
}

/** The file of --state, if there is one to keep. */
async function openState(
  { state, dryRun }: PublishFlags,
  fromStdin: boolean,
  relays: readonly string[],
): Promise<PublishState | undefined> {
  if (state === undefined || dryRun) return undefined;
  if (!fromStdin) {
    throw new UsageError(
      '--state is for signed events on stdin: one made of flags has another id each time',
      {
        code: 'bad_value',
      },
    );
  }
  return PublishState.open(state, relays);
}

/** stdin is read for `-`, or when no flag describes an event; never by two at once. */
function readsStdin(args: readonly string[], flags: PublishFlags): boolean {
  const explicit = args.includes('-');
  if (explicit && flags.contentFile === '-') {
    throw new UsageError('the events and the content are both to be read from stdin', { code: 'two_stdins' });
  }
  return explicit || !hasEventFlags(flags);
}

/** Hands events to `deliver` until there are no more. */
type Source = (deliver: Deliver) => Promise<void>;

async function fromFlags(draft: DraftOptions): Promise<Received> {
  try {
    return await signTemplate(draft.flags, draft);
  } catch (error) {
    if (error instanceof InvalidEvent || error instanceof InvalidDraft)
      throw new UsageError(error.message, { code: 'bad_event' });
    throw error;
  }
}

async function print(events: readonly Received[], { stdout }: Context): Promise<boolean> {
  await stdout.bytes(linesOf(events));
  return !stdout.readerGone.aborted;
}

interface Sending {
  relays: readonly string[];
  required: number;
  flags: PublishFlags;
  state: PublishState | undefined;
  /** Ends the source, however long it would stay silent. */
  stopReading: () => void;
  key: CommandKey;
  context: Context;
  end: CommandEnd;
}

/** Sends every event to every relay. Throws the failure that the outcomes amount to. */
async function send(source: Source, sending: Sending): Promise<void> {
  const { context, end } = sending;
  const tally = new PublishTally(sending.required);
  const output = new PublishOutput(context.stdout, sending.state);
  // Connections wait for the first event: an empty input, or a key that fails, connects nowhere.
  let bulk: BulkPublish | undefined;
  end.signal.addEventListener('abort', () => bulk?.close(end.reason));
  try {
    const stopped = await untilBadLine(
      source(async events => {
        for (const event of events) {
          bulk ??= open(sending, tally, output);
          const room = bulk.offer(event);
          if (room) await room; // a promise for each event would cost more than the rest of the loop
        }
        await output.room();
        return !end.signal.aborted;
      }),
    );
    await bulk?.drain();
    if (stopped) throw stopped;
  } finally {
    await bulk?.close(end.reason);
    await output.flush();
  }
  tally.log(context.log);
  if (!context.signal.aborted) tally.conclude();
}

/** What stands before the line that --fail-early stops at is still to be sent; any other failure is thrown. */
async function untilBadLine(reading: Promise<void>): Promise<UsageError | undefined> {
  try {
    await reading;
    return undefined;
  } catch (error) {
    if (error instanceof UsageError && error.code === 'bad_line') return error;
    throw error;
  }
}

function open(
  { relays, required, flags, state, stopReading, key, context }: Sending,
  tally: PublishTally,
  output: PublishOutput,
): BulkPublish {
  return new BulkPublish({
    relays,
    require: required,
    pipeline: flags.pipeline,
    retry: flags.retry,
    connection: connectionOptions(flags, context, flags.auth ? key.authenticate : undefined),
    isAccepted: state && ((relay, id) => state.has(relay, id)),
    onSending: () => output.remember(),
    onOutcome: outcome => {
      tally.outcome(outcome);
      if (outcome.ok && outcome.attempts > 0) output.accepted(outcome.relay, outcome.id);
      if (flags.results) output.line(Buffer.from(JSON.stringify(outcome)));
    },
    onQuorum: event => {
      if (!flags.results) output.line(event.line);
    },
    onSettled: event => tally.settled(event.accepted),
    onFailure: stopReading,
  });
}

// `nost publish`: signs events where needed, sends them to every relay, and tells what each made of each.
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { type Event, InvalidEvent, stringifyEvent } from '../protocol/event.ts';
import { BulkPublish } from '../relay/publish.ts';
import type { CommandModule, Invocation } from './command.ts';
import { CommandEnd } from './command-end.ts';
import { type DraftOptions, InvalidDraft, signTemplate } from './draft.ts';
import { BadLines, openInput, readItems } from './event-input.ts';
import { declareEvent, type EventFlags, hasEventFlags, readEventFlags } from './event-options.ts';
import { readEvents } from './event-source.ts';
import {
  declareKey,
  declareNetwork,
  type KeyFlags,
  type NetworkFlags,
  parsedBy,
  parseRequire,
  requiredRelays,
  wholeNumber,
} from './options.ts';
import { PublishTally } from './publish-tally.ts';
import { chooseRelays, connectionOptions, declareRelays } from './relay-options.ts';
import { CommandKey } from './signing.ts';
import { openVerifier } from './verification.ts';

interface PublishFlags extends EventFlags, NetworkFlags, KeyFlags {
  require?: number | 'all';
  results?: boolean;
  pipeline: number;
  dryRun?: boolean;
  auth?: boolean;
  failEarly?: boolean;
}

export const publish: CommandModule = {
  examples: [
    {
      line: "nost publish -m 'hello' --sec-file key.txt wss://relay.example",
      about: 'sign a note and send it',
    },
    {
      line: 'nost publish --results - wss://a.example wss://b.example < events.jsonl',
      about: 'send many events, one result line each',
    },
    {
      line: "jq -c '{content: .text}' posts.jsonl | nost publish - --sec-file key.txt wss://relay.example",
      about: 'drafts are completed and signed',
    },
    {
      line: "nost publish -k article -d my-post -t title='My post' --content-file post.md --dry-run --sec-file key.txt",
      about: 'only sign and print',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  declare,
  run,
};

function declare(command: Command): void {
  declareRelays(command);
  command.usage('[flags] [-] [relay...]    (-: events or drafts on stdin, as JSONL)');
  declareEvent(command);
  const add = (option: Option) => command.addOption(option.helpGroup('Publish'));
  add(
    new Option('--require <n|all>', 'how many relays must accept an event (default: 1)').argParser(
      parsedBy('--require', parseRequire),
    ),
  );
  add(new Option('--results', 'print what each relay made of each event, instead of the event'));
  add(
    new Option('--pipeline <n>', 'events in flight to each relay')
      .argParser(parsedBy('--pipeline', wholeNumber(1)))
      .default(50),
  );
  add(new Option('--dry-run', 'sign and print, send nothing'));
  add(new Option('--auth', 'authenticate to these relays when they ask for it (NIP-42)'));
  add(new Option('--fail-early', 'stop at the first bad line of the input'));
  declareKey(command);
  declareNetwork(command);
}

async function run(context: Context, { args, options }: Invocation): Promise<void> {
  const flags: PublishFlags = options;
  const fromStdin = readsStdin(args, flags);
  const named = args.filter(word => word !== '-');
  const relays = flags.dryRun ? [] : await chooseRelays(named, context, flags);
  const required = flags.dryRun ? 0 : requiredRelays(flags.require, relays.length);
  const key = new CommandKey(flags, context, fromStdin || flags.contentFile === '-');
  const input = fromStdin ? openInput(context, args.includes('-')) : undefined;
  const end = new CommandEnd(context.signal, flags.timeout);
  end.signal.addEventListener('abort', () => input?.destroy());
  const draft: DraftOptions = {
    flags: await readEventFlags(flags, context),
    pow: flags.pow,
    allowNsec: flags.allowNsec,
    signer: () => key.signer(),
    now: context.now,
    signal: end.signal,
  };
  const badLines = new BadLines('stdin', context, flags.failEarly ?? false);
  const events = input
    ? readEvents(readItems(input, 'stdin'), draft, badLines, () => openVerifier(context))
    : fromFlags(draft);
  try {
    if (flags.dryRun) await print(events, context);
    else await send(events, { relays, required, flags, key, context, end });
    end.check('before every event was published');
  } catch (error) {
    throw badLines.over(end.over(error));
  } finally {
    end.clear();
    await key.close();
  }
  if (badLines.failure && !context.signal.aborted) throw badLines.failure;
}

/** stdin is read for `-`, or when no flag describes an event; never by two at once. */
function readsStdin(args: readonly string[], flags: PublishFlags): boolean {
  const explicit = args.includes('-');
  if (explicit && flags.contentFile === '-') {
    throw new UsageError('the events and the content are both to be read from stdin', { code: 'two_stdins' });
  }
  return explicit || !hasEventFlags(flags);
}

async function* fromFlags(draft: DraftOptions): AsyncGenerator<Event[]> {
  try {
    yield [await signTemplate(draft.flags, draft)];
  } catch (error) {
    if (error instanceof InvalidEvent || error instanceof InvalidDraft)
      throw new UsageError(error.message, { code: 'bad_event' });
    throw error;
  }
}

async function print(batches: AsyncIterable<Event[]>, { stdout }: Context): Promise<void> {
  for await (const events of batches) await stdout.lines(events.map(stringifyEvent));
}

/** Lines written from callbacks, with a place to wait until the reader of stdout has caught up. */
class Output {
  readonly #stdout: Context['stdout'];
  #written: Promise<void> | undefined;

  constructor(stdout: Context['stdout']) {
    this.#stdout = stdout;
  }

  /** Never throws: callbacks of the network have nobody to throw to. */
  line(text: string): void {
    try {
      this.#written = this.#stdout.line(text) ?? this.#written;
    } catch (error) {
      this.#written = Promise.reject(error);
    }
    this.#written?.catch(() => {}); // told by `room`, or by the last flush
  }

  async room(): Promise<void> {
    await this.#written;
  }
}

interface Sending {
  relays: readonly string[];
  required: number;
  flags: PublishFlags;
  key: CommandKey;
  context: Context;
  end: CommandEnd;
}

/** Sends every event to every relay. Throws the failure that the outcomes amount to. */
async function send(batches: AsyncIterable<Event[]>, sending: Sending): Promise<void> {
  const { context, end } = sending;
  const tally = new PublishTally(sending.required);
  const output = new Output(context.stdout);
  // Connections wait for the first event: an empty input, or a key that fails, connects nowhere.
  let bulk: BulkPublish | undefined;
  end.signal.addEventListener('abort', () => bulk?.close(end.reason));
  try {
    for await (const events of batches) {
      bulk ??= open(sending, tally, output);
      for (const event of events) {
        await bulk.offer(event);
        await output.room();
      }
    }
    await bulk?.drain();
  } finally {
    await bulk?.close(end.reason);
  }
  tally.log(context.log);
  if (!context.signal.aborted) tally.conclude();
}

function open(
  { relays, required, flags, key, context }: Sending,
  tally: PublishTally,
  output: Output,
): BulkPublish {
  return new BulkPublish({
    relays,
    require: required,
    pipeline: flags.pipeline,
    connection: connectionOptions(flags, context, flags.auth ? key.authenticate : undefined),
    onOutcome: outcome => {
      tally.outcome(outcome);
      if (flags.results) output.line(JSON.stringify(outcome));
    },
    onQuorum: event => {
      if (!flags.results) output.line(stringifyEvent(event));
    },
    onSettled: (_event, accepted) => tally.settled(accepted),
  });
}

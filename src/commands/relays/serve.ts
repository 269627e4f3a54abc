// `nost serve`: the embedded relay on a port, until a signal.
import type { Context } from '../../context.ts';
import { type FlagsOf, flags, list, on, text, value } from '../../flags/flag.ts';
import { verbatim, wholeNumber } from '../../flags/values.ts';
import { FifoLines } from '../../input/fifo-lines.ts';
import { openNamedFile } from '../../input/named-file.ts';
import { type Event, InvalidEvent, parseEvent } from '../../protocol/event.ts';
import { BadLines, readItems } from '../../run/events/event-input.ts';
import { obeyControl } from '../../run/fault-control.ts';
import { openVerifier } from '../../run/verification.ts';
import { parseFault } from '../../server/faults/fault.ts';
import { FaultPlan } from '../../server/faults/plan.ts';
import { startRelay } from '../../server/server.ts';
import { openStore } from '../../server/store/open-store.ts';
import type { EventStore } from '../../server/store/store.ts';
import { VERSION } from '../../version.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = flags('Flags', {
  host: value('--host <host>', 'address to listen on', verbatim, { default: '127.0.0.1' }),
  port: value('--port <n>', 'port to listen on; 0: any free port', wholeNumber(0, 65535), {
    default: 7447,
  }),
  store: value('--store <place>', 'keep events in memory, or in a database in this folder', verbatim, {
    default: 'memory',
  }),
  seed: text('--seed <file>', 'load the events of a JSONL file at start'),
  auth: on('--auth', 'require authentication (NIP-42); gift wraps go only to their recipient'),
  maxLimit: value('--max-limit <n>', 'return at most n stored events per filter', wholeNumber(1), {
    default: 5000,
  }),
  fault: list(
    '--fault <fault>',
    'misbehave: no-eose, drop-after=100 … (nost help faults; repeatable)',
    parseFault,
  ),
  faultSeed: value('--fault-seed <n>', 'the same n: the same chances', wholeNumber(0)),
  control: text('--control <fifo>', 'change the faults by lines: set FAULT, clear, list'),
  json: on('--json', 'print {"url","pid"} instead of the bare URL'),
});

const SERVING = 'Ctrl-C ends it; -v shows what clients ask';

/** How long a signal leaves to answer what was received . */
const DRAIN_MS = 5000;

/** What is left of it for sockets whose clients never close. */
const CUT_MS = 250;

export const serve = command({
  examples: [
    { line: 'nost serve', about: 'a relay on ws://127.0.0.1:7447, until Ctrl-C' },
    {
      line: 'nost serve --port 0 --seed events.jsonl',
      about: 'on a free port (printed on stdout), with events',
    },
    { line: 'nost serve --store ~/relay', about: 'keep the events in a database' },
    { line: 'nost serve -v', about: 'also show what clients ask and send, as it comes' },
    {
      line: 'nost serve --fault eose-delay=5s --fault bad-sig=0.1',
      about: 'a relay that misbehaves, to test a client',
    },
    { line: 'nost serve --port 0 --json | jq -r .url', about: 'for scripts' },
  ],
  exits: ['io'],
  flags: FLAGS,
  drainMs: DRAIN_MS,
  run,
});

type ServeFlags = FlagsOf<typeof FLAGS>;

async function run(context: Context, { flags }: Invocation<ServeFlags>): Promise<void> {
  const store = await openStore(flags.store);
  try {
    await serveFrom(store, flags, context);
  } finally {
    await store.close();
  }
}

async function serveFrom(store: EventStore, flags: ServeFlags, context: Context): Promise<void> {
  const { host, port, seed, auth = false, maxLimit, control, json } = flags;
  const tellFrame = (line: string) => context.log.detail({ type: 'serve', message: line });
  const plan = faultPlan(flags, tellFrame);
  const fifo = control === undefined ? undefined : await FifoLines.open('--control', control);
  const relay = await startRelay({
    store,
    host,
    port,
    auth,
    maxLimit,
    ...(seed === undefined ? {} : { seed: readSeed(seed, context) }),
    verifier: await openVerifier(context),
    now: context.now,
    version: VERSION,
    log: tellFrame,
    faults: plan,
    ...(context.log.settings.verbosity === 'verbose' && { onFrame: tellFrame }),
  });
  const ending = new AbortController();
  const controlled = fifo && plan && obeyControl(fifo, plan, context.log, ending.signal);
  try {
    await context.stdout.line(json ? JSON.stringify({ url: relay.url, pid: context.pid }) : relay.url);
    context.log.detail({ type: 'ready', relay: relay.url });
    context.keys.noteAtTerminal(SERVING);
    await aborted(context.signal);
  } finally {
    ending.abort();
    await relay.close(DRAIN_MS - CUT_MS);
    await controlled;
  }
}

/** Undefined when nothing is to go wrong. */
function faultPlan(
  { fault, faultSeed, control }: ServeFlags,
  log: (line: string) => void,
): FaultPlan | undefined {
  if (fault === undefined && control === undefined) return undefined;
  return new FaultPlan({ faults: fault, seed: faultSeed, log });
}

/** The well-formed events of a file; bad lines are reported and skipped. */
async function* readSeed(path: string, context: Context): AsyncGenerator<Event> {
  const badLines = new BadLines(path, context, false);
  const file = await openNamedFile(path, context.deadline.signal);
  for await (const items of readItems(file, path)) {
    for (const item of items) {
      if ('problem' in item) await badLines.report(item.line, item.problem);
      else if ('event' in item) yield item.event.toEvent();
      else yield* parseSeed(item.line, item.value, badLines);
    }
  }
}

async function* parseSeed(line: number, value: object, badLines: BadLines): AsyncGenerator<Event> {
  try {
    yield parseEvent(value);
  } catch (error) {
    if (!(error instanceof InvalidEvent)) throw error;
    await badLines.report(line, error.message);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });
}

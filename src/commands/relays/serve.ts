// `nost serve`: the embedded relay on a port, until a signal.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { commaList, type FlagsOf, flags, list, on, text, value } from '../../flags/flag.ts';
import { keysOfFlag, parsePerson } from '../../flags/people.ts';
import { DOOR_FLAGS } from '../../flags/serving/door-flags.ts';
import { REPLAY_FLAGS } from '../../flags/serving/replay-flags.ts';
import { RULE_FLAGS, writeRules } from '../../flags/serving/rule-flags.ts';
import { parseStorePlace } from '../../flags/serving/store-place.ts';
import { verbatim, wholeNumber } from '../../flags/values.ts';
import { FifoLines } from '../../input/fifo-lines.ts';
import { obeyControl } from '../../run/fault-control.ts';
import { doorOptions } from '../../run/serving/door.ts';
import { exportEvents } from '../../run/serving/exporting.ts';
import { importEvents, seedStore } from '../../run/serving/importing.ts';
import { openVerifier } from '../../run/verification.ts';
import { FAULT_NAMES, parseFault } from '../../server/faults/fault.ts';
import { FaultPlan } from '../../server/faults/plan.ts';
import { type Metrics, serveMetrics } from '../../server/metrics.ts';
import { EventPolicy } from '../../server/rules/event-policy.ts';
import { type Relay, startRelay } from '../../server/server.ts';
import { openStore, openStoreToRead } from '../../server/store/open-store.ts';
import type { EventStore } from '../../server/store/store.ts';
import { VERSION } from '../../version.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Where', {
    host: value('--host <host>', 'address to listen on', verbatim, { default: '127.0.0.1' }),
    port: value('--port <n>', 'port to listen on; 0: a free one', wholeNumber(0, 65535), {
      default: 7447,
    }),
    json: on('--json', 'print {"url","pid"} instead of the bare URL'),
  }),
  ...DOOR_FLAGS,
  ...flags('Events', {
    store: value('--store <place>', 'memory, or a database folder', parseStorePlace, { default: 'memory' }),
    seed: text('--seed <file>', 'load a JSONL file first; a bad line: no start'),
    import: value('--import <file|->', 'load JSONL into the store and end', verbatim, {
      conflicts: ['export', 'seed'],
    }),
    export: value('--export <file|->', 'write the store as JSONL and end', verbatim, {
      conflicts: ['seed'],
    }),
  }),
  ...REPLAY_FLAGS,
  ...flags('Readers', {
    auth: on('--auth', 'ask for NIP-42; gift wraps only to recipients'),
    maxLimit: value('--max-limit <n>', 'at most n events per filter', wholeNumber(1), {
      default: 5000,
    }),
    eoseHint: on('--eose-hint', 'EOSE says whether there is more (NIP-67)'),
  }),
  ...RULE_FLAGS,
  ...flags('Management', {
    metrics: value(
      '--metrics <port>',
      'numbers for Prometheus, for this machine alone',
      wholeNumber(0, 65535),
    ),
    admin: commaList('--admin <key>', 'manages it (NIP-86): key, account (repeatable)', parsePerson),
  }),
  ...flags('Faults', {
    fault: list('--fault <fault>', 'misbehave: see nost help faults (repeatable)', parseFault, {
      suggestions: FAULT_NAMES,
    }),
    faultSeed: value('--fault-seed <n>', 'the same n: the same chances', wholeNumber(0)),
    control: text('--control <fifo>', 'change the faults: set FAULT, clear, list'),
  }),
};

const SERVING = 'Ctrl-C or kill ends it; -v shows what clients ask';

/** How long a signal leaves to answer what was received . */
const DRAIN_MS = 5000;

/** What is left of it for sockets whose clients never close. */
const CUT_MS = 250;

/** How long a policy program may keep those waiting who asked before the signal. */
const POLICY_MS = 3000;

export const serve = command({
  examples: [
    { line: 'nost serve', about: 'a relay on ws://127.0.0.1:7447, until Ctrl-C' },
    {
      line: 'nost serve --port 0 --seed events.jsonl',
      about: 'on a free port (printed on stdout), with events',
    },
    { line: 'nost serve --store ~/relay', about: 'keep the events in a database' },
    {
      line: 'nost serve --store ~/relay --export - > backup.jsonl',
      about: 'its events, also while it serves',
    },
    { line: 'nost serve --allow-author alice --deny-kind 20000-29999', about: 'who may publish what' },
    { line: 'nost serve --replay bug.jsonl', about: 'play the relay of a session that --record wrote' },
    { line: 'nost serve -v', about: 'also show what clients ask and send, as it comes' },
    {
      line: 'nost serve --fault eose-delay=5s --fault bad-sig=0.1',
      about: 'a relay that misbehaves, to test a client',
    },
    { line: 'nost serve --port 0 --json | jq -r .url', about: 'for scripts' },
  ],
  exits: ['io'],
  often: ['host', 'port', 'store', 'seed', 'auth', 'readOnly', 'allowKind', 'allowAuthor', 'fault', 'json'],
  flags: FLAGS,
  drainMs: flags => (flags.import === undefined && flags.export === undefined ? DRAIN_MS : undefined),
  run,
});

type ServeFlags = FlagsOf<typeof FLAGS>;

async function run(context: Context, { flags }: Invocation<ServeFlags>): Promise<void> {
  if (flags.replay === undefined) return serveStore(flags, context);
  const { replayFile } = await import('../../run/serving/replaying.ts');
  return replayFile(flags.replay, flags, context);
}

async function serveStore(flags: ServeFlags, context: Context): Promise<void> {
  const isExport = flags.export !== undefined;
  if (flags.store === 'memory' && (isExport || flags.import !== undefined))
    throw new UsageError('--import and --export are about a database: name its folder with --store', {
      code: 'bad_value',
    });
  const store = await (isExport ? openStoreToRead(flags.store) : openStore(flags.store));
  try {
    if (isExport) await exportEvents(flags.export, store, context);
    else if (flags.import !== undefined) await importEvents(flags.import, store, context);
    else await serveUnderPolicy(store, flags, context);
  } finally {
    await store.close();
  }
}

async function serveUnderPolicy(store: EventStore, flags: ServeFlags, context: Context): Promise<void> {
  const policy = await startPolicy(flags, context);
  const usual = context.keepGarbageSmall();
  try {
    await serveFrom({ store, policy }, flags, context);
  } finally {
    usual();
    await policy?.close();
  }
}

interface Parts {
  store: EventStore;
  policy: EventPolicy | undefined;
}

async function serveFrom(parts: Parts, flags: ServeFlags, context: Context): Promise<void> {
  const { host, port, seed, auth = false, maxLimit, eoseHint = false, control, json } = flags;
  const tellFrame = (line: string) => context.log.detail({ type: 'serve', message: line });
  const plan = faultPlan(flags, tellFrame);
  const fifo = control === undefined ? undefined : await FifoLines.open('--control', control);
  const options = {
    ...parts,
    ...(await doorOptions(flags, context.deadline.signal)),
    maxRate: flags.maxRate,
    host,
    port,
    auth,
    maxLimit,
    eoseHint,
    rules: await writeRules(flags, context),
    admins: await keysOfFlag('--admin', flags.admin ?? [], context),
    verifier: await openVerifier(context),
    now: context.now,
    version: VERSION,
    log: tellFrame,
    warn: (line: string) => context.log.warn({ type: 'serve', message: line }),
    faults: plan,
    ...(context.log.settings.verbosity === 'verbose' && { onFrame: tellFrame }),
  };
  if (seed !== undefined) await seedStore(seed, options, context);
  if (context.signal.aborted) return;
  const relay = await startRelay(options);
  const ending = new AbortController();
  const controlled = fifo && plan && obeyControl(fifo, plan, context.log, ending.signal);
  let metrics: Metrics | undefined;
  try {
    metrics = await openMetrics(relay, flags, context);
    const ready = { url: relay.url, pid: context.pid, ...(metrics && { metrics: metrics.url }) };
    await context.stdout.line(json ? JSON.stringify(ready) : relay.url);
    context.log.detail({ type: 'ready', relay: relay.url });
    context.keys.noteAtTerminal(SERVING);
    await aborted(context.signal);
  } finally {
    ending.abort();
    const silence = setTimeout(() => void parts.policy?.close(), POLICY_MS);
    await relay.close(DRAIN_MS - CUT_MS);
    clearTimeout(silence);
    await controlled;
    await metrics?.close();
  }
}

async function startPolicy({ policy }: ServeFlags, { now, log }: Context): Promise<EventPolicy | undefined> {
  const tell = (message: string) => log.warn({ type: 'policy', message });
  return policy && EventPolicy.start({ argv: policy, now, tell });
}

async function openMetrics(
  relay: Relay,
  { metrics: port }: ServeFlags,
  { log }: Context,
): Promise<Metrics | undefined> {
  if (port === undefined) return undefined;
  const metrics = await serveMetrics(port, () => relay.metrics());
  log.note({ type: 'metrics', message: metrics.url });
  return metrics;
}

/** Undefined when nothing is to go wrong. */
function faultPlan(
  { fault, faultSeed, control }: ServeFlags,
  log: (line: string) => void,
): FaultPlan | undefined {
  if (fault === undefined && control === undefined && faultSeed === undefined) return undefined;
  return new FaultPlan({ faults: fault, seed: faultSeed, log });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });
}

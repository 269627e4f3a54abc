// Publishes for a command: sends the events of a source to every relay, prints what was asked for, and throws the failure
// that the relays' answers amount to.
//
// A walk through `nost publish -m hello wss://a`, for newcomers: `commands/events/publish.ts` chooses the relays and calls
// `publishEvents` here; `run/events/event-source.ts` makes signed events of flags or stdin (`run/events/draft.ts` completes a draft, the
// key comes from `signer/ladder.ts` by `run/signing.ts`); `relay/publish/bulk-publish.ts` offers each event to every
// relay; `relay/publish/relay-publisher.ts` keeps a window of them in flight to one relay, on the connections of
// `relay/link/relay-link.ts`. From there on down it is the way of a query: see `run/query-run.ts`.
import type { Context } from '../context.ts';
import { Failure, UsageError } from '../errors.ts';
import type { EventFlags } from '../flags/event-flags.ts';
import type { KeyFlags } from '../flags/key-flags.ts';
import type { NetworkFlags } from '../flags/network-flags.ts';
import { requiredRelays } from '../flags/values.ts';
import type { Event } from '../protocol/event.ts';
import type { StreamEvent } from '../protocol/stream-event.ts';
import { BulkPublish, type BulkPublishOptions } from '../relay/publish/bulk-publish.ts';
import type { OutgoingEvent } from '../relay/publish/outgoing-event.ts';
import { authAdvice } from './auth-advice.ts';
import { CommandEnd } from './command-end.ts';
import { EventSource, readsStdin, type SourceFlags } from './events/event-source.ts';
import { signEvents } from './events/sign-run.ts';
import { SignedEvents } from './events/signed-events.ts';
import type { OutboxRoutes, RouteOptions } from './lookup/outbox-routes.ts';
import { PublishCounts, REST_UNSENT } from './publish-counts.ts';
import { PublishOutput } from './publish-output.ts';
import { PublishState } from './publish-state.ts';
import { connectionOptions } from './relays.ts';
import type { CommandKey } from './signing.ts';
import { PublishProgress } from './terminal/publish-progress.ts';

/** The flags of a sending; a command that lacks one leaves it out. */
export interface SendFlags extends NetworkFlags, KeyFlags {
  results?: boolean | undefined;
  pipeline?: number | 'auto' | undefined;
  auth?: boolean | undefined;
}

/** The flags of a publishing; a command that lacks one leaves it out. */
export interface PublishFlags extends SendFlags, SourceFlags, EventFlags {
  require?: number | 'all' | undefined;
  state?: string | undefined;
  dryRun?: boolean | undefined;
  outbox?: boolean | undefined;
}

/** Where events come from. */
interface Source extends Pick<EventSource, 'key' | 'isBulk' | 'isWhole' | 'stop' | 'deliver'> {}

/**
 * Publishes what the flags or stdin say; with --dry-run only signs and prints it. `args` are the words of the command
 * line. With --outbox the relays are those that are asked where events go. Throws the failure that the outcomes amount to.
 */
export async function publishEvents(
  context: Context,
  flags: PublishFlags,
  args: readonly string[],
  relays: readonly string[],
): Promise<void> {
  const end = new CommandEnd(context.deadline);
  if (flags.outbox && flags.state !== undefined) throw noState();
  const routesBy = (key?: CommandKey) => openRoutes(context, { flags, end, relays, key });
  if (flags.dryRun) return signEvents(context, flags, args, { lookup: flags, routes: await routesBy() });
  const required = flags.outbox ? (flags.require ?? 1) : requiredRelays(flags.require, relays.length);
  const source = await EventSource.open(context, args, flags, { signal: end.signal, lookup: flags });
  const state = await openState(flags, readsStdin(args, flags), relays, end.signal);
  if (end.signal.aborted) source.stop();
  end.signal.addEventListener('abort', () => source.stop());
  try {
    const routes = await routesBy(flags.auth ? source.key : undefined);
    const named = routes && new Set(relays);
    const sending = new Sending(context, flags, { relays, named, required, routes, source, state, end });
    await sending.run();
    end.check(source.isWhole ? UNPUBLISHED : `before stdin ended; ${REST_UNSENT}`);
  } catch (error) {
    throw source.badLines.over(end.over(error, UNPUBLISHED));
  } finally {
    await source.key.close();
    await state?.close();
  }
  if (source.badLines.failure && !context.signal.aborted) throw source.badLines.failure;
}

/** Events that are signed already, and how they go out. */
export interface Signed
  extends Pick<
    Parts,
    'relays' | 'named' | 'routes' | 'judge' | 'end' | 'consented' | 'onOutcome' | 'rescue'
  > {
  events: readonly Event[];
  /** Authenticates, with --auth. The caller closes it. */
  key: CommandKey;
  required?: Parts['required'];
}

/** Sends and prints signed events as `publish` does. Throws the failure that the outcomes amount to. */
export async function publishSigned(
  context: Context,
  flags: SendFlags,
  { events, key, required = 1, ...parts }: Signed,
): Promise<void> {
  const source = new SignedEvents(events, key);
  try {
    await new Sending(context, flags, { ...parts, required, source, state: undefined }).run();
    parts.end.check(UNPUBLISHED);
  } catch (error) {
    throw parts.end.over(error, UNPUBLISHED);
  }
}

const UNPUBLISHED = 'before every event was published';

const RESCUE =
  'It is not kept. To sign now and send later: the same with --dry-run > event.json, then nost publish - RELAY < event.json';

/** The file of --state, if there is one to keep. */
async function openState(
  { state }: PublishFlags,
  fromStdin: boolean,
  relays: readonly string[],
  signal: AbortSignal,
): Promise<PublishState | undefined> {
  if (state === undefined) return undefined;
  if (!fromStdin) {
    throw new UsageError(
      '--state is for signed events on stdin: one made of flags has another id each time',
      { code: 'bad_value' },
    );
  }
  return PublishState.open(state, relays, signal);
}

/** Where --outbox sends events; undefined without it, or where there is no relay to ask. */
async function openRoutes(
  context: Context,
  options: Omit<RouteOptions, 'named'> & { flags: PublishFlags },
): Promise<OutboxRoutes | undefined> {
  const { flags, relays } = options;
  if (!flags.outbox || relays.length === 0) return undefined;
  const { OutboxRoutes } = await import('./lookup/outbox-routes.ts');
  return new OutboxRoutes(context, { ...options, named: new Set(relays) });
}

function noState(): UsageError {
  const message = '--state is for relays that are known before, and --outbox finds them';
  return new UsageError(message, { code: 'bad_value' });
}

interface Parts {
  relays: readonly string[];
  /** Those that the user named, where others are sent to, too: see `connectionOptions`. */
  named: ReadonlySet<string> | undefined;
  /** How many relays must accept an event. */
  required: number | 'all';
  /** Which relays each event goes to; undefined: to all. */
  routes: Pick<OutboxRoutes, 'of' | 'tell'> | undefined;
  source: Source;
  state: PublishState | undefined;
  judge?: BulkPublishOptions['judge'];
  /** Relays that are authenticated to with --auth, where they are not those that are named. */
  consented?: ReadonlySet<string> | undefined;
  /** Takes each answer: then nothing is printed. */
  onOutcome?: BulkPublishOptions['onOutcome'] | undefined;
  /** What helps where nobody was there to take it; without it how it is sent later. */
  rescue?: string | undefined;
  end: CommandEnd;
}

class Sending {
  readonly #context: Context;
  readonly #flags: PublishFlags;
  readonly #parts: Parts;
  readonly #counts: PublishCounts;
  readonly #output: PublishOutput;
  /** Connections wait for the first event: an empty input, or a key that fails, connects nowhere. */
  #bulk: BulkPublish | undefined;
  #progress: PublishProgress | undefined;

  constructor(context: Context, flags: PublishFlags, parts: Parts) {
    this.#context = context;
    this.#flags = flags;
    this.#parts = parts;
    this.#counts = new PublishCounts(parts.required, context.log);
    this.#output = new PublishOutput(context, parts.state);
  }

  /** Sends every event to every relay. Throws the failure that the outcomes amount to. */
  async run(): Promise<void> {
    const { end, source } = this.#parts;
    const { signal, stdout } = this.#context;
    end.signal.addEventListener('abort', () => this.#bulk?.close(end.reason));
    let checkPrinted = () => {};
    try {
      const stopped = await untilBadLine(this.#read(events => this.#offer(events)));
      this.#progress?.whole();
      await this.#bulk?.drain();
      if (stopped) throw stopped;
    } finally {
      await this.#bulk?.close(end.reason);
      await end.cut(this.#output.flush()).finally(() => this.#tellUnprinted());
      checkPrinted = await end.flush(stdout);
      this.#progress?.end();
    }
    this.#counts.tell();
    this.#parts.routes?.tell();
    const failure = signal.aborted ? undefined : this.#counts.failure(source.isWhole);
    if (failure) throw failure.kind === 'auth' ? await this.#withAdvice(failure) : this.#withRescue(failure);
    checkPrinted();
  }

  /** Nothing that was accepted goes unnamed, though stdout or the state file cannot be written. */
  #tellUnprinted(): void {
    for (const id of this.#output.unprinted)
      this.#context.log.warn({ type: 'not_printed', id, message: `${id}: accepted, but not printed` });
  }

  /** Says what is wanted, or that it was not accepted. */
  async #withAdvice({ kind, message, code }: Failure): Promise<Failure> {
    const { named, consented = named, source } = this.#parts;
    const wasTried =
      this.#flags.auth === true &&
      (!consented || this.#counts.wantingAuth.some(relay => consented.has(relay)));
    const hint = await authAdvice({ ...this.#flags, wasTried }, this.#context, source.key.isInUse);
    const why = wasTried ? 'the authentication was not accepted' : 'authentication is wanted';
    return new Failure(kind, `${message}: ${why}`, { code, hint });
  }

  /** An event made of flags is signed for nothing where nobody was there to take it. */
  #withRescue(failure: Failure): Failure {
    const { kind, message, code } = failure;
    const { source, rescue = RESCUE } = this.#parts;
    if (source.isBulk || (kind !== 'unreachable' && kind !== 'timeout')) return failure;
    return new Failure(kind, message, { code, hint: rescue, cause: failure.cause });
  }

  #read(deliver: (events: readonly StreamEvent[]) => Promise<boolean>): Promise<void> {
    const { source, state, end } = this.#parts;
    return source.deliver(deliver, { signal: end.signal, drafts: state === undefined });
  }

  async #offer(events: readonly StreamEvent[]): Promise<boolean> {
    const { end } = this.#parts;
    if (events.length === 0) return true;
    if (end.signal.aborted) return false;
    this.#bulk ??= await this.#open();
    const bulk = this.#bulk;
    const routes = await this.#parts.routes?.of(events);
    if (end.signal.aborted) return false;
    this.#progress?.read(events.length);
    for (const [index, event] of events.entries()) {
      const room = bulk.offer(event, routes?.[index]);
      if (room) await room; // a promise for each event would cost more than the rest of the loop
    }
    const room = this.#output.room();
    if (room) await end.cut(room);
    await this.#context.room();
    return true;
  }

  async #open(): Promise<BulkPublish> {
    const { relays, named, required, source, state, judge, consented, onOutcome } = this.#parts;
    const { pipeline = 'auto', retry, results, auth } = this.#flags;
    const [counts, output] = [this.#counts, this.#output];
    const authenticate = auth ? source.key.authenticate : undefined;
    const connection = await connectionOptions(this.#flags, this.#context, authenticate, named, consented);
    if (source.isBulk) this.#progress = new PublishProgress(counts, this.#context);
    return new BulkPublish({
      relays,
      require: required,
      pipeline,
      retry,
      connection,
      isAccepted: state && ((relay, id) => state.has(relay, id)),
      judge,
      onSending: () => output.remember(),
      onOutcome: outcome => {
        counts.outcome(outcome);
        if (onOutcome) return onOutcome(outcome);
        if (outcome.ok && outcome.attempts > 0) output.accepted(outcome.relay, outcome.id);
        if (results) output.line(Buffer.from(JSON.stringify(outcome)), outcome.ok ? outcome.id : undefined);
      },
      ...(!results &&
        !onOutcome && { onQuorum: (event: OutgoingEvent) => output.line(event.line, event.id) }),
      onSettled: event => counts.settled(event),
      onFailure: () => source.stop(),
    });
  }
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

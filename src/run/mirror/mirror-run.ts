// Runs a mirror for a command: opens sources, targets and files, keeps account of how far it is, tells of problems, and
// throws the failure that it ended by. What is moved, and how that is found out, is in sync/mirror/.
import { setMaxListeners } from 'node:events';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import { type FilterFlags, filterClaimsStdin } from '../../flags/filter-flags.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import type { Person } from '../../flags/people.ts';
import type { Filter } from '../../protocol/filter.ts';
import { parseReason } from '../../protocol/message.ts';
import { endingFailure } from '../../relay/link/outcome.ts';
import { AuthDemands, hasTakenNone } from '../../sync/mirror/auth-demands.ts';
import { Mirror, type SourceEnding } from '../../sync/mirror/mirror.ts';
import { RelayTarget } from '../../sync/mirror/relay-target.ts';
import type { Compared, Target, TargetHooks } from '../../sync/mirror/target.ts';
import { RelaySide } from '../../sync/relay-side.ts';
import type { Verifier } from '../../verify/verifier.ts';
import { authAdvice } from '../auth-advice.ts';
import { CommandEnd } from '../command-end.ts';
import { isPath } from '../network/relay-words.ts';
import { nothing } from '../query-run.ts';
import { CommandKey, namesKey } from '../signing.ts';
import { openVerifier } from '../verification.ts';
import { MirrorAccount } from './mirror-account.ts';
import { MirrorLog } from './mirror-log.ts';
import { filtersBy, type Origin, originOf } from './mirror-origin.ts';
import { type MirrorPlaces, mirrorPlaces } from './mirror-places.ts';
import { MirrorTools, type ToolFlags } from './mirror-tools.ts';
import { type Output, openFile, openStdout } from './output.ts';
import { OutputTarget, STDOUT } from './output-target.ts';

export interface MirrorFlags
  extends Omit<FilterFlags, 'search'>,
    KeyFlags,
    Omit<NetworkFlags, 'relaysFile'>,
    ToolFlags {
  to?: readonly string[] | undefined;
  outbox?: readonly Person[] | undefined;
  auth?: boolean | undefined;
}

/** Milliseconds for what waits to be sent when it ends: a signal leaves 250 for everything. */
const FLUSH_MS = 120;

/** A cut at NEG-OPEN may be a refusal, and may be a kill of the relay: so often it is tried again before it counts. */
const RETRY = 2;

/** Mirrors what the words name, until a signal or --timeout ends that. Throws the failure that it ended by. */
export async function mirrorEvents(
  context: Context,
  flags: MirrorFlags,
  args: readonly string[],
): Promise<void> {
  const ready = context.onUserSignal(() => {}); // until there is a status: it would end the process
  try {
    await mirrorUntilEnded(context, flags, await mirrorPlaces(args, flags, context));
  } finally {
    ready();
  }
}

async function mirrorUntilEnded(context: Context, flags: MirrorFlags, places: MirrorPlaces): Promise<void> {
  const end = new CommandEnd(context.deadline);
  const key =
    flags.auth || namesKey(flags)
      ? await CommandKey.open(flags, context, filterClaimsStdin(flags), end.signal)
      : undefined;
  const { filters, people, pageSize } = await filtersBy(flags, context, end.signal);
  const tools = await MirrorTools.open(flags, { ...places, filters }, context, end.signal);
  try {
    const verifier = await openVerifier(context);
    const parts = { context, flags, places, filters, people, pageSize, key, tools, end, verifier };
    const origin = await originOf(parts);
    if (!context.signal.aborted) await new MirrorRun({ ...parts, ...origin }).run();
  } finally {
    await Promise.all([tools.close(), key?.close()]);
  }
}

interface Settings {
  context: Context;
  flags: MirrorFlags;
  places: MirrorPlaces;
  filters: readonly Filter[];
  pageSize: number | undefined;
  key: CommandKey | undefined;
  tools: MirrorTools;
  end: CommandEnd;
  verifier: Verifier;
  /** Public keys of those whose events are mirrored, where --outbox names them. */
  people: readonly string[] | undefined;
}

type Parts = Settings & Origin;

class MirrorRun {
  readonly #parts: Parts;
  readonly #log: MirrorLog;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  /** stdout and files, by their names. */
  readonly #outputs = new Map<string, Output>();
  readonly #demands = new AuthDemands();
  /** Targets that take nothing for want of authentication. */
  readonly #wantAuth = new Set<string>();
  #fault: unknown;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { context, end, places } = parts;
    this.#log = new MirrorLog(context);
    const gone = places.targets.includes(STDOUT) ? [context.stdout.readerGone] : [];
    this.#signal = AbortSignal.any([end.signal, this.#stop.signal, ...gone]);
    setMaxListeners(0, this.#signal);
  }

  async run(): Promise<void> {
    try {
      await this.#openOutputs();
      await this.#run();
    } finally {
      await Promise.all(Array.from(this.#outputs.values(), output => output.close()));
    }
  }

  async #run(): Promise<void> {
    const { context, flags, tools } = this.#parts;
    const mirror = this.#mirror();
    const account = new MirrorAccount(mirror, {
      context,
      state: tools.state,
      beforeState: async () => {
        await Promise.all([tools.spool, ...this.#outputs.values()].map(kept => kept?.sync()));
      },
      statusPath: flags.status,
      onFault: error => this.#fail(error),
    });
    const usual = context.keepMemoryLow();
    this.#signal.addEventListener('abort', () => {
      void tools.policy?.close(); // nothing waits for it any more
      void mirror.close(this.#parts.end.reason, FLUSH_MS);
    });
    let endings: readonly SourceEnding[] = [];
    const leave = this.#parts.outbox?.keepUp(mirror);
    try {
      await account.begin();
      endings = await mirror.run();
    } finally {
      leave?.();
      await mirror.close(this.#parts.end.reason, FLUSH_MS);
      await account.end();
      usual();
    }
    if (this.#fault !== undefined) throw this.#fault;
    await this.#conclude(mirror, endings);
  }

  async #openOutputs(): Promise<void> {
    const { context, flags, places, verifier, filters } = this.#parts;
    const settings = { context, verifier, filters, signal: this.#signal };
    for (const name of places.targets) {
      if (name === STDOUT)
        this.#outputs.set(name, await openStdout(context.stdout, flags.state && `${flags.state}.ids`));
      else if (isPath(name)) this.#outputs.set(name, await openFile(name, settings));
    }
  }

  #mirror(): Mirror {
    const { places, sources, outbox, tools, verifier, connection } = this.#parts;
    const log = this.#log;
    const mirror: Mirror = new Mirror({
      sources,
      source: { connection: { ...connection, signal: this.#signal }, verifier },
      targets: hooks => places.targets.map(name => this.#target(name, hooks)),
      compared: this.#compared,
      judge: tools.policy?.judge,
      sinceOf: (source, target) => this.#sinceOf(source, target),
      hooks: {
        ...log,
        onEvents: events => outbox?.onEvents(events),
        onEnded: (source, ending) => log.ended(source, ending),
        onRefused: (target, id, words, kind) => {
          log.onRefused(target, id, words);
          if (!isForAuth(words)) return;
          this.#demands.note(target, kind);
          if (this.#demands.isForAll(target, mirror.pairs)) this.#refusedByAuth(target);
        },
        onWhole: pair => {
          log.onWhole(pair);
          if (this.#demands.isForAll(pair.target, mirror.pairs)) this.#refusedByAuth(pair.target);
        },
        onFailed: (pair, error) => {
          const { side, ended } = error;
          log.onFailed(pair, error);
          const isTarget = side === pair.target.name && hasTakenNone(pair.target);
          if (isTarget && ended.end === 'auth_required') this.#refusedByAuth(pair.target);
        },
        onFault: error => this.#fail(error),
      },
    });
    return mirror;
  }

  /** Where every target takes nothing for want of authentication, there is nothing to go on for. */
  #refusedByAuth({ name }: Target): void {
    this.#wantAuth.add(name);
    if (this.#parts.places.targets.some(target => !this.#wantAuth.has(target))) return;
    void this.#authFailure(name).then(failure => this.#fail(failure));
  }

  async #authFailure(name: string): Promise<Failure> {
    const { flags, context, key } = this.#parts;
    const wasTried = flags.auth === true;
    const sentence = wasTried ? 'did not accept the authentication' : 'wants authentication';
    const hint = await authAdvice({ ...flags, wasTried }, context, key?.isInUse ?? false);
    return new Failure('auth', `${name} ${sentence}`, { code: 'auth_required', hint });
  }

  /** Of whom a relay was asked for earlier is not known with --outbox: the whole is compared. */
  #sinceOf(source: string, target: string): number | undefined {
    const { outbox, tools } = this.#parts;
    const since = outbox ? undefined : tools.sinceOf(source, target);
    const output = this.#outputs.get(target);
    return output ? output.taken.sinceOf(since) : since;
  }

  #target(name: string, hooks: TargetHooks): Target {
    const { connection, tools } = this.#parts;
    const output = this.#outputs.get(name);
    if (output) return new OutputTarget(name, output, hooks);
    const { signal: _, ...unending } = connection; // it is closed when what waits was sent
    const overflow = tools.spool?.of(name);
    return new RelayTarget(name, { connection: unending, compared: this.#compared, overflow }, hooks);
  }

  readonly #compared: Compared = async (relay, { negotiates, onRefused }) => {
    const { connection, verifier, pageSize, flags, context } = this.#parts;
    return new RelaySide(relay, {
      connection: { ...connection, signal: this.#signal },
      ...{ verifier, pageSize, negotiates },
      retry: Math.max(flags.retry, RETRY),
      onOutcome: () => {},
      onRefusal: onRefused,
      onRetry: (side, reason, waitMs) =>
        context.log.detail({ type: 'retry', relay: side, message: reason, wait_ms: Math.round(waitMs) }),
    });
  };

  /** Ends all of it by this failure. */
  #fail(error: unknown): void {
    this.#fault ??= error;
    this.#stop.abort(error);
  }

  /** Throws where the targets refused all that they were sent. */
  async #checkTaken(targets: readonly Target[]): Promise<void> {
    const refused = targets.reduce((sum, { counts }) => sum + counts.refused, 0);
    if (refused === 0 || !targets.every(hasTakenNone)) return;
    const wantsAuth = targets.find(target => this.#demands.has(target));
    if (wantsAuth) throw await this.#authFailure(wantsAuth.name);
    throw new Failure('refused', `all ${refused} events that were sent were refused`, { code: 'refused' });
  }

  /** A signal, or a reader that has gone, ends it quietly; --timeout does where it could do its work. */
  async #conclude(mirror: Mirror, endings: readonly SourceEnding[]): Promise<void> {
    const { context, end, flags } = this.#parts;
    const { sources } = mirror;
    if (context.signal.aborted || context.stdout.readerGone.aborted) return;
    if (end.isExpired) {
      if (!sources.some(({ hasBeenLive }) => hasBeenLive)) end.check('before a relay could be followed');
      checkTargets(mirror);
      return this.#checkTaken(mirror.targets);
    }
    const all = endings.map(ending => ({ ...ending, complete: false }));
    const kinds = all.map(endingFailure).filter(kind => kind !== undefined);
    throw await nothing(all, worstKind(kinds) ?? 'refused', flags, context);
  }
}

const isForAuth = (words: string): boolean => parseReason(words).prefix === 'auth-required';

/** Throws where --timeout left events unsent, or sources uncompared. */
function checkTargets({ targets, pairs }: Mirror): void {
  const down = targets.filter(({ state }) => state === 'down');
  const [first] = down;
  if (first && down.length === targets.length)
    throw new Failure('unreachable', `${first.name}: unreachable: ${first.reason}`, { code: 'unreachable' });
  const queued = targets.reduce((sum, target) => sum + target.queued, 0);
  const behind = pairs.filter(({ isWhole }) => !isWhole).length;
  if (queued === 0 && behind === 0) return;
  const message = `--timeout ended it with ${queued} events unsent, and ${behind} of ${pairs.length} comparisons to do`;
  throw new Failure('partial', message, { hint: 'The next run brings them.' });
}

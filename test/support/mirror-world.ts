// Relays that can be stopped and started again, and a mirror between relays in this process, for tests of how nothing falls
// between.
import type { TestContext } from 'node:test';
import type { Event } from '../../src/protocol/event.ts';
import type { Filter } from '../../src/protocol/filter.ts';
import type { RelayOptions } from '../../src/server/server.ts';
import { memoryStore } from '../../src/server/store/table-store.ts';
import { Mirror, type MirrorOptions, type SourceEnding } from '../../src/sync/mirror/mirror.ts';
import { RelayTarget } from '../../src/sync/mirror/relay-target.ts';
import type { Compared, Target, TargetHooks } from '../../src/sync/mirror/target.ts';
import { RelaySide } from '../../src/sync/relay-side.ts';
import { quickVerifier } from './quick-verifier.ts';
import { type NostRelay, startNost } from './relays.ts';
import { held } from './stores.ts';
import { idsOf } from './sync-world.ts';
import { patience } from './wire.ts';

/** Our relay with its store, which outlives it. */
export class LastingRelay {
  store = memoryStore();
  url = '';
  readonly #options: Partial<RelayOptions>;
  #port = 0;
  #relay: NostRelay | undefined;

  private constructor(options: Partial<RelayOptions>) {
    this.#options = options;
  }

  /** Starts one that ends with the test. */
  static async start(
    t: TestContext,
    events: readonly Event[] = [],
    options: Partial<RelayOptions> = {},
  ): Promise<LastingRelay> {
    const relay = new LastingRelay(options);
    await relay.store.add(events);
    await relay.start();
    t.after(() => relay.stop());
    return relay;
  }

  async start(): Promise<void> {
    const options = { verifier: quickVerifier, ...this.#options };
    this.#relay = await startNost({ ...options, store: this.store, port: this.#port });
    this.url = this.#relay.url;
    this.#port = Number(new URL(this.url).port);
  }

  async stop(): Promise<void> {
    await this.#relay?.relay.close(0);
    this.#relay = undefined;
  }

  get ids(): string[] {
    return idsOf(held(this.store));
  }
}

/** Waits until both hold the same, so many events. */
export async function untilSame(relays: readonly LastingRelay[], count: number): Promise<void> {
  await eventually(() => {
    const [first, ...others] = relays.map(({ ids }) => ids.join());
    return relays[0]!.ids.length === count && others.every(ids => ids === first);
  }, 100); // to look is dear
}

/** Waits until it is so; gives up after a while. */
export async function eventually(holds: () => boolean, everyMs = 10, ms = 60_000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`this did not come true: ${holds}`);
    await new Promise(resolve => setTimeout(resolve, everyMs));
  }
}

/** What a mirror told. */
export type Told = readonly [what: string, relay: string, words?: string];

export interface RunningMirror {
  mirror: Mirror;
  told: Told[];
  ended: Promise<readonly SourceEnding[]>;
  stop(): Promise<void>;
}

export type MirrorSettings = Partial<Omit<MirrorOptions, 'sources' | 'targets'>> & {
  filters?: readonly Filter[];
  onRefused?: TargetHooks['onRefused'];
};

/** Starts a mirror that ends with the test. */
export function startMirror(
  t: TestContext,
  sources: readonly string[],
  targets: readonly (string | ((hooks: TargetHooks) => Target))[],
  { filters = [{}], ...settings }: MirrorSettings = {},
): RunningMirror {
  const stop = new AbortController();
  const told: Told[] = [];
  const connection = { ...patience({ relayTimeout: 60_000 }), signal: stop.signal };
  const { signal: _, ...unending } = connection;
  const backoff = { first: 50, most: 200 };
  const compared: Compared = async (relay, { negotiates, onRefused }) =>
    new RelaySide(relay, {
      ...{ connection, verifier: quickVerifier, retry: 0, negotiates, onRefusal: onRefused },
      onOutcome: () => {},
      onRetry: () => {},
    });
  const mirror = new Mirror({
    sources: new Map(sources.map(relay => [relay, filters])),
    source: { connection, backoff, verifier: quickVerifier },
    targets: hooks =>
      targets.map(target =>
        typeof target === 'string'
          ? new RelayTarget(target, { connection: unending, backoff, compared }, hooks)
          : target(hooks),
      ),
    compared,
    pauses: { first: 20, most: 100 },
    hooks: {
      onLive: ({ relay }) => told.push(['live', relay]),
      onLost: ({ relay }, reason) => told.push(['lost', relay, reason]),
      onEnded: ({ relay }, { reason }) => told.push(['ended', relay, reason]),
      onDown: ({ name, reason }) => told.push(['down', name, reason]),
      onReturn: ({ name }) => told.push(['return', name]),
      onBehind: ({ name }) => told.push(['behind', name]),
      onRefused: (target, id, message, kind) => {
        told.push(['refused', target.name, `${id} ${message}`]);
        settings.onRefused?.(target, id, message, kind);
      },
      onRefusal: (relay, reason) => told.push(['refusal', relay, reason]),
      onFailed: (_, { side, message }) => told.push(['failed', side, message]),
      onWhole: ({ source, target }) => told.push(['whole', target.name, source.relay]),
      onFault: error => {
        throw error;
      },
    },
    ...settings,
  });
  const ended = mirror.run();
  const end = async () => {
    const closing = mirror.close('the test is over', 500);
    stop.abort();
    await closing;
    await ended;
  };
  t.after(end);
  return { mirror, told, ended, stop: end };
}

// Is this event what it says? One interface for every engine. It takes batches, so that an engine may use
// threads or native calls without a promise for each event.
import { UsageError } from '../errors.ts';
import { quote } from '../protocol/quote.ts';
import type { StreamEvent } from '../protocol/stream-event.ts';
import { ENGINES, loadEngine } from './choose.ts';
import { type Engine, EngineUnavailable } from './engine.ts';
import { onThreads } from './threads/pool.ts';

/** `valid`, or the first check that failed. */
export type Verdict = 'valid' | 'id' | 'signature';

export interface Verifier {
  /** Told by `-v` and `--version --json`. */
  readonly engine: string;
  /** How many events to hand over at once, so that the main thread stays responsive. */
  readonly batchSize: number;
  /** How many batches may be under way at once and do good; more only wait. One where it is absent. */
  readonly batchesInFlight?: number;
  /** One verdict for each event, in order. What is under way at once may be done in any order. */
  verify(events: readonly StreamEvent[]): Verdict[] | Promise<Verdict[]>;
}

/** A verifier that may hold threads: they keep the program alive until it is closed. */
export interface ClosableVerifier extends Verifier {
  close(): void;
}

export interface VerifierOptions {
  /** `NOST_VERIFY`: this engine or none. */
  forced?: string | undefined;
  /** As `process.platform` names it. */
  platform: string;
  /** Threads beside the main one, started only when the events are many. */
  threads: number;
  /** Called when threads begin to verify; what it returns, when the verifier is closed. */
  keepMemoryLow?: (() => () => void) | undefined;
  /** Told why a faster engine is not used. */
  log?: (message: string) => void;
}

/** The fastest engine this machine has, or the one that is forced. Throws `UsageError` when that one is not there. */
export async function chooseVerifier(options: VerifierOptions): Promise<ClosableVerifier> {
  const { forced, platform, threads, log, keepMemoryLow } = options;
  const engine = forced ? await loadForced(forced, platform) : await loadFastest(platform, log);
  return onThreads(engine, { platform, threads, log, keepMemoryLow });
}

async function loadForced(name: string, platform: string): Promise<Engine> {
  const engine = ENGINES.find(known => known === name);
  if (engine === undefined) {
    throw new UsageError(`NOST_VERIFY must be one of ${ENGINES.join(', ')}, not ${quote(name)}`, {
      code: 'bad_value',
    });
  }
  try {
    return await loadEngine(engine, platform);
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    throw new UsageError(`NOST_VERIFY=${name}: ${error.message}`, { code: 'no_engine', hint: HINT });
  }
}

const HINT = 'Install libsecp256k1 0.2 or newer (Debian: libsecp256k1-1), or unset NOST_VERIFY.';

async function loadFastest(platform: string, log: VerifierOptions['log']): Promise<Engine> {
  for (const name of ENGINES) {
    try {
      return await loadEngine(name, platform);
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
      log?.(`not ${name}: ${error.message}`);
    }
  }
  throw new Error('noble is always there');
}

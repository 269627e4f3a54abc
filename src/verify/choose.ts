// The engines by name, and the choice of one: what is asked for, or the fastest this machine has. Each is loaded only
// when it is the one wanted.
import { UsageError } from '../errors.ts';
import { quote } from '../protocol/quote.ts';
import { type Engine, type EngineName, EngineUnavailable } from './engine.ts';

const LOADERS: Readonly<Record<EngineName, (platform: string) => Promise<Engine>>> = {
  native: async platform => (await import('./native.ts')).loadNative(platform),
  wasm: async () => (await import('./wasm.ts')).loadWasm(),
  noble: async () => (await import('./noble.ts')).nobleEngine,
};

/** The fastest first. */
export const ENGINES: readonly EngineName[] = ['native', 'wasm', 'noble'];

/** Loads one engine for a platform as `process.platform` names it; throws `EngineUnavailable`. */
export function loadEngine(name: EngineName, platform: string): Promise<Engine> {
  return LOADERS[name](platform);
}

export interface EngineChoice {
  /** `NOST_VERIFY`: this engine or none. */
  forced?: string | undefined;
  /** As `process.platform` names it. */
  platform: string;
  /** Told why a faster engine is not used. */
  log?: (message: string) => void;
}

/** The fastest engine this machine has, or the one that is forced. Throws `UsageError` when that one is not there. */
export function chooseEngine({ forced, platform, log }: EngineChoice): Promise<Engine> {
  return forced ? loadForced(forced, platform) : loadFastest(platform, log);
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

async function loadFastest(platform: string, log: EngineChoice['log']): Promise<Engine> {
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

// The engines by name. Each is loaded only when it is the one wanted.
import type { Engine, EngineName } from './engine.ts';

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
